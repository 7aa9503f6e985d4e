"""Several wordings of one turn: kept when a question is put differently or answered again, each with what followed it."""

from collections.abc import Sequence
from dataclasses import replace

from app.state.model import ChatTurn, Version
from engine.contract.results import ChatReply


def versions_at(turns: Sequence[ChatTurn], place: int) -> tuple[Version, ...]:
    """All wordings of a turn, the present one with what follows it now."""
    turn = turns[place]
    known = list(turn.versions or (Version(turn.content, turn.reply),))
    known[turn.chosen] = replace(known[turn.chosen], tail=tuple(turns[place + 1 :]))
    return tuple(known)


def another(role: str, earlier: Sequence[Version], content: str, reply: ChatReply | None = None) -> ChatTurn:
    """A turn with a new wording beside the earlier ones."""
    made = ChatTurn("user" if role == "user" else "assistant", content, reply)
    if not earlier:
        return made
    return replace(made, versions=(*earlier, Version(content, reply)), chosen=len(earlier))


def switched(turns: Sequence[ChatTurn], place: int, chosen: int) -> tuple[ChatTurn, ...]:
    """The conversation with another wording of a turn, going on as it did after that one."""
    versions = versions_at(turns, place)
    version = versions[chosen]
    turn = ChatTurn(turns[place].role, version.content, version.reply, versions, chosen)
    return (*turns[:place], turn, *version.tail)
