"""The card of a written dataset: where its rows come from, what was done to them, and what is in it.

``card.json`` is for programs (and for the list of versions), ``card.md`` says the same for people.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from engine.contract.results import Leakage, SourceStatistics

if TYPE_CHECKING:
    from engine.data.store import LoadedSource

CARD_JSON = "card.json"
CARD_MARKDOWN = "card.md"
_BLOCK_BYTES = 1 << 20
_SHOWN_LANGUAGES = 5


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CardSource(_Part):
    """A file that rows were read from. ``rejected`` counts rows that could not be used, by reason."""

    path: str
    sha256: str
    size_bytes: int
    file_type: str
    family: str
    encoding: str
    rows: int
    accepted: int
    rejected: dict[str, int] = {}


class CardStep(_Part):
    """What a cleaning step did."""

    kind: str
    title: str
    before: int
    after: int
    changed: int


class CardFile(_Part):
    """A file that was written."""

    side: str
    name: str
    rows: int
    size_bytes: int
    sha256: str


class Card(_Part):
    """All that is known of a written dataset. ``created`` is Unix time, ``content_hash`` SHA-256 over its rows."""

    name: str
    created: float
    luthier: str
    licence: str
    content_hash: str
    form: str
    files: tuple[CardFile, ...]
    sources: tuple[CardSource, ...]
    steps: tuple[CardStep, ...]
    leakage: Leakage | None = None
    statistics: tuple[SourceStatistics, ...] = ()
    data: dict[str, Any] = {}
    seed: int = 0

    @property
    def rows(self) -> dict[str, int]:
        """Rows by side."""
        return {file.side: file.rows for file in self.files}

    def markdown(self) -> str:
        """The card as a page."""
        parts = (_head(self), _files(self), _sources(self), _steps(self), _leakage(self), _statistics(self))
        return "\n".join(line for part in parts for line in part) + "\n"


def card_source(loaded: "LoadedSource") -> CardSource:
    """What the card says of a file that was read; reads it once more for its hash, which of a file in an archive is
    that of the file."""
    place = loaded.file.path if loaded.file.path.is_file() else loaded.file.content
    reasons = Counter(item.reason for item in loaded.rejected)
    return CardSource(
        path=str(loaded.file.path),
        sha256=sha256_of(place),
        size_bytes=place.stat().st_size,
        file_type=loaded.file.reader.format,
        family=loaded.family,
        encoding=loaded.file.encoding,
        rows=len(loaded.rows) + len(loaded.rejected),
        accepted=len(loaded.rows),
        rejected=dict(reasons.most_common(20)),
    )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    state = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            state.update(block)
    return state.hexdigest()


# ---------------------------------------------------------------- the page


def _head(card: Card) -> list[str]:
    day = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(card.created))
    return [
        f"# {_plain(card.name)}",
        "",
        f"- Licence: {_plain(card.licence) or 'not stated'}",
        f"- Content hash: `{card.content_hash}`",
        f"- Form of the rows: {card.form}",
        f"- Created {day} by Luthier {card.luthier}, seed {card.seed}",
    ]


def _files(card: Card) -> list[str]:
    rows = [(f.side, f.name, f.rows, f"{f.size_bytes:,}", f"`{f.sha256}`") for f in card.files]
    return _table("Files", ("side", "file", "rows", "bytes", "SHA-256"), rows)


def _sources(card: Card) -> list[str]:
    rows = [
        (Path(s.path).name, s.file_type, s.family, s.rows, s.accepted, f"`{s.sha256}`") for s in card.sources
    ]
    table = _table("Sources", ("file", "type", "format", "rows", "usable", "SHA-256"), rows)
    unusable = [
        f"- {_plain(Path(source.path).name)}: {count} × {_plain(reason)}"
        for source in card.sources
        for reason, count in source.rejected.items()
    ]
    return [*table, "", *unusable] if unusable else table


def _steps(card: Card) -> list[str]:
    rows = [(s.title, s.before, s.after, s.before - s.after, s.changed) for s in card.steps]
    return _table("Cleaning", ("step", "rows before", "rows after", "removed", "changed"), rows)


def _leakage(card: Card) -> list[str]:
    found = card.leakage
    if found is None:
        return []
    return [
        "",
        "## Leakage",
        "",
        f"Of {found.held_out} held-out rows, {found.exact} stood word for word among the training rows and "
        f"{found.near} nearly so (similarity of at least {found.threshold:g}); {found.removed} were left out.",
    ]


def _statistics(card: Card) -> list[str]:
    rows = []
    for item in card.statistics:
        common = sorted(item.languages.items(), key=lambda pair: -pair[1])[:_SHOWN_LANGUAGES]
        languages = ", ".join(f"{name} {count}" for name, count in common)
        roles = ", ".join(f"{name} {count}" for name, count in item.roles.items())
        rows.append((Path(item.path).name, item.rows, item.turns, roles, languages, item.duplicates))
    names = ("file", "rows", "turns", "turns by role", "rows by language", "duplicates before cleaning")
    return _table("Statistics", names, rows)


def _table(title: str, names: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(_plain(str(cell)) for cell in row) + " |" for row in rows]
    if not lines:
        return []
    head = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return ["", f"## {title}", "", *head, *lines]


def _plain(text: str) -> str:
    """``text`` on one line, as words and nothing else where Markdown is shown."""
    escaped = "".join(f"\\{char}" if char in "|<>[]*_" else char for char in " ".join(text.split()))
    return escaped[:300]
