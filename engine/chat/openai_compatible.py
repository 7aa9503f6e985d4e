"""Chat with a model on any server that speaks OpenAI's interface: vLLM, SGLang, Ollama, LM Studio, Luthier itself.

A thread reads the stream, so that stopping is heard while the server is silent.
"""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from engine.chat.base import Finish, Stopwatch
from engine.chat.endpoint import Endpoint, Exchange
from engine.contract.errors import UserError
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply


class EndpointBackend:
    """See ``base.ChatBackend``; one model of one server."""

    def __init__(self, endpoint: Endpoint, model: str, *, context_tokens: int) -> None:
        self._endpoint, self._model = endpoint, model
        self.context_tokens = context_tokens  # not known; the server says when it is full
        self._takes_extras = True

    def send(
        self,
        messages: tuple[Turn, ...],
        sampling: Sampling,
        *,
        on_text: Callable[[str], None],
        should_stop: Callable[[], bool],
    ) -> ChatReply:
        """See ``base.ChatBackend``. A server that refuses options beyond OpenAI's is asked again without them."""
        body = _body(self._model, messages, sampling)
        extras = _extras(sampling)
        if self._takes_extras:
            try:
                return self._stream({**body, **extras}, on_text, should_stop)
            except UserError as error:
                if error.info.details.get("status") not in (400, 422):
                    raise
        reply = self._stream(body, on_text, should_stop)
        self._takes_extras = False
        return reply

    def _stream(
        self, body: dict[str, Any], on_text: Callable[[str], None], should_stop: Callable[[], bool]
    ) -> ChatReply:
        answer = _Answer(on_text)
        with self._endpoint.open("POST", "/chat/completions", body) as exchange:
            for line in _followed(exchange, self._endpoint, should_stop):
                if line is None:
                    answer.finish = "cancelled"
                    break
                if answer.take(line, self._endpoint):
                    break
        return answer.reply()

    def close(self) -> None:
        """Nothing of ours to free."""


def _followed(
    exchange: Exchange, endpoint: Endpoint, should_stop: Callable[[], bool]
) -> Iterator[bytes | None]:
    """Lines as they come; None once the user wants no more."""
    lines: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()

    def read() -> None:
        try:
            for line in exchange.lines():
                lines.put(line)
            lines.put(b"")
        except Exception as error:  # handed over
            lines.put(error)

    threading.Thread(target=read, name="server's answer", daemon=True).start()
    while True:
        if should_stop():
            yield None
            return
        try:
            item = lines.get(timeout=0.1)
        except queue.Empty:
            continue
        if isinstance(item, UserError):
            raise item
        if isinstance(item, Exception):
            raise endpoint.broken()
        if not item:
            return
        yield item


class _Answer:
    """Puts an answer together from the events of a stream."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text, self._watch = on_text, Stopwatch()
        self._text: list[str] = []
        self._thinks = False
        self._prompt_tokens = 0
        self._counted: int | None = None
        self.finish: Finish = "stop"

    def take(self, line: bytes, endpoint: Endpoint) -> bool:
        """One line; True when it was the last."""
        if not line.startswith(b"data:"):
            if line.lstrip().startswith(b"{"):
                raise endpoint.strange()  # an object instead of a stream
            return False
        data = line[5:].strip()
        if data == b"[DONE]":
            return True
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            raise endpoint.strange() from None
        if not isinstance(event, dict):
            raise endpoint.strange()
        if event.get("error"):
            raise endpoint.broken(data)
        self._usage(event.get("usage"))
        for choice in event.get("choices") or ():
            self._choice(choice)
        return False

    def _usage(self, usage: Any) -> None:
        if isinstance(usage, dict):
            self._prompt_tokens = int(usage.get("prompt_tokens") or 0)
            self._counted = int(usage.get("completion_tokens") or 0)

    def _choice(self, choice: dict[str, Any]) -> None:
        delta = choice.get("delta") or {}
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        if (
            isinstance(thought, str) and thought
        ):  # servers take the marks off; the page folds what stands in them
            self._say(thought if self._thinks else f"<think>{thought}")
            self._thinks = True
        content = delta.get("content")
        if isinstance(content, str) and content:
            self._say(f"</think>{content}" if self._thinks else content)
            self._thinks = False
        if choice.get("finish_reason") == "length":
            self.finish = "length"

    def _say(self, text: str) -> None:
        self._watch.token()
        self._text.append(text)
        self._on_text(text)

    def reply(self) -> ChatReply:
        """The finished answer; tokens are the server's count, or the pieces that came."""
        if self._thinks:
            self._say("</think>")
        if self._counted:
            self._watch.tokens = self._counted
        return self._watch.reply("".join(self._text), prompt_tokens=self._prompt_tokens, finish=self.finish)


def _body(model: str, messages: tuple[Turn, ...], sampling: Sampling) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in messages],
        "stream": True,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
        "seed": sampling.seed,
    }
    return {**body, "stop": list(sampling.stop)} if sampling.stop else body


def _extras(sampling: Sampling) -> dict[str, Any]:
    """What OpenAI's own servers do not know: by the names of vLLM, SGLang and LM Studio."""
    known: dict[str, Any] = {
        "stream_options": {"include_usage": True},
        "min_p": sampling.min_p,
        "repetition_penalty": sampling.repeat_penalty or 1.0,
    }
    return (
        {**known, "top_k": sampling.top_k} if sampling.top_k else known
    )  # servers differ in what they call none
