"""What every chat backend is, and what all of them share: limits, counting, timing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from engine.chat.tools import Said
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply

Finish = Literal["stop", "length", "cancelled"]


class ChatBackend(Protocol):
    """One loaded model that answers conversations. Not safe for two threads at once."""

    @property
    def context_tokens(self) -> int:
        """How many tokens a conversation may have, the answer included."""

    def send(
        self,
        messages: tuple[Turn, ...],
        sampling: Sampling,
        *,
        on_text: Callable[[str], None],
        should_stop: Callable[[], bool],
    ) -> ChatReply:
        """Answer ``messages``; pieces of the answer go to ``on_text`` as they come, each whole characters.

        Raises:
            UserError: ``CONTEXT_FULL`` when the conversation leaves no room for an answer.
        """

    def close(self) -> None:
        """Free the model's memory."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One token of an answer, its log-probability, and the likeliest tokens at its place: what the model says before
    anything is drawn."""

    piece: bytes
    logprob: float
    likeliest: tuple[tuple[bytes, float], ...]


@dataclass(frozen=True, slots=True)
class Extras:
    """What is wanted of an answer besides its text. ``special``: control tokens stay in it, as some mark a call.

    ``on_score`` gets every token with the ``likeliest`` tokens at its place.
    """

    special: bool = False
    likeliest: int = 0
    on_score: Callable[[Scored], None] | None = None


PLAIN = Extras()


class LocalModel(ChatBackend, Protocol):
    """A backend in this process, which can do more than converse; the local API stands on it."""

    @property
    def vocabulary(self) -> int:
        """How many tokens the model knows."""

    @property
    def call_opening(self) -> str:
        """What stands in an answer before a call of a function; "" for models that begin it with the bare object."""

    def prompt(
        self, messages: Sequence[Turn] | Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] = ()
    ) -> list[int]:
        """The conversation up to where the answer begins, as token ids."""

    def encode_text(self, text: str) -> list[int]:
        """A text to be continued, as token ids."""

    def read_calls(self, text: str) -> Said:
        """What an answer says, and which functions it calls."""

    def answer(
        self,
        prompt: list[int],
        sampling: Sampling,
        *,
        on_text: Callable[[str], None],
        should_stop: Callable[[], bool],
        extras: Extras = PLAIN,
    ) -> ChatReply:
        """Go on after ``prompt``; else as ``send``."""


@runtime_checkable
class Embedder(Protocol):
    """A model that was made to give vectors."""

    def embed(self, text: str | list[int]) -> tuple[list[float], int]:
        """The vector of a text, or of its tokens, of length one; and how many tokens it has."""


def as_messages(messages: Sequence[Turn] | Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turns as templates want them."""
    return [
        dict(turn) if isinstance(turn, dict) else {"role": turn.role, "content": turn.content}
        for turn in messages
    ]


def score(logits: Any, token: int, likeliest: int, piece_of: Callable[[int], bytes]) -> Scored:
    """``token`` among ``logits`` [vocabulary], as numpy array."""
    import numpy as np

    values = np.asarray(logits, dtype=np.float64)
    total = float(np.logaddexp.reduce(values))
    best: Any = np.argpartition(values, -likeliest)[-likeliest:] if likeliest else ()
    ranked = sorted((int(place) for place in best), key=lambda place: -values[place])
    pairs = tuple((piece_of(place), float(values[place]) - total) for place in ranked)
    return Scored(piece_of(token), float(values[token]) - total, pairs)


def room_for_answer(prompt_tokens: int, context_tokens: int, max_tokens: int) -> int:
    """How many tokens the answer may have.

    Raises:
        UserError: ``CONTEXT_FULL`` when none.
    """
    left = context_tokens - prompt_tokens
    if left < 1:
        raise UserError(
            ErrorCode.CONTEXT_FULL,
            f"The conversation is {prompt_tokens} tokens long; the model's context holds {context_tokens}, "
            "and the answer needs room too.",
            hint="Start a new conversation, shorten a message, or load the model with a larger context.",
            details={"prompt_tokens": prompt_tokens, "context_tokens": context_tokens},
        )
    return min(left, max_tokens)


@dataclass(slots=True)
class Stopwatch:
    """Times one answer."""

    started: float = field(default_factory=time.perf_counter)
    first: float | None = None
    tokens: int = 0

    def token(self) -> None:
        """A token has come."""
        self.tokens += 1
        if self.first is None:
            self.first = time.perf_counter()

    def reply(self, text: str, *, prompt_tokens: int, finish: Finish) -> ChatReply:
        """The finished answer; the speed leaves the reading of the prompt out."""
        now = time.perf_counter()
        first = now if self.first is None else self.first
        speed = (self.tokens - 1) / (now - first) if self.tokens > 1 and now > first else 0.0
        return ChatReply(
            text=text,
            prompt_tokens=prompt_tokens,
            tokens=self.tokens,
            tokens_per_second=speed,
            first_token_s=first - self.started,
            finish=finish,
        )
