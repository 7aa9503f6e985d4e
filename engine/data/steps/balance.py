"""Keeps values of a column from outweighing the others."""

from array import array
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from engine.contract.recipe import Tier, option
from engine.data.columns import EVERY_ROW, no_such_column, value_of
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition


class Balance(Step, kind="balance", title="Balance"):
    """Keeps at most so many rows of each value of a column, such as a category, a language or a source."""

    group: ClassVar[str] = "Selection"

    column: str = option(
        "language",
        min_length=1,
        title="Column",
        tier=Tier.BASIC,
        help="A column of the file, or language, source, label, turns.",
    )
    max_rows: int | None = option(
        None,
        ge=1,
        title="Most rows of a value",
        unit="rows",
        tier=Tier.BASIC,
        help="At most this many rows of each value; empty: as many as the rarest value has.",
    )
    seed: int = option(42, ge=0, le=2**31 - 1, title="Seed", help="Another seed draws other rows.")

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep what is drawn of each value, in the order of the file.

        Raises:
            UserError: no row has the column.
        """
        groups = self._groups(rows)
        counts = np.bincount(groups) if len(groups) else np.zeros(1, dtype=np.int64)
        most = self.max_rows or int(counts.min())
        order = np.random.default_rng(self.seed).permutation(len(groups))
        by_group = order[np.argsort(groups[order], kind="stable")]
        rank = np.empty(len(groups), dtype=np.int64)
        rank[by_group] = np.arange(len(groups)) - (np.cumsum(counts) - counts)[groups[by_group]]
        keep = iter((rank < most).tolist())
        return partition(rows, lambda row: next(keep))

    def _groups(self, rows: Sequence[Row]) -> npt.NDArray[np.int64]:
        """A number for the value of each row."""
        numbers: dict[str, int] = {}
        found = array("q")
        known = self.column in EVERY_ROW or not len(rows)
        for row in rows:
            known = known or self.column in row.raw
            found.append(numbers.setdefault(str(value_of(row, self.column)), len(numbers)))
        if not known:
            raise no_such_column(self.column, self.title)
        return np.frombuffer(found, dtype=np.int64) if found else np.empty(0, dtype=np.int64)
