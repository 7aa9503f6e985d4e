"""A model that says what a test wants, as slowly as it wants, and the real server around it."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.api.limits import Limits
from engine.api.service import Service
from engine.chat.base import PLAIN, Extras, Finish, Scored, room_for_answer
from engine.chat.stream import TextStream
from engine.chat.tools import Said, ToolTalk
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply

TOKEN = "a-token-for-tests"
NAME = "fake"


class FakeModel:
    """Repeats the last thing it is told, word by word; ``says`` replaces that. ``gate`` holds it before each word."""

    context_tokens = 64
    vocabulary = 1000

    def __init__(self) -> None:
        self.says: str | None = None
        self.gate: threading.Semaphore | None = None
        self.breaks: Exception | None = None
        self.tools: list[Any] = []
        self.samplings: list[Sampling] = []
        self.finishes: list[Finish] = []
        self.at_once = 0
        self.most_at_once = 0
        self._told = ""
        self._tools = ToolTalk("", lambda chat, tools: json.dumps(list(chat)))

    @property
    def call_opening(self) -> str:
        return self._tools.marks[0].strip()

    def prompt(
        self, messages: Sequence[Turn] | Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] = ()
    ) -> list[int]:
        self.tools = list(tools)
        last: Any = messages[-1]
        return self.encode_text(last["content"])

    def encode_text(self, text: str) -> list[int]:
        self._told = text
        return list(range(len(text.split())))

    def read_calls(self, text: str) -> Said:
        return self._tools.read(text)

    def send(self, messages: Any, sampling: Sampling, **options: Any) -> ChatReply:
        return self.answer(self.prompt(messages), sampling, **options)

    def answer(
        self,
        prompt: list[int],
        sampling: Sampling,
        *,
        on_text: Callable[[str], None],
        should_stop: Callable[[], bool],
        extras: Extras = PLAIN,
    ) -> ChatReply:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return self._answer(prompt, sampling, on_text, should_stop, extras)
        finally:
            self.at_once -= 1

    def _answer(
        self, prompt: list[int], sampling: Sampling, on_text: Any, should_stop: Any, extras: Extras
    ) -> ChatReply:
        self.samplings.append(sampling)
        if self.breaks is not None:
            raise self.breaks
        room = room_for_answer(len(prompt), self.context_tokens, sampling.max_tokens)
        stream = TextStream(sampling.stop, on_text)
        said = self._told if self.says is None else self.says
        finish: Finish = "stop"
        count = 0
        for word in said.split(" "):
            while self.gate is not None and not self.gate.acquire(timeout=0.02):
                if should_stop():
                    finish = "cancelled"
                    break
            if should_stop():
                finish = "cancelled"
            if finish == "cancelled":
                break
            piece = (word if count == 0 else " " + word).encode()
            count += 1
            if extras.on_score is not None:
                extras.on_score(Scored(piece, -0.5, ((piece, -0.5),) * extras.likeliest))
            if stream.feed(piece):
                break
            if count >= room:
                finish = "length"
                break
        stream.finish()
        self.finishes.append(finish)
        return ChatReply(
            text=stream.text,
            prompt_tokens=len(prompt),
            tokens=count,
            tokens_per_second=1.0,
            first_token_s=0.0,
            finish=finish,
        )

    def close(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    model: Any
    address: str
    port: int

    def raw(self, head: str, body: bytes = b"", *, headers: Sequence[str] | None = None) -> tuple[int, bytes]:
        """Send bytes as they are (with Host and token, unless ``headers`` says otherwise); status and answer."""
        lines = self.proper() if headers is None else list(headers)
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall("\r\n".join([f"{head} HTTP/1.1", *lines, "", ""]).encode() + body)
            return read_answer(connection)

    def proper(self) -> list[str]:
        """The headers of an honest client."""
        return [f"Host: 127.0.0.1:{self.port}", f"Authorization: Bearer {TOKEN}"]


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of one answer."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while b"\r\n\r\n" not in data and (chunk := connection.recv(1 << 16)):
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                while len(body) < int(line.partition(b":")[2]) and (chunk := connection.recv(1 << 16)):
                    body += chunk
    return (int(head.split(b" ")[1]) if head else 0), body


@contextlib.contextmanager
def serving(model: Any, *, limits: Limits | None = None, token: str | None = TOKEN) -> Iterator[Running]:
    """The server, on a free port, for the length of the block."""
    ready, stop = threading.Event(), threading.Event()
    found: list[str] = []

    def on_ready(address: str) -> None:
        found.append(address)
        ready.set()

    service = Service(model, NAME, token, port=0, limits=limits or Limits())
    thread = threading.Thread(target=lambda: service.run(on_ready=on_ready, should_stop=stop.is_set))
    thread.start()
    try:
        assert ready.wait(30)
        yield Running(model, found[0], int(found[0].split(":")[2].split("/")[0]))
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()
