"""The lists of patterns that some cleaning steps look for, kept as text files beside the program's other resources."""

import functools
import re
from collections.abc import Iterable

from engine.contract.paths import resources_dir


@functools.cache
def patterns(name: str) -> tuple[str, ...]:
    """The patterns of one list, in the file's order; empty lines and those that begin with ``#`` are no patterns."""
    lines = (resources_dir() / "cleaning" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def one_of(alternatives: Iterable[str]) -> str:
    """A pattern for any of several ones; of none, a pattern that nothing matches."""
    joined = "|".join(f"(?:{item})" for item in alternatives)
    return f"(?:{joined})" if joined else r"(?!)"


@functools.cache
def whole_lines(name: str) -> re.Pattern[str]:
    """Matches lines that one of the patterns of a list describes, with their line end."""
    return re.compile(
        rf"^[ \t*#>·•-]*{one_of(patterns(name))}[ \t.!。！*]*$\n?", re.IGNORECASE | re.MULTILINE
    )


@functools.cache
def anywhere(name: str) -> re.Pattern[str]:
    """Matches what one of the patterns of a list describes."""
    return re.compile(one_of(patterns(name)), re.IGNORECASE)
