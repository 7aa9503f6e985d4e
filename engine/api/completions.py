"""``POST /v1/completions``: texts go on where they end, without any template."""

import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.api.desk import Desk
from engine.api.parts import End, Piece, text_scores, usage
from engine.api.refusal import Refusal
from engine.api.requests import CompletionRequest
from engine.api.seat import Talk
from engine.api.streaming import Event, gathered, opened
from engine.chat.base import Extras, Scored

Parts = Piece | End


class CompletionDesk(Desk):
    """Answers plain completions."""

    async def complete(self, request: Request) -> Response:
        """The route."""
        asked = await self.read(request, CompletionRequest)
        talk: Talk[Parts] = self.seat.take(lambda talk: self._work(talk, asked))
        answer = _Answer(self, asked)
        if asked.stream:
            return await opened(request, talk, answer.events(talk))
        return JSONResponse(answer.whole(await gathered(request, talk)))

    def _work(self, talk: Talk[Parts], asked: CompletionRequest) -> None:
        """In the model's thread: one text after the other."""
        scores: list[Scored] = []
        wanted = asked.logprobs is not None
        extras = Extras(likeliest=asked.logprobs or 0, on_score=scores.append if wanted else None)

        def said(text: str) -> None:
            talk.say(Piece(text, tuple(scores)))
            scores.clear()

        for place, text in enumerate(asked.prompts):
            prompt = self._tokens(text)
            sampling = asked.sampling(self.model.context_tokens)
            reply = self.model.answer(prompt, sampling, on_text=said, should_stop=talk.stopped, extras=extras)
            talk.say(End(reply, place, tuple(scores)))
            scores.clear()
            if talk.stopped():
                return

    def _tokens(self, text: str | list[int]) -> list[int]:
        tokens = self.model.encode_text(text) if isinstance(text, str) else text
        if not tokens:
            raise Refusal(400, "prompt: there is nothing to continue.", code="invalid_value", param="prompt")
        if max(tokens) >= self.model.vocabulary:
            raise Refusal(400, "prompt: the model has no such token.", code="invalid_value", param="prompt")
        return tokens


class _Answer:
    """One completion's identity, and its two shapes."""

    def __init__(self, desk: CompletionDesk, asked: CompletionRequest) -> None:
        self._desk, self._asked = desk, asked
        self._id, self._created = f"cmpl-{secrets.token_hex(12)}", int(time.time())

    def whole(self, parts: list[Parts]) -> Event:
        """All choices as one object."""
        choices: list[dict[str, Any]] = []
        scores: list[Scored] = []
        ends = [part for part in parts if isinstance(part, End)]
        for part in parts:
            scores += part.scores
            if isinstance(part, End):
                choices.append(self._choice(part.choice, part.reply.text, _finish(part), tuple(scores), 0))
                scores = []
        counts = usage(sum(end.reply.prompt_tokens for end in ends), sum(end.reply.tokens for end in ends))
        return {**self._head, "choices": choices, "usage": counts}

    async def events(self, talk: Talk[Parts]) -> AsyncIterator[Event]:
        """The choices as chunks, one after the other."""
        place = said = 0
        ends: list[End] = []
        async for part in talk:
            if isinstance(part, End):
                ends.append(part)
                yield {**self._head, "choices": [self._choice(place, "", _finish(part), part.scores, said)]}
                place, said = place + 1, 0
            else:
                yield {**self._head, "choices": [self._choice(place, part.text, None, part.scores, said)]}
                said += len(part.text)
        if self._asked.with_usage:
            counts = usage(
                sum(end.reply.prompt_tokens for end in ends), sum(end.reply.tokens for end in ends)
            )
            yield {**self._head, "choices": [], "usage": counts}

    def _choice(
        self, index: int, text: str, finish: str | None, scores: tuple[Scored, ...], begins: int
    ) -> dict[str, Any]:
        told = text_scores(scores, begins) if self._asked.logprobs is not None else None
        return {"index": index, "text": text, "finish_reason": finish, "logprobs": told}

    @property
    def _head(self) -> Event:
        return {
            "id": self._id,
            "object": "text_completion",
            "created": self._created,
            "model": self._desk.name,
            "system_fingerprint": self._desk.fingerprint,
        }


def _finish(end: End) -> str:
    return "stop" if end.reply.finish == "stop" else "length"
