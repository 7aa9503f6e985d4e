"""How many threads answer: measured while answering, because all cores are the best choice only on an idle machine.

llama.cpp's threads wait for each other hundreds of times a token. Beside other busy work (a second column of the
chat, a training run) one thread that waits for its turn holds up all others: on 2 shared cores a 135M model then
says 24 tokens/s with two threads and 71 with one. The count changes nothing in the answer.
"""

import time
from collections.abc import Callable

TRIAL_TOKENS = 4
STRETCH_TOKENS = 160


class Pace:
    """Tries all threads and half of them for a few tokens each, keeps the faster, and asks again now and then.

    ``set_threads`` is called with a count whenever it changes; ``token`` must be called after each token.
    """

    def __init__(
        self,
        most: int,
        set_threads: Callable[[int], None],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._set, self._clock = set_threads, clock
        self._candidates = tuple(dict.fromkeys((most, max(1, most // 2), 1)))
        self._speeds: dict[int, float] = {}
        self._left = 0
        self._started = 0.0
        self.threads = most

    def begin(self) -> None:
        """An answer begins: what was found in an earlier one may no longer hold."""
        self._speeds.clear()
        self._try(self._candidates[0])

    def token(self) -> None:
        """One more token was said."""
        if len(self._candidates) == 1:
            return
        self._left -= 1
        if self._left > 0:
            return
        if len(self._speeds) == len(self._candidates):
            self.begin()
            return
        elapsed = self._clock() - self._started
        self._speeds[self.threads] = TRIAL_TOKENS / elapsed if elapsed > 0 else float("inf")
        untried = [count for count in self._candidates if count not in self._speeds]
        if untried:
            self._try(untried[0])
            return
        self._use(max(self._speeds, key=lambda count: self._speeds[count]))
        self._left = STRETCH_TOKENS

    def _try(self, count: int) -> None:
        self._use(count)
        self._left = TRIAL_TOKENS
        self._started = self._clock()

    def _use(self, count: int) -> None:
        if count != self.threads:
            self.threads = count
            self._set(count)
