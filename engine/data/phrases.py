"""The lists of patterns that some cleaning steps look for, kept as text files beside the program's other resources."""

import functools
import re
from collections.abc import Callable, Iterable

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


Search = Callable[[str], re.Match[str] | None]


@functools.cache
def anywhere(name: str, more: tuple[str, ...] = ()) -> Search:
    """Finds what one of the patterns of a list, or one of the phrases ``more``, describes. Patterns in Latin letters
    begin where a word does, and the others are only tried where a text has other letters: both make it fast."""
    every = [*patterns(name), *(re.escape(phrase.strip()) for phrase in more if phrase.strip())]
    latin = re.compile(rf"(?<!\w){one_of(item for item in every if item.isascii())}", re.IGNORECASE)
    other = re.compile(one_of(item for item in every if not item.isascii()), re.IGNORECASE)

    def search(text: str) -> re.Match[str] | None:
        return latin.search(text) or (None if text.isascii() else other.search(text))

    return search
