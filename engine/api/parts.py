"""Pieces of an answer on their way to a client: text, text that may become a call of a function, scored tokens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.chat.base import Scored
from engine.contract.results import ChatReply


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it comes, with the scores of its tokens where they are wanted."""

    text: str
    scores: tuple[Scored, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The finished answer; ``choice`` counts the prompts of a request."""

    reply: ChatReply
    choice: int = 0
    scores: tuple[Scored, ...] = ()


@dataclass(slots=True)
class CallGate:
    """Lets text through until it may be a call; what was held back is ``held``. ``opening`` as in ``ToolTalk.marks``."""

    opening: str
    held: str = ""
    said: str = ""
    _holding: bool = field(default=False)

    def take(self, text: str) -> str:
        """What of ``text`` can be shown already."""
        self.held += text
        if self._holding:
            return ""
        free = self._free()
        shown, self.held = self.held[:free], self.held[free:]
        self.said += shown
        return shown

    def _free(self) -> int:
        if (
            not self.opening
        ):  # a call is a bare JSON object, so only an answer that begins like one is held back
            begin = (self.said + self.held).lstrip()[:1]
            self._holding = begin in ("{", "[") if begin else False
            return 0 if self._holding or not begin else len(self.held)
        place = self.held.find(self.opening)
        if place >= 0:
            self._holding = True
            return place
        keep = next(
            (size for size in range(len(self.opening) - 1, 0, -1) if self.held.endswith(self.opening[:size])),
            0,
        )
        return len(self.held) - keep


def chat_scores(scores: tuple[Scored, ...]) -> dict[str, Any]:
    """As chat completions tell them."""
    return {
        "content": [
            {**_token(item.piece, item.logprob), "top_logprobs": [_token(*pair) for pair in item.likeliest]}
            for item in scores
        ],
        "refusal": None,
    }


def _token(piece: bytes, logprob: float) -> dict[str, Any]:
    return {"token": piece.decode("utf-8", "replace"), "logprob": round(logprob, 6), "bytes": list(piece)}


def text_scores(scores: tuple[Scored, ...], begins: int) -> dict[str, Any]:
    """As plain completions tell them; ``begins`` is where in the text the first token stands."""
    return {
        "tokens": [item.piece.decode("utf-8", "replace") for item in scores],
        "token_logprobs": [round(item.logprob, 6) for item in scores],
        "top_logprobs": [_likeliest(item) for item in scores],
        "text_offset": list(_offsets(scores, begins)),
    }


def _likeliest(item: Scored) -> dict[str, float] | None:
    found = {piece.decode("utf-8", "replace"): round(value, 6) for piece, value in reversed(item.likeliest)}
    return found or None


def _offsets(scores: tuple[Scored, ...], begins: int) -> Iterator[int]:
    for item in scores:
        yield begins
        begins += len(item.piece.decode("utf-8", "replace"))


def usage(prompt: int, answer: int) -> dict[str, int]:
    """How many tokens were read and written."""
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
