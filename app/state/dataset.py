"""What the Data page shows beside the recipe: pages of rows, what a step did, what was skipped. No Qt, no I/O."""

from dataclasses import dataclass, field
from typing import Any

from engine.contract.errors import ErrorInfo
from engine.contract.results import DataReport, RowSummary, StepEffect

ROWS_A_PAGE = 200
PAGES_KEPT = 8

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows are listed, and in which order, in the words of ``data.find``."""

    text: str = ""
    where: str = "any"
    sort: str = "file"

    @property
    def plain(self) -> bool:
        """Whether it lists every row where it stands."""
        return self == RowQuery()


@dataclass(frozen=True, slots=True)
class RowPage:
    offset: int
    rows: tuple[RowSummary, ...]


@dataclass(frozen=True, slots=True)
class RowListing:
    """The list of rows as far as it was looked at: never more than ``PAGES_KEPT`` pages, the newest last.

    ``edition`` grows when the rows may have become others; ``total`` is then what it was until it is known anew.
    """

    query: RowQuery = field(default_factory=RowQuery)
    edition: int = 0
    total: int | None = None
    pages: tuple[RowPage, ...] = ()
    error: ErrorInfo | None = None

    def page(self, offset: int) -> RowPage | None:
        """The page that begins at ``offset``, if it is here."""
        return next((page for page in self.pages if page.offset == offset), None)

    def row(self, place: int) -> RowSummary | None:
        """The row at ``place`` of the list, if its page is here."""
        page = self.page(place // ROWS_A_PAGE * ROWS_A_PAGE)
        inside = place % ROWS_A_PAGE
        return page.rows[inside] if page is not None and inside < len(page.rows) else None


@dataclass(frozen=True, slots=True)
class EffectsState:
    """What the step at place ``step`` of the recipe removed or changed. ``step`` is -1 while nobody looks."""

    step: int = -1
    kind: str = ""
    what: str = "removed"
    total: int | None = None
    rows: tuple[StepEffect, ...] = ()
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """Something among what was dropped that is no dataset, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class DataProgress:
    """How far the engine is in what was asked of the data, in rows."""

    what: str = ""
    done: float = 0.0
    total: float | None = None


@dataclass(frozen=True, slots=True)
class ProposedStep:
    """A step that the engine put into the recipe, and why."""

    kind: str
    reason: str


def rows_in(report: DataReport) -> int:
    """Usable rows before the first cleaning step."""
    return report.steps[0].before if report.steps else report.rows - report.rejected


def rows_out(report: DataReport) -> int:
    """Rows after the last cleaning step."""
    return report.steps[-1].after if report.steps else report.rows - report.rejected


def rows_used(report: DataReport) -> int:
    """Rows on one of the sides: what is left of them when the goal and the limits have had their say."""
    return report.train_rows + report.validation_rows + report.test_rows
