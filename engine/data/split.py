"""Sets rows aside for validation so that no conversation stands on both sides."""

import hashlib
from collections.abc import Sequence

from engine.data.rows import Row, content_key


def split(rows: Sequence[Row], *, ratio: float, seed: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Training and validation rows, both in file order.

    The choice depends on ``seed`` and on what the rows say, not on where they stand. Rows that say the same go
    to the same side. With two different conversations or more, each side gets at least one row.
    """
    if ratio <= 0.0 or len(rows) < 2:
        return tuple(rows), ()
    keys = [content_key(row) for row in rows]
    sizes: dict[bytes, int] = {}
    for key in keys:
        sizes[key] = sizes.get(key, 0) + 1
    if len(sizes) < 2:
        return tuple(rows), ()
    wanted = min(max(1, round(ratio * len(rows))), len(rows) - 1)
    chosen = _choose(sizes, wanted, seed)
    train = tuple(row for row, key in zip(rows, keys, strict=True) if key not in chosen)
    validation = tuple(row for row, key in zip(rows, keys, strict=True) if key in chosen)
    return train, validation


def _choose(sizes: dict[bytes, int], wanted: int, seed: int) -> set[bytes]:
    """Contents of ``wanted`` rows together, drawn by ``seed``; as near as groups of equal rows allow."""
    salt = seed.to_bytes(8, "little")
    order = sorted(sizes, key=lambda key: hashlib.blake2b(salt + key, digest_size=16).digest())
    chosen: set[bytes] = set()
    count = 0
    for key in order:
        if count + sizes[key] <= wanted:
            chosen.add(key)
            count += sizes[key]
    return chosen or {min(order, key=lambda key: sizes[key])}


def without_leaks(train: Sequence[Row], validation: Sequence[Row]) -> tuple[Row, ...]:
    """``validation`` less the rows that also stand in ``train``."""
    known = {content_key(row) for row in train}
    return tuple(row for row in validation if content_key(row) not in known)
