"""Where the model's turns begin and end in a rendered conversation, told by what stands beside their texts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.data.marks import CALL_PARTS, Marker, Place, Slot, Unit
from engine.data.rows import JsonObject

Span = tuple[int, int]

_WORD = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\s+|\w+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Edge:
    """One turn of the model. It begins ``lead`` behind the text ``before`` (None: the beginning of everything), and
    ends ``trail`` in front of the text ``after`` (None: the end of everything). ``closing`` stands between the turn's
    last text and its end. None for what could not be learnt."""

    before: Place | None
    lead: str | None
    after: Place | None
    trail: str | None
    closing: str | None


class _Mark(NamedTuple):
    start: int
    end: int
    place: Place | None


def learn_edges(
    render: Callable[[list[JsonObject], bool], str], marker: Marker, chat: list[JsonObject]
) -> dict[int, Edge]:
    """The edges of the model's turns in the marked ``chat``. ``render(chat, prompt)`` may give "" for what the
    template refuses, as an unfinished conversation may be.

    A turn begins where the prompt for it ends, and ends with what the conversation up to it ends with.
    """
    whole = render(chat, False)
    marks = _marks(marker, whole)
    edges = {}
    for turn, message in enumerate(chat):
        own = [mark for mark in marks if mark.place and mark.place[0] == turn]
        if message["role"] != "assistant" or not own:
            continue
        left = max((mark for mark in marks if mark.end <= own[0].start), default=_Mark(0, 0, None))
        right = min((mark for mark in marks if mark.start >= own[-1].end), default=_Mark(len(whole), 0, None))
        prompt = render(chat[:turn], True) if turn else ""
        through = whole if turn == len(chat) - 1 else render(chat[: turn + 1], False)
        lead = _common(marker, prompt, left, whole[left.end : own[0].start])
        after = _common(marker, through, own[-1], whole[own[-1].end : right.start])
        closing = None if after is None else after.rstrip()
        trail = None if closing is None else whole[own[-1].end + len(closing) : right.start]
        edges[turn] = Edge(left.place, lead, right.place, trail, closing)
    return edges


def _marks(marker: Marker, text: str) -> list[_Mark]:
    found = marker.pattern.finditer(text)
    return [_Mark(match.start(), match.end(), (int(match[2]), int(match[3]))) for match in found]


def _common(marker: Marker, text: str, last: _Mark, following: str) -> str | None:
    """What stands behind the last mark of ``text``, as far as ``following`` begins with it; None if that mark is
    not ``last``. Counted in whole words and markers: a thinking model's prompt may end with one that an answer
    without thoughts does not have."""
    end = max((mark for mark in _marks(marker, text)), default=_Mark(0, 0, None))
    if not text or end.place != last.place:
        return None
    rest = text[end.end :]
    if following.startswith(rest):
        return rest
    reached = 0
    for match in _WORD.finditer(rest):
        if not following.startswith(match[0], match.start()):
            break
        reached = match.end()
    return rest[:reached]


def all_spans(
    turns: Sequence[int],
    edges: Mapping[int, Edge],
    text: str,
    slots: Sequence[Slot],
    units: Mapping[Place, Unit],
    marker: str,
) -> tuple[Span, ...] | None:
    """The ranges of the model's ``turns`` in ``text``; None if ``edges`` are those of a conversation that differs.

    ``marker``: what usually ends an answer.
    """
    first = {slot.place: slot for slot in reversed(slots)}
    last = {slot.place: slot for slot in slots}
    ends = {place: (first[place], last[place]) for place in last}
    spans: list[Span] = []
    for turn in turns:
        own = [slot for slot in slots if slot.place[0] == turn]
        found = _span(edges.get(turn), text, own, ends, units, marker) if own else None
        if found is None or (spans and found[0] < spans[-1][1]):
            return None
        spans.append(found)
    return tuple(spans)


def _span(
    edge: Edge | None,
    text: str,
    own: Sequence[Slot],
    slots: Mapping[Place, tuple[Slot, Slot]],
    units: Mapping[Place, Unit],
    marker: str,
) -> Span | None:
    """The range of a turn whose texts are ``own``. ``slots``: first and last place of each text."""
    start, end = own[0].start, own[-1].end
    limit = min((first.start for first, _ in slots.values() if first.start >= end), default=len(text))
    if edge is None:
        return start, _past_marker(text, own[-1], limit, marker)
    if any(place is not None and place not in slots for place in (edge.before, edge.after)):
        return None
    if edge.lead is not None:
        found = _after(edge.lead, text, slots[edge.before][1].end if edge.before else 0, edge.before, units)
        if found is None or found > start:
            return None
        start = found
    if edge.trail is None or edge.closing is None:
        return start, _past_marker(text, own[-1], limit, marker)
    stop = slots[edge.after][0].start if edge.after else len(text)
    found = _before(edge.trail, text, stop, edge.after, units)
    if (
        found is None and own[-1].place[1] < CALL_PARTS
    ):  # functions may be described in front of the next turn
        found = _after(edge.closing, text, end, own[-1].place, units)
    return (start, found) if found is not None and found >= end else None


def _after(lead: str, text: str, place: int, unit: Place | None, units: Mapping[Place, Unit]) -> int | None:
    """The end of ``lead`` behind a text at ``place``, whose own white space the template may have kept."""
    tail = units[unit].tail if unit else ""
    for kept in (tail, "", *(tail[:length] for length in range(len(tail) - 1, 0, -1))):
        if text.startswith(kept + lead, place):
            return place + len(kept) + len(lead)
    return None


def _before(trail: str, text: str, place: int, unit: Place | None, units: Mapping[Place, Unit]) -> int | None:
    """The beginning of ``trail`` in front of a text at ``place``, whose own white space may have been kept."""
    head = units[unit].head if unit else ""
    for kept in (head, "", *(head[-length:] for length in range(len(head) - 1, 0, -1))):
        if text.endswith(trail + kept, 0, place):
            return place - len(kept) - len(trail)
    return None


def _past_marker(text: str, last: Slot, limit: int, marker: str) -> int:
    """The end of a turn that could not be learnt: behind the usual end marker, if that follows before ``limit``."""
    found = text.find(marker, last.end, limit) if marker else -1
    return found + len(marker) if found >= 0 else last.end
