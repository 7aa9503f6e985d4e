"""From a recipe's data section to tokenized examples: read, convert, clean, split, render, tokenize, cut.

The order of the examples is the order of the files; the training loop shuffles.
"""

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.recipe import DataSectionBase, RecipeBase, Source
from engine.contract.results import Leakage, Rejection, StepCount
from engine.data.cleaning import Cleaner, rows_key
from engine.data.examples import Example, HeldOut, Prepared
from engine.data.mix import Caps
from engine.data.overlong import split_text, split_turns
from engine.data.rejections import Reports, Unfit
from engine.data.rows import Row, reject
from engine.data.sequences import Reader, Reads, with_foreign_answers, with_texts
from engine.data.sides import Given, set_aside
from engine.data.steps.base import Step
from engine.data.store import LoadedSource, SourceStore
from engine.data.table import joined
from engine.data.template import TemplateRefusal
from engine.data.tokens import Encoded, encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

HELD_OUT_ROWS = 64
_BATCH_ROWS = 256


class Progress(Protocol):
    """Is told how far "read", "clean" or "tokenize" is; may raise to end the work."""

    def __call__(self, name: str, done: int, total: int | None) -> None: ...


@dataclass(frozen=True, slots=True)
class CleanRows:
    """The rows of a recipe, converted, cleaned, split and mixed; ``total`` counts every row of the training files."""

    train: Sequence[Row]
    validation: Sequence[Row]
    total: int
    rejected: Reports
    steps: tuple[StepCount, ...]
    test: Sequence[Row] = ()
    leakage: Leakage | None = None  # where rows are held out


@dataclass(slots=True)
class Tokenized:
    """Examples of one side as they are made; ``lengths`` are those before the cutoff, for every row."""

    examples: list[Example] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    rejected: list[tuple[str, Rejection]] = field(default_factory=list)
    dropped: int = 0
    truncated: int = 0
    split: int = 0


@dataclass(frozen=True, slots=True)
class Detailed:
    """What a run needs, and what a report on the data needs besides."""

    prepared: Prepared
    rows: CleanRows
    lengths: tuple[int, ...]  # whole tokens of every row of all sides
    rejected: Reports


def prepare(recipe: RecipeBase, tokenizer: "PreTrainedTokenizerBase", *, job: Job) -> Prepared:
    """Everything a run needs of its data. Deterministic: the same recipe and files give the same bytes.

    Raises:
        UserError: ``DATA_EMPTY``, ``NOTHING_TRAINED``, ``NOT_FOUND``, ``UNREADABLE``, ``TEMPLATE_MISSING``.
        Cancelled: the job's user asked for it.
    """

    def report(name: str, done: int, total: int | None) -> None:
        job.check()
        job.progress(name, done, total, "rows")

    with job.phase("read"):
        rows = read_rows(recipe, SourceStore(keep=0), report)
    if rows.leakage is not None:
        _warn_of_leaks(rows.leakage, job)
    with job.phase("tokenize"):
        detailed = tokenize_rows(recipe, rows, tokenizer, report)
    prepared = detailed.prepared
    if prepared.split:
        examples = len(prepared.train) + len(prepared.validation) + len(prepared.test)
        job.warn(
            "split",
            f"{_count(prepared.split, 'row')} longer than {recipe.data.cutoff_len} tokens were split; "
            f"together with the others they make {_count(examples, 'example')}",
        )
    if prepared.rejected:
        job.warn(
            "rejected",
            f"{_count(len(prepared.rejected), 'row')} could not be used: {_commonest(detailed.rejected)}",
        )
    return prepared


def _warn_of_leaks(leakage: Leakage, job: Job) -> None:
    if leakage.removed:
        job.warn(
            "leakage",
            f"{leakage.removed} held-out rows are also trained on; they were left out of what is held out",
        )
    if left := leakage.exact + leakage.near - leakage.removed:
        job.warn(
            "near_leakage",
            f"{left} of {leakage.held_out} held-out rows say nearly the same as a training row",
            "Remove leaks, or keep near duplicates together when rows are split.",
        )


def read_rows(
    recipe: RecipeBase,
    store: SourceStore,
    report: Progress,
    *,
    any_objective: bool = False,
    cleaner: Cleaner | None = None,
) -> CleanRows:
    """The rows of a recipe before tokenizing; with ``any_objective`` also those that its own cannot train on. A
    ``cleaner`` knows what the cleaning steps left of the same rows before.

    Raises:
        UserError: ``DATA_EMPTY`` when none is left to train on.
    """
    data = recipe.data
    if not data.sources:
        raise UserError(
            ErrorCode.DATA_EMPTY,
            "The recipe names no dataset file",
            hint="Add a file under data.sources.",
            recipe_path="data.sources",
        )
    loaded = [
        store.load(source, index=index, tick=lambda count: report("read", count, None))
        for index, source in enumerate(data.sources)
    ]
    total = sum(len(item.rows) + len(item.rejected) for item in loaded)
    objective = None if any_objective else objective_of(recipe)
    found, rejected = usable(loaded, objective, caps=Caps.of(recipe))
    cleaner = cleaner or Cleaner(keep=0)
    rows, steps = cleaner.clean(rows_key(recipe, objective), lambda: found, steps_of(data), report)
    rows = rows[: data.max_samples]
    held_out = [
        _held_out_file(data, path, objective, store, report)
        for path in (data.validation.path, data.validation.test_path)
    ]
    given = Given(*(found for found, _ in held_out))
    rejected = rejected.and_then(*(part for _, refused in held_out for part in refused.parts))
    aside = set_aside(
        rows, data, given, seed=recipe.run.seed, tick=lambda count: report("split", count, None)
    )
    if not len(aside.train):
        raise _empty(total, rejected, steps)
    return CleanRows(aside.train, aside.validation, total, rejected, steps, aside.test, aside.leakage)


def steps_of(data: DataSectionBase) -> tuple[Step, ...]:
    """The cleaning steps of a recipe; a bare base section has none."""
    return tuple(getattr(data, "steps", ()))


def reads_of(recipe: RecipeBase) -> Reads:
    """What of a row the objective reads."""
    return getattr(recipe.objective, "reads", "conversation")


def objective_of(recipe: RecipeBase) -> str:
    """Name of what is optimised."""
    return recipe.objective.kind


def usable(
    loaded: Sequence[LoadedSource], objective: str | None, *, caps: Caps | None = None
) -> tuple[Sequence[Row], Reports]:
    """The rows that ``objective`` (None: any) can train on, within ``caps``, and why the others cannot be used."""
    rows: list[Sequence[Row]] = []
    rejected = Reports()
    for index, item in enumerate(loaded):
        path = str(item.file.path)
        rejected = rejected.and_then((path, item.rejected))
        if item.format is None or objective is None or objective in item.format.objectives:
            rows.append(caps.cut(item.rows, index) if caps else item.rows)
            continue
        needed = " or ".join(sorted(item.format.objectives))
        reason = f"Rows of the format {item.family} need the objective {needed}, not {objective}"
        rejected = rejected.and_then((path, Unfit(item.rows, "needs_objective", reason)))
    return joined(rows), rejected


def _held_out_file(
    data: DataSectionBase, path: str | None, objective: str | None, store: SourceStore, report: Progress
) -> tuple[Sequence[Row], Reports]:
    """The cleaned rows of a file that is held out whole, and why others cannot be used."""
    if path is None:
        return (), Reports()
    source = _validation_source(data, path)
    loaded = store.load(source, tick=lambda count: report("read", count, None))
    rows, refused = usable([loaded], objective)
    return Cleaner(keep=0).clean((), lambda: rows, steps_of(data), report)[0], refused


def _validation_source(data: DataSectionBase, path: str) -> Source:
    """The validation file, read as the first training file is where that was told by hand."""
    first = data.sources[0]
    return Source(path=path, format=first.format, columns=first.columns)


def tokenize_rows(
    recipe: RecipeBase, rows: CleanRows, tokenizer: "PreTrainedTokenizerBase", report: Progress
) -> Detailed:
    """Render, tokenize and cut all sides.

    Raises:
        UserError: ``NOTHING_TRAINED`` or ``DATA_EMPTY`` when nothing is left to learn from.
    """
    reader = Reader(tokenizer, template=recipe.data.template, reads=reads_of(recipe))
    total = len(rows.train) + len(rows.validation) + len(rows.test)
    train, validation, test = Tokenized(), Tokenized(), Tokenized()
    done = 0
    for side, result in ((rows.train, train), (rows.validation, validation), (rows.test, test)):
        for start in range(0, len(side), _BATCH_ROWS):
            report("tokenize", done, total)
            batch = side[start : start + _BATCH_ROWS]
            _add_examples(recipe.data, batch, reader, tokenizer, result)
            done += len(batch)
        if reader.reads == "verdict":
            result.examples = with_foreign_answers(result.examples)
        if reader.reads == "question":
            column = str(getattr(recipe.objective, "wanted_column", ""))
            whole = bool(getattr(recipe.objective, "code_file", ""))
            result.examples = with_texts(result.examples, result.rows, column=column, whole=whole)
    report("tokenize", total, total)
    rejected = rows.rejected.and_then(*_parts([*train.rejected, *validation.rejected, *test.rejected]))
    _require_something(recipe.data, train, rows, rejected)
    prepared = Prepared(
        train=tuple(train.examples),
        validation=tuple(validation.examples),
        held_out=_held_out(validation.rows),
        content_hash=content_hash(
            train.examples, validation.examples, *([test.examples] if test.examples else [])
        ),
        rows=rows.total,
        rejected=rejected,
        dropped=train.dropped + validation.dropped + test.dropped,
        truncated=train.truncated + validation.truncated + test.truncated,
        split=train.split + validation.split + test.split,
        steps=rows.steps,
        test=tuple(test.examples),
        held_out_test=_held_out(test.rows),
    )
    return Detailed(prepared, rows, (*train.lengths, *validation.lengths, *test.lengths), rejected)


def _parts(found: Sequence[tuple[str, Rejection]]) -> list[tuple[str, Sequence[Rejection]]]:
    """Rejections by path, in their order."""
    groups = itertools.groupby(found, key=itemgetter(0))
    return [(path, [rejection for _, rejection in group]) for path, group in groups]


def _add_examples(
    data: DataSectionBase,
    batch: Sequence[Row],
    reader: Reader,
    tokenizer: "PreTrainedTokenizerBase",
    result: Tokenized,
) -> None:
    pairs = list(zip(batch, reader.texts(batch), strict=True))
    taken = [(row, item) for row, item in pairs if isinstance(item, tuple)]
    for row, item in pairs:
        if isinstance(item, TemplateRefusal):
            result.rejected.append(
                (row.path, reject(row.line, "template_refused", f"The chat template refuses the row: {item}"))
            )
    texts = [text for _, item in taken for text in item]
    encoded = iter(encode(tokenizer, texts, train_on_prompt=data.train_on_prompt))
    for row, item in taken:
        parts = [next(encoded) for _ in item]
        if data.overlong == "split" and len(parts) == 1 and len(parts[0]) > data.cutoff_len:
            _add_split(data, row, parts[0], reader, tokenizer, result)
        else:
            _add_example(data, row, parts, result)


def _add_split(
    data: DataSectionBase,
    row: Row,
    whole: Encoded,
    reader: Reader,
    tokenizer: "PreTrainedTokenizerBase",
    result: Tokenized,
) -> None:
    """A row over the cutoff as several examples; its length is counted once."""

    def measure(part: Row) -> Encoded | None:
        (item,) = reader.texts([part])
        if isinstance(item, TemplateRefusal):
            return None
        return encode(tokenizer, item, train_on_prompt=data.train_on_prompt)[0]

    if reader.reads == "text":
        made = [(row, part) for part in split_text(whole, longest=data.cutoff_len)]
    elif reader.reads == "conversation":
        made = split_turns(row, measure, longest=data.cutoff_len)
    else:
        made = []
    lost = len(made)
    made = [(part, tokens) for part, tokens in made if tokens.trained[: data.cutoff_len].any()]
    lost -= len(made)
    if len(made) < 2 and (not made or len(made[0][1]) == len(whole)):
        _add_example(data, row, [whole], result)
        return
    counted = len(result.lengths)
    for part, tokens in made:
        _add_example(data, part, [tokens], result)
    result.lengths[counted:] = [len(whole)]
    result.split += 1
    result.truncated += lost  # questions that are too long to leave room for their answers


def _add_example(data: DataSectionBase, row: Row, parts: Sequence[Encoded], result: Tokenized) -> None:
    longest = max(map(len, parts))
    result.lengths.append(longest)
    cut = longest > data.cutoff_len
    if cut and data.overlong == "drop":
        result.dropped += 1
        return
    first, *others = (
        Example(part.input_ids[: data.cutoff_len], part.trained[: data.cutoff_len], row.path, row.line)
        for part in parts
    )
    if not all(item.trained.any() for item in (first, *others)):
        reason = (
            f"The first {data.cutoff_len} tokens hold nothing of an answer"
            if cut
            else "No token of an answer is left"
        )
        result.rejected.append((row.path, reject(row.line, "nothing_trained", reason)))
        return
    result.truncated += cut
    result.examples.append(replace(first, others=tuple(others), label=row.label))
    result.rows.append(row)


def _held_out(rows: Sequence[Row]) -> tuple[HeldOut, ...]:
    """Conversations to ask the model: those that end with a question of the user and its answer."""
    found = []
    for row in rows:
        *before, last = row.messages
        if last.role == "assistant" and before and before[-1].role == "user" and not row.tools:
            found.append(HeldOut(tuple(item.as_dict() for item in before), last.content))
    return tuple(found[:HELD_OUT_ROWS])


def content_hash(*sides: Sequence[Example]) -> str:
    """SHA-256 over all token ids and masks, in order, with the length of each example and side."""
    state = hashlib.sha256()
    for side in sides:
        state.update(len(side).to_bytes(8, "little"))
        for example in side:
            state.update(len(example).to_bytes(8, "little"))
            state.update(np.ascontiguousarray(example.input_ids, dtype="<i4").tobytes())
            state.update(np.packbits(example.trained).tobytes())
            if example.others or example.label is not None:
                state.update(repr(example.label).encode())
                state.update(bytes.fromhex(content_hash(example.others)))
            state.update(example.wanted.encode())  # empty but where own answers are judged by it
            if example.row:
                state.update(json.dumps(example.row, sort_keys=True, default=str).encode())
    return state.hexdigest()


def _require_something(data: DataSectionBase, train: Tokenized, rows: CleanRows, rejected: Reports) -> None:
    if train.examples:
        return
    if train.dropped:
        raise UserError(
            ErrorCode.DATA_EMPTY,
            f"All {_count(train.dropped, 'row')} left are longer than the cutoff of {data.cutoff_len} tokens",
            hint="Raise the cutoff length, or truncate longer examples.",
            recipe_path="data.cutoff_len",
        )
    if all(rejection.code == "nothing_trained" for _, rejection in train.rejected):
        raise UserError(
            ErrorCode.NOTHING_TRAINED,
            f"Not one token would be trained in {_count(len(rows.train), 'row')}: {_commonest(Reports().and_then(*_parts(train.rejected)))}",
            hint="Raise the cutoff length; the preview shows in colour what is trained.",
            recipe_path="data.cutoff_len",
        )
    raise _empty(rows.total, rejected, rows.steps)


def _empty(total: int, rejected: Reports, steps: Sequence[StepCount]) -> UserError:
    removed = sum(step.before - step.after for step in steps)
    parts = [f"No row is left to train on: of {_count(total, 'row')}, {len(rejected)} cannot be used"]
    if removed:
        parts.append(f"and {removed} were removed by the cleaning steps")
    message = " ".join(parts) + (f" ({_commonest(rejected)})" if rejected else "")
    needs = any(code == "needs_objective" for code, _ in rejected.counts())
    return UserError(
        ErrorCode.DATA_EMPTY,
        message,
        hint="Choose the objective that the data is made for."
        if needs
        else "`luthier-engine data inspect FILE` lists every row that cannot be used and why.",
        recipe_path="objective" if needs else "data.sources",
        details={"rows": total, "rejected": len(rejected), "removed": removed},
    )


def _commonest(rejected: Reports) -> str:
    """The three commonest reasons with their counts."""
    return "; ".join(f"{reason} ({count}×)" for (_, reason), count in rejected.counts().most_common(3))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
