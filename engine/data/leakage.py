"""Tells how many held-out rows also stand among the training rows, word for word or nearly so.

A model that has seen the answer measures its memory, so this is looked at whenever rows are held out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.contract.results import Leakage
from engine.data.mix import Indices
from engine.data.near import near_groups, near_twins
from engine.data.rows import JsonObject, Row, content_key, shortened, watched

Tick = Callable[
    [int], None
]  # called now and then with the rows looked at so far; may raise to end the search

NEAR_THRESHOLD = 0.8
_EXAMPLES = 5
_EXAMPLE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Leaks:
    """Places of held-out rows that are also trained on; no row is in both. ``twins`` [held out] are places of training
    rows, or -1."""

    exact: Indices
    near: Indices
    twins: Indices

    def report(self, train: Sequence[Row], held_out: Sequence[Row], *, removed: int) -> Leakage:
        """The leaks as they are shown, near ones first: they are the ones that nobody sees."""
        shown = [*self.near.tolist(), *self.exact.tolist()][:_EXAMPLES]
        examples = [
            {"held_out": _example(held_out[place]), "train": _example(train[int(self.twins[place])])}
            for place in shown
        ]
        return Leakage(
            held_out=len(held_out),
            exact=len(self.exact),
            near=len(self.near),
            threshold=NEAR_THRESHOLD,
            removed=removed,
            examples=tuple(examples),
        )


def find_leaks(train: Sequence[Row], held_out: Sequence[Row], *, tick: Tick | None = None) -> Leaks:
    """The rows of ``held_out`` that have a twin in ``train``."""
    known: dict[bytes, int] = {}
    for place, row in enumerate(watched(train, tick)):
        known.setdefault(content_key(row), place)
    twins = np.fromiter((known.get(content_key(row), -1) for row in held_out), np.int64, len(held_out))
    exact = twins >= 0
    others = np.flatnonzero(~exact)
    if len(others) and len(train):
        asked = (conversation_text(held_out[int(place)]) for place in others)
        twins[others] = near_twins(asked, texts_of(train), threshold=NEAR_THRESHOLD, tick=tick)
    return Leaks(np.flatnonzero(exact), np.flatnonzero(~exact & (twins >= 0)), twins)


def twin_groups(rows: Sequence[Row], *, tick: Tick | None = None) -> Indices:
    """For each row a number that it shares with all that say nearly the same, for a split that keeps them together."""
    return near_groups(texts_of(rows), threshold=NEAR_THRESHOLD, tick=tick)


def texts_of(rows: Sequence[Row]) -> Iterator[str]:
    """What is compared of each of ``rows``."""
    return map(conversation_text, rows)


def conversation_text(row: Row) -> str:
    """Questions and answers; a system prompt that all rows share would make them all alike."""
    return "\n".join(item.content for item in row.messages if item.role != "system")


def _example(row: Row) -> JsonObject:
    answer = row.answers[-1] if row.answers else ""
    return {
        "path": row.path,
        "line": row.line,
        "prompt": shortened(row.prompt, _EXAMPLE_CHARS),
        "answer": shortened(answer, _EXAMPLE_CHARS),
    }
