"""``POST /v1/chat/completions``: a conversation, answered whole or as a stream, functions included."""

import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.api.desk import Desk
from engine.api.parts import CallGate, End, Piece, chat_scores, usage
from engine.api.requests import ChatRequest
from engine.api.seat import Talk
from engine.api.streaming import Event, gathered, opened
from engine.chat.base import Extras, Scored

Parts = Piece | End


class ChatDesk(Desk):
    """Answers chat completions."""

    async def complete(self, request: Request) -> Response:
        """The route."""
        asked = await self.read(request, ChatRequest)
        talk: Talk[Parts] = self.seat.take(lambda talk: self._work(talk, asked))
        answer = _Answer(self, asked)
        if asked.stream:
            return await opened(request, talk, answer.events(talk))
        return JSONResponse(answer.whole(await gathered(request, talk)))

    def _work(self, talk: Talk[Parts], asked: ChatRequest) -> None:
        """In the model's thread: the prompt, then the answer piece by piece."""
        scores: list[Scored] = []
        extras = Extras(
            special=bool(asked.functions),
            likeliest=asked.top_logprobs or 0,
            on_score=scores.append if asked.logprobs else None,
        )

        def said(text: str) -> None:
            talk.say(Piece(text, tuple(scores)))
            scores.clear()

        prompt = self.model.prompt([turn.for_template() for turn in asked.messages], asked.functions)
        sampling = asked.sampling(self.model.context_tokens)
        reply = self.model.answer(prompt, sampling, on_text=said, should_stop=talk.stopped, extras=extras)
        talk.say(End(reply, scores=tuple(scores)))


class _Answer:
    """One completion's identity, and its two shapes."""

    def __init__(self, desk: ChatDesk, asked: ChatRequest) -> None:
        self._desk, self._asked = desk, asked
        self._id, self._created = f"chatcmpl-{secrets.token_hex(12)}", int(time.time())

    def whole(self, parts: list[Parts]) -> Event:
        """The completion as one object."""
        end = parts[-1]
        assert isinstance(end, End)
        message: dict[str, Any] = {"role": "assistant", "content": end.reply.text, "refusal": None}
        finish = _finish(end)
        if self._asked.functions and (said := self._desk.model.read_calls(end.reply.text)).calls:
            message["content"] = said.content or None
            message["tool_calls"] = [call.as_openai() for call in said.calls]
            finish = "tool_calls"
        scores = tuple(item for part in parts for item in part.scores)
        choice = {"index": 0, "message": message, "finish_reason": finish}
        choice["logprobs"] = chat_scores(scores) if self._asked.logprobs else None
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "usage": usage(end.reply.prompt_tokens, end.reply.tokens),
        }

    async def events(self, talk: Talk[Parts]) -> AsyncIterator[Event]:
        """The completion as chunks; calls of functions come at the end, when they are complete."""
        functions = bool(self._asked.functions)
        gate = CallGate(self._desk.model.call_opening) if functions else None
        began = False
        async for part in talk:
            if not began:
                began = True
                yield self._chunk({"role": "assistant", "content": ""})
            if isinstance(part, End):
                for event in self._ending(part, gate):
                    yield event
                continue
            text = gate.take(part.text) if gate else part.text
            if text or part.scores:
                yield self._chunk({"content": text}, scores=part.scores)

    def _ending(self, end: End, gate: CallGate | None) -> list[Event]:
        made: list[Event] = []
        finish = _finish(end)
        if gate and gate.held:
            said = self._desk.model.read_calls(gate.said + gate.held)
            for index, call in enumerate(said.calls):
                made.append(self._chunk({"tool_calls": [{"index": index, **call.as_openai()}]}))
            if said.calls:
                finish = "tool_calls"
            else:
                made.append(self._chunk({"content": gate.held}))
        made.append(self._chunk({}, finish=finish, scores=end.scores))
        if self._asked.with_usage:
            counts = usage(end.reply.prompt_tokens, end.reply.tokens)
            made.append({**self._head("chat.completion.chunk"), "choices": [], "usage": counts})
        return made

    def _chunk(
        self, delta: dict[str, Any], *, finish: str | None = None, scores: tuple[Scored, ...] = ()
    ) -> Event:
        choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish}
        choice["logprobs"] = chat_scores(scores) if self._asked.logprobs else None
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def _head(self, kind: str) -> Event:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._desk.name,
            "system_fingerprint": self._desk.fingerprint,
        }


def _finish(end: End) -> str:
    """An answer that took too long ends like one that is too long."""
    return "stop" if end.reply.finish == "stop" else "length"
