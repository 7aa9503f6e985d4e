"""Fast lanes of the formats with one text a cell: alpaca, prompt and completion, running text."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.batches import values
from engine.data.lanes.base import (
    Lane,
    Mask,
    Pool,
    begins_plainly,
    picked,
    present,
    single,
    turn_list,
    visible,
)

if TYPE_CHECKING:
    import pyarrow as pa


class AlpacaLane(Lane):
    """Rows without earlier turns and without tools."""

    families = ("alpaca",)

    @classmethod
    def suits(cls, family: str, sample: Sequence[Mapping[str, Any]], mapping: Mapping[str, str]) -> bool:
        """Not where the first rows have earlier turns or tools."""
        return all(
            not record.get(mapping.get(name, name)) for record in sample for name in ("history", "tools")
        )

    def schema(self) -> "pa.Schema":
        """Texts, and earlier turns as pairs."""
        import pyarrow as pa

        names = ("instruction", "input", "output", "system", "tools")
        texts = {self.column(name): pa.string() for name in names}
        return pa.schema({**texts, self.column("history"): pa.list_(pa.list_(pa.string()))})

    def sure(self, table: "pa.Table") -> Mask:
        """Something is asked and answered, and that is all."""
        import pyarrow.compute as pc

        history = single(table.column(self.column("history")))
        earlier = values(pc.fill_null(pc.list_value_length(history), 0)) > 0
        asked = present(self.texts(table, "instruction")) | _some(self.texts(table, "input"))
        others = earlier | _some(self.texts(table, "tools"))
        told = self.unfilled(table, "instruction", "input", "output", "system", "tools")
        told &= self.column("history") not in self.fill
        return asked & visible(self.texts(table, "output")) & ~others & told

    def turns(self, table: "pa.Table") -> "pa.Array":
        """The question is the instruction, a newline, and the input if there is one."""
        import pyarrow.compute as pc

        question, extra = self.texts(table, "instruction"), self.texts(table, "input")
        if question.null_count:
            question = pc.fill_null(question, "")
        pool = Pool.of(question)
        more = np.flatnonzero(_some(extra))
        if len(more):
            asked, extra = picked(question, more), picked(extra, more)
            both = pc.if_else(pc.equal(asked, ""), extra, pc.binary_join_element_wise(asked, extra, "\n"))
            pool = pool.but(more, both)
        return _answered(self, table, pool, self.texts(table, "output"))


class PromptCompletionLane(Lane):
    """Rows in which both are texts, not turns written as JSON."""

    families = ("prompt_completion",)

    def schema(self) -> "pa.Schema":
        """Texts alone."""
        import pyarrow as pa

        names = ("prompt", "completion", "system", "tools")
        return pa.schema({self.column(name): pa.string() for name in names})

    def sure(self, table: "pa.Table") -> Mask:
        """Something is asked and answered, and neither begins as JSON does."""
        prompt, completion = self.texts(table, "prompt"), self.texts(table, "completion")
        plain = begins_plainly(prompt, other_than=b"[{") & begins_plainly(completion, other_than=b"[{")
        others = _some(self.texts(table, "tools"))
        told = self.unfilled(table, "prompt", "completion", "system", "tools")
        return present(prompt) & visible(completion) & plain & ~others & told

    def turns(self, table: "pa.Table") -> "pa.Array":
        """The prompt and the completion."""
        return _answered(self, table, Pool.of(self.texts(table, "prompt")), self.texts(table, "completion"))


class TextLane(Lane):
    """Rows of running text."""

    families = ("text",)

    def schema(self) -> "pa.Schema":
        """One text."""
        import pyarrow as pa

        return pa.schema({self.column("text"): pa.string()})

    def sure(self, table: "pa.Table") -> Mask:
        """The text says something."""
        return visible(self.texts(table, "text"))

    def turns(self, table: "pa.Table") -> "pa.Array":
        """The text is one turn of the assistant."""
        return turn_list([("assistant", Pool.of(self.texts(table, "text")), None)])


def _answered(lane: Lane, table: "pa.Table", question: Pool, answer: "pa.Array") -> "pa.Array":
    """A question and its answer, after a system prompt where there is one."""
    system = lane.texts(table, "system")
    told = visible(system)
    parts: list[tuple[str, Pool, Mask | None]] = [
        ("user", question, None),
        ("assistant", Pool.of(answer), None),
    ]
    return turn_list([("system", Pool.of(system), told), *parts] if told.any() else parts)


def _some(texts: "pa.Array") -> Mask:
    """Which cells hold a text that is not empty."""
    import pyarrow.compute as pc

    return np.asarray(values(pc.fill_null(pc.binary_length(texts), 0)) > 0)
