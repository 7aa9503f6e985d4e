"""Removes rows that a model will be examined with."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Source, Tier, option
from engine.data.near import Tick, near_twins
from engine.data.rows import Row, digest, watcher
from engine.data.steps.base import Step, StepResult, partition
from engine.data.text import texts_of, words_of


class EvaluationOverlap(Step, kind="evaluation_overlap", title="Rows of an evaluation set"):
    """Removes rows that also stand in an evaluation set, so that it measures something new."""

    group: ClassVar[str] = "Duplicates"

    path: str | None = option(
        None,
        title="Evaluation file",
        tier=Tier.BASIC,
        widget="path",
        help="A dataset file of any known format.",
    )
    match: Literal["near", "exact"] = option(
        "near",
        title="Match",
        tier=Tier.BASIC,
        help="near: nearly the same words. exact: the same words, whatever their case and punctuation.",
    )
    compare: Literal["prompt", "conversation"] = option(
        "prompt",
        title="Compare",
        tier=Tier.BASIC,
        help="prompt: the same questions are enough. conversation: questions and answers must both be alike.",
    )
    threshold: float = option(
        0.7, ge=0.3, le=1.0, title="Similarity", help="Share of word pairs in common, for near matches."
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows that have no twin in the evaluation set.

        Raises:
            UserError: no file is named, or it cannot be read.
        """
        known = self._evaluation_rows(watcher(rows))
        if self.match == "exact":
            prints = {_print(text) for text in self._texts(known)}
            return partition(rows, lambda row: _print(next(self._texts((row,)))) not in prints)
        found = near_twins(
            self._texts(rows), self._texts(known), threshold=self.threshold, tick=watcher(rows)
        )
        twins: Iterator[int] = iter(found.tolist())
        return partition(rows, lambda row: next(twins) < 0)

    def _evaluation_rows(self, tick: Tick | None) -> Sequence[Row]:
        from engine.data.store import SourceStore

        if not self.path:
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                "The step that removes rows of an evaluation set names no file",
                hint="Choose the evaluation file, or remove the step.",
                recipe_path="data.steps",
            )
        return SourceStore(keep=0).load(Source(path=str(Path(self.path).expanduser())), tick=tick).rows

    def _texts(self, rows: Sequence[Row]) -> Iterator[str]:
        where: Literal["prompt", "any"] = "prompt" if self.compare == "prompt" else "any"
        for row in rows:
            yield "\n".join(texts_of(row, where) or texts_of(row, "any"))


def _print(text: str) -> bytes:
    return digest(words_of(text.casefold()) or [text])
