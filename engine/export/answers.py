"""How alike two answers are, token by token."""

from collections.abc import Sequence


def share_equal(expected: Sequence[int], actual: Sequence[int]) -> float:
    """Share of places that hold the same token; a missing token is a different one."""
    longest = max(len(expected), len(actual))
    return sum(a == b for a, b in zip(expected, actual, strict=False)) / longest if longest else 1.0


def equal_prefix(expected: Sequence[object], actual: Sequence[object]) -> int:
    """How many tokens (or characters) are equal before the first different one."""
    count = 0
    for a, b in zip(expected, actual, strict=False):
        if a != b:
            break
        count += 1
    return count
