"""Takes a part of the rows, drawn by a seed."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from engine.contract.recipe import Tier, option
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition


class Sampling(Step, kind="sampling", title="Sampling"):
    """Keeps a number or a share of the rows, drawn at random but the same for the same seed."""

    group: ClassVar[str] = "Selection"

    max_rows: int | None = option(
        10_000,
        ge=1,
        title="Most rows",
        unit="rows",
        tier=Tier.BASIC,
        help="At most this many rows are kept; empty: only the share counts.",
    )
    share: float = option(
        1.0, gt=0.0, le=1.0, title="Share", tier=Tier.BASIC, help="Share of the rows that is kept."
    )
    seed: int = option(42, ge=0, le=2**31 - 1, title="Seed", help="Another seed draws other rows.")

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep what is drawn, in the order of the file; at least one row."""
        count = len(rows)
        wanted = min(count, max(1, round(count * self.share)), self.max_rows or count)
        drawn = np.zeros(count, dtype=np.bool_)
        drawn[np.random.default_rng(self.seed).permutation(count)[:wanted]] = True
        keep = iter(drawn.tolist())
        return partition(rows, lambda row: next(keep))
