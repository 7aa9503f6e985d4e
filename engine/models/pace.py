"""How many threads answer: measured while answering, because all cores are the best choice only on an idle machine.

llama.cpp's threads wait for each other hundreds of times a token. Beside other busy work (a second column of the
chat, a training run) one thread that waits for its turn holds up all others: on 2 shared cores a 135M model then
says 24 tokens/s with two threads and 71 with one. The count changes nothing in the answer.
"""

import time
from collections.abc import Callable, Iterator

TRIAL_TOKENS = 4
STRETCH_TOKENS = 160  # between two measurements; longer each time the same count wins again
LONGEST_STRETCH = 1280


class Pace:
    """Tries all threads and half of them for a few tokens each, keeps the faster, and asks again now and then, in
    the same answer or a later one. A trial ends as soon as it has taken longer than the best one.

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
        self._stretch = STRETCH_TOKENS
        self._winner = 0
        self.threads = most

    def begin(self) -> None:
        """An answer begins: a trial that was broken off is made again; what was found holds until its stretch is over."""
        if len(self._speeds) < len(self._candidates):
            self._try(next(self._untried()))

    def token(self) -> None:
        """One more token was said."""
        if len(self._candidates) == 1:
            return
        self._left -= 1
        if len(self._speeds) == len(self._candidates):
            if self._left <= 0:
                self._speeds.clear()
                self.begin()
            return
        elapsed = self._clock() - self._started
        said = TRIAL_TOKENS - self._left
        slower = self._speeds and elapsed * max(self._speeds.values()) > TRIAL_TOKENS
        if self._left > 0 and not slower:
            return
        self._speeds[self.threads] = said / elapsed if elapsed > 0 else float("inf")
        following = next(self._untried(), None)
        if following is not None:
            self._try(following)
            return
        self._settle(max(self._speeds, key=lambda count: self._speeds[count]))

    def _untried(self) -> Iterator[int]:
        """The winner of the last measurement first, as its trial costs nothing."""
        order = sorted(self._candidates, key=lambda count: count != self._winner)
        return (count for count in order if count not in self._speeds)

    def _settle(self, best: int) -> None:
        again = best == self._winner
        self._stretch = min(2 * self._stretch, LONGEST_STRETCH) if again else STRETCH_TOKENS
        self._winner, self._left = best, self._stretch
        self._use(best)

    def _try(self, count: int) -> None:
        self._use(count)
        self._left = TRIAL_TOKENS
        self._started = self._clock()

    def _use(self, count: int) -> None:
        if count != self.threads:
            self.threads = count
            self._set(count)
