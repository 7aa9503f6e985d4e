"""Where the model's turns begin and end in a rendered conversation, told by what stands beside their texts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.data.marks import Marker, Place, Slot, Unit
from engine.data.rows import JsonObject

Span = tuple[int, int]

_WORD = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\s+|\w+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Edge:
    """One turn of the model. It begins ``lead`` behind the text ``before`` (None: the beginning of everything), and
    ends ``trail`` in front of the text ``after`` (None: the end of everything). None for what could not be learnt."""

    before: Place | None
    lead: str | None
    after: Place | None
    trail: str | None


def learn_edges(
    render: Callable[[list[JsonObject], bool], str], marker: Marker, chat: list[JsonObject]
) -> dict[int, Edge]:
    """The edges of the model's turns in the marked ``chat``. ``render(chat, prompt)`` may give "" for what the
    template refuses, as an unfinished conversation may be.

    A turn begins where the prompt for it ends, and ends with what the template adds to the conversation up to it.
    """
    whole = render(chat, False)
    marks = [
        (match.start(), match.end(), match[1], (int(match[2]), int(match[3])))
        for match in marker.pattern.finditer(whole)
    ]
    edges = {}
    for turn, message in enumerate(chat):
        if message["role"] != "assistant":
            continue
        own = [mark for mark in marks if mark[3][0] == turn]
        if not own:
            continue
        prompt = render(chat[:turn], True) if turn else ""
        start = _shared(whole, prompt)
        through = whole if turn == len(chat) - 1 else render(chat[: turn + 1], False)
        end = len(through.rstrip()) if through and whole.startswith(through) else -1
        left = max((mark for mark in marks if mark[1] <= own[0][0]), default=None)
        right = min((mark for mark in marks if mark[0] >= own[-1][1]), default=None)
        behind, ahead = (left[1] if left else 0), (right[0] if right else len(whole))
        edges[turn] = Edge(
            left[3] if left else None,
            whole[behind:start] if behind <= start <= own[0][0] and prompt else None,
            right[3] if right else None,
            whole[end:ahead] if own[-1][1] <= end <= ahead else None,
        )
    return edges


def _shared(whole: str, prompt: str) -> int:
    """How far ``prompt`` agrees with ``whole``, in whole words and markers: a thinking model's prompt may go on
    with a marker that this turn does not have."""
    if whole.startswith(prompt):
        return len(prompt)
    reached = 0
    for match in _WORD.finditer(prompt):
        if not whole.startswith(match[0], match.start()):
            break
        reached = match.end()
    return reached


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
    if edge.trail is None:
        return start, _past_marker(text, own[-1], limit, marker)
    found = _before(
        edge.trail, text, slots[edge.after][0].start if edge.after else len(text), edge.after, units
    )
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
