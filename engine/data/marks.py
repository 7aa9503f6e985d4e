"""Where the texts of a conversation stand in what a chat template makes of it.

A template is a program, so that searching its output for a text finds the wrong place when the text occurs twice or
looks like a marker. Here every text gets a mark at both ends before it is rendered; what stands between the marks
afterwards is the text. The marks go inside the white space around a text, so that trimming sees what it would see.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from engine.data.rows import JsonObject

Place = tuple[int, int]  # number of the turn, number of the part within it
Mode = Literal["whole", "hollow", "bare"]  # texts kept; left out; left out with the white space at both ends
Chat = Sequence[Mapping[str, Any]]

CALL_PARTS = 1000  # parts from here on are names and arguments of function calls
THOUGHT_MARKS = ("<think>", "</think>", "<tool_response>", "</tool_response>")  # templates cut texts at these
_LONG = 32
_SHORT = 4  # longer white space around a text is not worth remembering a skeleton for


@dataclass(frozen=True, slots=True)
class Unit:
    """A text that a template should write: ``core``, with the white space around it. ``essential``: an answer whose
    loss would leave the turn untrained; thoughts may be left out."""

    head: str
    core: str
    tail: str
    essential: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the core of a unit stands in a rendered text."""

    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a conversation decides what a template writes around its texts.

    ``key``: with the white space at the ends of turns, None when too odd to be met again; ``bare``: without.
    """

    key: tuple[tuple[str, int, str], ...] | None
    bare: tuple[tuple[str, int, str], ...]


def splitter(source: str) -> re.Pattern[str] | None:
    """Finds the words at which a template with this ``source`` may cut a text in pieces; None if at none."""
    words = [word for word in THOUGHT_MARKS if word in source]
    return re.compile(f"({'|'.join(map(re.escape, words))})") if words else None


def dissect(chat: Chat, words: re.Pattern[str] | None) -> tuple[Shape, dict[Place, Unit]]:
    """The shape of a conversation, and its texts."""
    units: dict[Place, Unit] = {}
    key: list[tuple[str, int, str]] = []
    bare: list[tuple[str, int, str]] = []
    odd = False
    for turn, message in enumerate(chat):
        around: list[str] = []  # white space and words, with a zero for each text
        for part, piece, unit in _pieces(message, words):
            if unit is None:
                around.append(piece)
                odd = odd or len(piece) > _LONG
            else:
                units[turn, part] = unit
                around += (unit.head, "\0", unit.tail)
                odd = odd or max(len(unit.head), len(unit.tail)) > _SHORT
        calls = len(message.get("tool_calls") or ())
        odd = odd or bool(calls)
        kind = (message["role"], calls)
        key.append((*kind, "".join(around)))
        bare.append((*kind, "".join(around).strip()))
    return Shape(None if odd else tuple(key), tuple(bare)), units


def _pieces(
    message: Mapping[str, Any], words: re.Pattern[str] | None
) -> Iterator[tuple[int, str, Unit | None]]:
    """The parts of a turn's content: number, text, and the unit if there is more in it than white space."""
    content: str = message["content"]
    own = message["role"] == "assistant"
    if own and not content.strip() and (not content or message.get("tool_calls")):
        if content:
            yield 0, content, None
        return
    pieces = words.split(content) if words else [content]
    if not any(piece.strip() for piece in pieces[::2]):
        yield 0, content, _unit(content, essential=own)
        return
    thought = max((place for place, piece in enumerate(pieces) if piece == "</think>"), default=-1)
    for part, piece in enumerate(pieces):
        if part % 2 or not piece.strip():
            if piece:
                yield part, piece, None
            continue
        yield part, piece, _unit(piece, essential=own and part > thought)


def _unit(text: str, *, essential: bool) -> Unit:
    """``text`` as a unit; nothing, or white space alone, is its own core."""
    core = text.strip() or text
    start = text.index(core[:1])
    return Unit(text[:start], core, text[start + len(core) :], essential)


class Marker:
    """Puts marks into conversations and finds them again. ``nonce`` occurs in none of the texts."""

    def __init__(self, nonce: str, words: re.Pattern[str] | None) -> None:
        self._nonce, self._words = nonce, words
        self.pattern = re.compile(f"{nonce}([be])([0-9]+)p([0-9]+)x")

    def mark(self, chat: Chat, mode: Mode, *, only: str = "") -> tuple[list[JsonObject], dict[Place, Unit]]:
        """``chat`` with marks, in all turns or those of the role ``only``; and the marked units."""
        units: dict[Place, Unit] = {}
        marked = []
        for turn, message in enumerate(chat):
            made = dict(message)
            if not only or message["role"] == only:
                made["content"] = self._content(turn, message, mode, units)
                if message.get("tool_calls"):
                    made["tool_calls"] = self._calls(turn, message["tool_calls"], mode, units)
            marked.append(made)
        return marked, units

    def _content(self, turn: int, message: Mapping[str, Any], mode: Mode, units: dict[Place, Unit]) -> str:
        made = []
        for part, piece, unit in _pieces(message, self._words):
            if unit is None:
                made.append(piece)
            else:
                made.append(self._wrapped((turn, part), unit, mode))
                units[turn, part] = unit
        return "".join(made).strip() if mode == "bare" else "".join(made)

    def _wrapped(self, place: Place, unit: Unit, mode: Mode) -> str:
        core = unit.core if mode == "whole" else ""
        number = f"{place[0]}p{place[1]}x"
        return f"{unit.head}{self._nonce}b{number}{core}{self._nonce}e{number}{unit.tail}"

    def _calls(
        self, turn: int, calls: Sequence[JsonObject], mode: Mode, units: dict[Place, Unit]
    ) -> list[JsonObject]:
        """The function calls with marks around names and texts in arguments; in ``bare`` mode one such argument."""

        def wrap(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: wrap(item) for key, item in value.items()}
            if isinstance(value, list):
                return [wrap(item) for item in value]
            if not isinstance(value, str) or not value.strip():
                return value
            unit = _unit(value, essential=True)
            place = (turn, CALL_PARTS + sum(number >= CALL_PARTS for _, number in units))
            units[place] = unit
            return self._wrapped(place, unit, mode)

        made = []
        for call in calls:
            function = call["function"]
            arguments = {"a": "a"} if mode == "bare" else function["arguments"]
            wrapped = {**function, "name": wrap(function["name"]), "arguments": wrap(arguments)}
            made.append({**call, "function": wrapped})
        return made

    def found(self, rendered: str) -> tuple[str, tuple[Slot, ...]]:
        """``rendered`` without its marks, and where the marked texts stand in it; those that lost a mark are left out."""
        pieces: list[str] = []
        slots: list[Slot] = []
        opened: dict[Place, int] = {}
        reached = length = 0
        for match in self.pattern.finditer(rendered):
            pieces.append(rendered[reached : match.start()])
            length += match.start() - reached
            reached = match.end()
            place = int(match[2]), int(match[3])
            if match[1] == "b":
                opened[place] = length
            elif place in opened:
                slots.append(Slot(place, opened.pop(place), length))
        pieces.append(rendered[reached:])
        return "".join(pieces), tuple(slots)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What a template writes around the texts of every conversation of one shape."""

    literals: tuple[str, ...]  # one more than places
    places: tuple[Place, ...]

    @staticmethod
    def of(text: str, slots: Sequence[Slot]) -> "Skeleton":
        """The skeleton in a rendering whose texts were left out."""
        cuts = [0, *(slot.start for slot in slots), len(text)]
        literals = tuple(text[start:end] for start, end in pairwise(cuts))
        return Skeleton(literals, tuple(slot.place for slot in slots))

    def fill(self, units: Mapping[Place, Unit], text: str) -> tuple[Slot, ...] | None:
        """Where the texts stand if the skeleton with them is exactly ``text``, else None."""
        pieces = [self.literals[0]]
        slots = []
        length = len(self.literals[0])
        for place, literal in zip(self.places, self.literals[1:], strict=True):
            core = units[place].core
            slots.append(Slot(place, length, length + len(core)))
            pieces += (core, literal)
            length += len(core) + len(literal)
        return tuple(slots) if length == len(text) and "".join(pieces) == text else None
