"""Rows that are longer than the cutoff, made into several examples: conversations between turns, running text anywhere.

Nothing is lost that could be kept: every part of a conversation begins with its system prompt and holds as many whole
questions with their answers as fit. A single question and answer that is too long by itself is cut.
"""

import dataclasses
from collections.abc import Callable, Iterator

from engine.data.rows import Message, Row
from engine.data.tokens import Encoded

Measure = Callable[[Row], Encoded | None]  # None: the template refuses the row


def split_turns(row: Row, measure: Measure, *, longest: int) -> list[tuple[Row, Encoded]]:
    """The parts of a conversation; one that cannot be parted is its only part, longer than ``longest`` as it may be."""
    system, exchanges = _exchanges(row)
    parts: list[tuple[Row, Encoded]] = []
    start = 0
    while start < len(exchanges):
        count, made = _most(row, system, exchanges[start:], measure, longest)
        if made is None:
            return []
        parts.append(made)
        start += count
    return parts


def split_text(tokens: Encoded, *, longest: int) -> Iterator[Encoded]:
    """Running text in pieces of ``longest`` tokens; nothing predicts the first token of a piece."""
    for start in range(0, len(tokens), longest):
        part = slice(start, start + longest)
        trained = tokens.trained[part].copy()
        trained[:1] = False
        yield Encoded(tokens.input_ids[part], trained, tokens.starts[part], tokens.ends[part])


def _exchanges(row: Row) -> tuple[tuple[Message, ...], list[tuple[Message, ...]]]:
    """The system prompt, and each question with all that follows it."""
    count = next((place for place, item in enumerate(row.messages) if item.role != "system"), 0)
    system, turns = row.messages[:count], row.messages[count:]
    starts = [place for place, item in enumerate(turns) if item.role == "user" and place] + [len(turns)]
    return system, [turns[begin:end] for begin, end in zip([0, *starts], starts, strict=False)]


def _most(
    row: Row,
    system: tuple[Message, ...],
    exchanges: list[tuple[Message, ...]],
    measure: Measure,
    longest: int,
) -> tuple[int, tuple[Row, Encoded] | None]:
    """As many of the first exchanges as fit, but one at least: found by doubling, then by halving."""

    def part(count: int) -> tuple[Row, Encoded] | None:
        turns = tuple(item for exchange in exchanges[:count] for item in exchange)
        made = dataclasses.replace(row, messages=(*system, *turns))
        tokens = measure(made)
        return None if tokens is None else (made, tokens)

    fits, best = 1, part(1)
    if best is None or len(best[1]) > longest:
        return 1, best
    too_many = len(exchanges) + 1
    step = 1
    while too_many - fits > 1:
        count = min(fits + step, too_many - 1)
        made = part(count)
        if made is not None and len(made[1]) <= longest:
            fits, best, step = count, made, step * 2
        else:
            too_many, step = count, max(1, (count - fits) // 2)
    return fits, best
