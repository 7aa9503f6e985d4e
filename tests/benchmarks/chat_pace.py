"""Chat through Luthier's engine process against llama-cpp-python called directly: tokens a second and the first token.

Both answer the same questions with the same model, in turns, so that whatever else the machine does meets both. Luthier
is measured where the app stands: from the command that is written to the engine to the events that are read from it.

    python -m tests.benchmarks.chat_pace [ROUNDS]
"""

import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models.starter import starter_gguf

TOKENS = 96
CONTEXT = 2048
QUESTIONS = (
    "Tell me a long story about a lighthouse and the people who kept it.",
    "Explain how a violin is made, step by step, and why each step matters.",
    "Write about the history of bread in as much detail as you can.",
    "Describe a walk through an old town in the rain, at length.",
)


@dataclass(frozen=True, slots=True)
class Pace:
    """One answer: seconds to the first piece, and tokens a second after it."""

    first_s: float
    tokens_per_second: float


def timed(pieces: Iterator[str]) -> Pace:
    """Measure a stream of one token a piece."""
    began = time.perf_counter()
    first = last = began
    count = 0
    for _ in pieces:
        last = time.perf_counter()
        first = last if count == 0 else first
        count += 1
    return Pace(first - began, (count - 1) / (last - first))


class Engine:
    """The engine process, spoken to as the app does."""

    def __init__(self, model: Path) -> None:
        command = [sys.executable, "-m", "engine", "serve"]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self._ids = itertools.count(1)
        self._job({"type": "chat.load", "model": str(model), "context_tokens": CONTEXT}, lambda text: None)

    def answer(self, question: str) -> Iterator[str]:
        """The pieces of an answer as they are read."""
        sampling = {"temperature": 0.0, "repeat_penalty": 1.0, "max_tokens": TOKENS}
        messages = [{"role": "user", "content": question}]
        self._write({"type": "chat.send", "messages": messages, "sampling": sampling})
        for message in self._messages():
            if message["type"] == "text":
                yield message["text"]

    def _job(self, command: dict[str, Any], on_text: Callable[[str], None]) -> None:
        self._write(command)
        for message in self._messages():
            if message["type"] == "error":
                raise RuntimeError(message)

    def _write(self, command: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": next(self._ids), **command}).encode() + b"\n")
        self._process.stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        """Until the job is over."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            yield message
            if message["type"] in ("run.finished", "error"):
                return

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


class Direct:
    """llama-cpp-python by itself, as its documentation calls it."""

    def __init__(self, model: Path) -> None:
        from llama_cpp import Llama

        self._llama = Llama(str(model), n_ctx=CONTEXT, verbose=False)

    def answer(self, question: str) -> Iterator[str]:
        """The pieces of an answer."""
        asked: Any = [{"role": "user", "content": question}]
        stream: Any = self._llama.create_chat_completion(
            asked, stream=True, temperature=0.0, repeat_penalty=1.0, max_tokens=TOKENS
        )
        for chunk in stream:
            if text := chunk["choices"][0]["delta"].get("content"):
                yield text


def main() -> None:
    """Print the medians and their ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    model = starter_gguf()
    engine = Engine(model)
    ways = {"luthier": engine.answer, "direct": Direct(model).answer}
    for answer in ways.values():
        timed(answer("Hello"))  # pages of the file come into memory
    paces: dict[str, list[Pace]] = {name: [] for name in ways}
    for place in range(rounds):
        question = f"{QUESTIONS[place % len(QUESTIONS)]} ({place})"
        for name in list(ways) if place % 2 else reversed(ways):
            paces[name].append(timed(ways[name](question)))
    engine.close()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {rounds} rounds")
    for name, found in paces.items():
        speed = statistics.median(pace.tokens_per_second for pace in found)
        first = statistics.median(pace.first_s for pace in found)
        print(f"{name:<20} {speed:7.1f} tokens/s   first token after {first * 1000:6.0f} ms")
    pairs = list(zip(paces["luthier"], paces["direct"], strict=True))
    speed = statistics.median(mine.tokens_per_second / other.tokens_per_second for mine, other in pairs)
    first = statistics.median(mine.first_s / other.first_s for mine, other in pairs)
    print(
        f"luthier has {speed:.1%} of the tokens/s of the direct call, its first token comes after {first:.2f} times"
    )


if __name__ == "__main__":
    main()
