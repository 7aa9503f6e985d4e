"""What of a row is read, as text: its conversation, its running text, or the two answers of a pair.

An objective says which by its ``reads`` (see ``engine.objectives.base``); the rest of the data rooms need not know
objectives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.data.examples import Example
from engine.data.rows import Row
from engine.data.template import ChatTemplate, Rendered, TemplateRefusal

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Reads = Literal["conversation", "text", "pair", "verdict", "question"]
Texts = tuple[Rendered, ...]  # what is learnt from first, then what is read beside it


class Reader:
    """Makes the texts of rows. A chat template is asked for only where conversations are read."""

    def __init__(self, tokenizer: "PreTrainedTokenizerBase", *, template: str, reads: Reads) -> None:
        """
        Raises:
            UserError: ``TEMPLATE_MISSING``.
        """
        self.reads = reads
        self._template = None if reads == "text" else ChatTemplate(tokenizer, template)
        self._begin = str(tokenizer.bos_token or "") if getattr(tokenizer, "add_bos_token", False) else ""
        self._end = str(tokenizer.eos_token or "")

    def texts(self, rows: Sequence[Row]) -> Iterator[Texts | TemplateRefusal]:
        """Of each row, or why the template does not take it."""
        for row in rows:
            try:
                yield self._texts(row)
            except TemplateRefusal as refusal:
                yield refusal

    def _texts(self, row: Row) -> Texts:
        if self._template is None:
            return (self._running_text(row),)
        if self.reads == "conversation":
            return (self._template.render(row.chat(), tools=row.tools),)
        chosen = row.messages[_answer_start(row) :]
        first = self._answer(row, len(chosen))
        if self.reads in ("verdict", "question"):
            return (first,)
        other = replace(row, messages=(*row.messages[: _answer_start(row)], *row.rejected))
        return first, self._answer(other, len(row.rejected))

    def _answer(self, row: Row, turns: int) -> Rendered:
        """The whole conversation, of which the last ``turns`` turns are learnt."""
        assert self._template is not None
        rendered = self._template.render(row.chat(), tools=row.tools)
        answers = sum(item.role == "assistant" for item in row.messages[-turns:])
        return replace(rendered, trained_spans=rendered.trained_spans[-answers:])

    def _running_text(self, row: Row) -> Rendered:
        """The text between the marks that the model knows as the beginning and the end of one."""
        body = "\n".join(item.content for item in row.messages)
        text = f"{self._begin}{body}{self._end}"
        start = len(self._begin)
        return Rendered(text, ((0, len(text)),), ((start, start + len(body)),))


def _answer_start(row: Row) -> int:
    """Place of the first turn after the last question or result of a tool."""
    asked = [place for place, item in enumerate(row.messages) if item.role in ("user", "tool")]
    return asked[-1] + 1 if asked else 0


def with_foreign_answers(examples: Sequence[Example]) -> list[Example]:
    """Each example with its question and the answer of the next one beside it, by which KTO estimates how far the
    model has moved; the last one takes the answer of the first."""
    made = []
    for example, other in zip(examples, (*examples[1:], *examples[:1]), strict=True):
        start, foreign = _first_trained(example), _first_trained(other)
        ids = np.concatenate([example.input_ids[:start], other.input_ids[foreign:]])
        trained = np.concatenate([example.trained[:start], other.trained[foreign:]])
        made.append(replace(example, others=(Example(ids, trained, other.path, other.line),)))
    return made


def with_texts(
    examples: Sequence[Example], rows: Sequence[Row], *, column: str, whole: bool = False
) -> list[Example]:
    """Each example with its question and the wanted answer as text, by which own answers are judged; ``column`` is the
    one that holds the wanted answer, or empty for the dataset's own answer. ``whole``: with all columns of its row.

    Raises:
        UserError: no row has such a column.
    """
    if column and rows and not any(column in row.raw for row in rows):
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"No row has a column {column!r}, which is to hold the wanted answer",
            hint="Name a column of the dataset, or leave it empty for the dataset's own answer.",
            recipe_path="objective.wanted_column",
        )
    made = []
    for example, row in zip(examples, rows, strict=True):
        start = _answer_start(row)
        own = "\n".join(item.content for item in row.messages[start:])
        wanted = str(row.raw.get(column, "")) if column else own
        prompt = row.messages[start - 1].content if start else ""
        columns = {"wanted": wanted, **row.raw} if whole else {}
        made.append(replace(example, prompt=prompt, wanted=wanted, row=columns))
    return made


def _first_trained(example: Example) -> int:
    return int(example.trained.argmax())
