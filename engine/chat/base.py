"""What every chat backend is, and what all of them share: limits, counting, timing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

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
