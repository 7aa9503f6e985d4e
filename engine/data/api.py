"""Questions about data: what a file holds, how its rows will be seen by the model, and how long they are.

``DataService`` remembers converted files and the tokenizer between questions; whoever answers questions for
long holds one. The functions below it are for a single question.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase, Source
from engine.contract.results import (
    DataReport,
    InspectedFile,
    Inspection,
    Preview,
    PreviewRow,
    Rejection,
    RowList,
    SourceStatistics,
    StepEffects,
    SuggestedSteps,
    Token,
)
from engine.data.cleaning import Cleaner, rows_key, step_key
from engine.data.effects import effects_of
from engine.data.fixes import fixes_for
from engine.data.formats.media import media_notes
from engine.data.listing import Listing, Sort, Where
from engine.data.mix import Caps
from engine.data.prepare import (
    Detailed,
    Progress,
    objective_of,
    read_rows,
    reads_of,
    steps_of,
    tokenize_rows,
    usable,
)
from engine.data.rows import Message, Row, presentable, shortened
from engine.data.sequences import Reader
from engine.data.statistics import count_tokens, source_statistics, tokens_by_path
from engine.data.store import LoadedSource, SourceStore, Tick, stamp
from engine.data.table import joined
from engine.data.template import ChatTemplate, Rendered, TemplateRefusal
from engine.data.tokens import Encoded, encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BINS = 40
_KEPT_REPORTS = 16  # small; counting again costs a pass over all rows
# What one reply may show, so that it stays below the protocol's limit for a line.
_REJECTED_BYTES = 500_000
_EXAMPLE_CHARS = 60_000
_SHOWN_TOKENS = 16_000
_SHOWN_CHARS = 60_000


class DataService:
    """Answers questions about data. ``load_tokenizer`` turns a model's path into its tokenizer; ``report`` is told how
    far long work is, and may raise to end it."""

    def __init__(
        self,
        load_tokenizer: "Callable[[str], PreTrainedTokenizerBase] | None" = None,
        *,
        report: Progress | None = None,
    ) -> None:
        self._report = report or _quiet
        self._load_tokenizer = load_tokenizer or _load_tokenizer
        self._tokenizer: tuple[str, PreTrainedTokenizerBase] | None = None
        self._store = SourceStore()
        self._cleaner = Cleaner()
        self._usable: tuple[tuple[object, ...], Sequence[Row]] | None = None
        self._listed: tuple[tuple[object, ...], Listing] | None = None
        self._reports: OrderedDict[tuple[object, ...], DataReport] = OrderedDict()

    def inspect(self, sources: Sequence[Source], *, complete: bool = False) -> Inspection:
        """What each file holds. Unless ``complete``, a very long list of rejections is cut so that the reply
        fits in a line of the protocol; ``rows - accepted`` always counts all of them.

        Raises:
            UserError: a file is missing or unreadable, or a source names an unknown format or column.
        """
        loaded = [self._load(item, index) for index, item in enumerate(sources)]
        return Inspection(files=tuple(_inspected(item, len(loaded), complete) for item in loaded))

    def preview(self, recipe: RecipeBase, *, offset: int = 0, limit: int = 20) -> Preview:
        """The rows from ``offset`` after cleaning, rendered and tokenized as they will be trained.

        Raises:
            UserError: as ``inspect``, or the model or its template is missing.
        """
        rows = self._clean_rows(recipe)[: recipe.data.max_samples]
        self._report("preview", 0, None)
        shown = rows[max(0, offset) : max(0, offset) + max(0, limit)]
        if not shown:
            return Preview(total=len(rows), rows=())
        tokenizer = self._tokenizer_of(recipe)
        reader = Reader(tokenizer, template=recipe.data.template, reads=reads_of(recipe))
        rendered = [item[0] if isinstance(item, tuple) else item for item in reader.texts(shown)]
        taken = [item for item in rendered if isinstance(item, Rendered)]
        encoded = iter(encode(tokenizer, taken, train_on_prompt=recipe.data.train_on_prompt))
        pairs = [(item, next(encoded) if isinstance(item, Rendered) else None) for item in rendered]
        return Preview(
            total=len(rows), rows=_preview_rows(shown, pairs, max(0, offset), recipe.data.cutoff_len)
        )

    def statistics(self, recipe: RecipeBase, *, report: Progress | None = None) -> DataReport:
        """Lengths in tokens, what cleaning did, and the sizes of the split, as a run would get them.

        Raises:
            UserError: as ``prepare``.
        """
        key = _report_key(recipe)
        if key not in self._reports:
            report = report or self._report
            rows = read_rows(recipe, self._store, report, cleaner=self._cleaner)
            detailed = tokenize_rows(recipe, rows, self._tokenizer_of(recipe), report)
            loaded = [self._store.load(item, index=index) for index, item in enumerate(recipe.data.sources)]
            self._reports[key] = _data_report(recipe, detailed, loaded)
            if len(self._reports) > _KEPT_REPORTS:
                self._reports.popitem(last=False)
        return self._reports[key]

    def counted(
        self, source: Source, *, model: str | None = None, tick: Tick | None = None
    ) -> SourceStatistics:
        """What the usable rows of one file consist of; their tokens only with a ``model`` that counts them.

        Raises:
            UserError: as ``inspect``, or the model or its template is missing.
        """
        loaded = self._store.load(source, tick=tick)
        (found,) = source_statistics([loaded], loaded.rows, tick=tick)
        if model is None:
            return found
        tokenizer = self._tokenizer_at(model)
        tokens, trained = count_tokens(loaded.rows, tokenizer, ChatTemplate(tokenizer, "auto"))
        return found.model_copy(update={"tokens": tokens, "trained_tokens": trained})

    def suggest_steps(self, recipe: RecipeBase) -> SuggestedSteps:
        """The cleaning steps that suit the rows of the recipe's files, with reasons.

        Raises:
            UserError: as ``inspect``.
        """
        from engine.data.clean_for_me import suggest_for

        return suggest_for(recipe, self._store, tick=lambda count: self._report("suggest", count, None))

    def find(
        self,
        recipe: RecipeBase,
        *,
        query: str = "",
        where: Where = "any",
        sort: Sort = "file",
        offset: int = 0,
        limit: int = 200,
    ) -> RowList:
        """A page of the rows after cleaning that hold ``query``, in an order.

        Raises:
            UserError: as ``inspect``.
        """
        rows = self._clean_rows(recipe)
        steps = tuple(map(step_key, steps_of(recipe.data)))
        key = (self._key(recipe), steps, recipe.data.max_samples, query, where, sort)
        if self._listed is None or self._listed[0] != key:
            rows, total = rows[: recipe.data.max_samples], len(rows)
            listing = Listing(
                rows,
                query=query,
                where=where,
                sort=sort,
                tick=lambda count: self._report("find", count, total),
            )
            self._listed = key, listing
        return self._listed[1].page(offset, limit)

    def effects(
        self,
        recipe: RecipeBase,
        *,
        step: int,
        what: Literal["removed", "changed"],
        offset: int = 0,
        limit: int = 50,
    ) -> StepEffects:
        """What the cleaning step at place ``step`` removed or changed.

        Raises:
            UserError: as ``inspect``, or there is no such step.
        """
        steps = steps_of(recipe.data)
        if not 0 <= step < len(steps):
            raise UserError(ErrorCode.NOT_FOUND, f"There is no cleaning step number {step}")
        done = self._cleaner.results(
            self._key(recipe), lambda: self._usable_rows(recipe), steps[: step + 1], self._report
        )
        return effects_of(done[step].result, what=what, offset=offset, limit=limit)

    def _clean_rows(self, recipe: RecipeBase) -> Sequence[Row]:
        """The rows of all sources after cleaning."""
        steps = steps_of(recipe.data)
        return self._cleaner.clean(self._key(recipe), lambda: self._usable_rows(recipe), steps, self._report)[
            0
        ]

    def _usable_rows(self, recipe: RecipeBase) -> Sequence[Row]:
        key = self._key(recipe)
        if self._usable is None or self._usable[0] != key:
            loaded = [self._load(item, index) for index, item in enumerate(recipe.data.sources)]
            self._usable = (key, usable(loaded, objective_of(recipe), caps=Caps.of(recipe))[0])
        return self._usable[1]

    def _load(self, source: Source, index: int = 0) -> LoadedSource:
        return self._store.load(source, index=index, tick=lambda count: self._report("read", count, None))

    def _key(self, recipe: RecipeBase) -> tuple[object, ...]:
        return rows_key(recipe, objective_of(recipe))

    def _tokenizer_of(self, recipe: RecipeBase) -> "PreTrainedTokenizerBase":
        return self._tokenizer_at(recipe.model.path)

    def _tokenizer_at(self, path: str) -> "PreTrainedTokenizerBase":
        if self._tokenizer is None or self._tokenizer[0] != path:
            self._tokenizer = (path, self._load_tokenizer(path))
        return self._tokenizer[1]


def inspect(sources: Sequence[Source]) -> Inspection:
    """``DataService.inspect`` for a single question, with every rejection listed."""
    return DataService().inspect(sources, complete=True)


def preview(recipe: RecipeBase, *, offset: int = 0, limit: int = 20) -> Preview:
    """``DataService.preview`` for a single question."""
    return DataService().preview(recipe, offset=offset, limit=limit)


def statistics(recipe: RecipeBase) -> DataReport:
    """``DataService.statistics`` for a single question."""
    return DataService().statistics(recipe)


def _load_tokenizer(path: str) -> "PreTrainedTokenizerBase":
    from engine.models.load import load_tokenizer

    return load_tokenizer(path)


def _quiet(name: str, done: int, total: int | None) -> None:
    pass


def _report_key(recipe: RecipeBase) -> tuple[object, ...]:
    """Everything that a report on the data depends on."""
    data = recipe.data
    held_out = (data.validation.path, data.validation.test_path)
    paths = [item.path for item in data.sources] + [path for path in held_out if path]
    if data.template != "auto" and "{" not in data.template:
        paths.append(data.template)
    stamps = tuple(stamp(Path(path)) for path in paths)
    return (data.model_dump_json(), recipe.model.path, recipe.run.seed, objective_of(recipe), stamps)


def _inspected(loaded: LoadedSource, files: int, complete: bool) -> InspectedFile:
    return InspectedFile(
        path=str(loaded.file.path),
        format=loaded.file.reader.format,
        family=loaded.family,
        confidence=loaded.detection.confidence,
        reason=loaded.detection.reason,
        columns=tuple(shortened(name, 200) for name in loaded.columns),
        rows=len(loaded.rows) + len(loaded.rejected),
        accepted=len(loaded.rows),
        rejected=loaded.rejected if complete else _first_of(loaded.rejected, _REJECTED_BYTES // files),
        encoding=loaded.file.encoding,
        delimiter=loaded.file.delimiter,
        size_bytes=loaded.file.size_bytes,
        mapping=loaded.detection.mapping,
        examples=tuple(
            presentable(record.fields, limit=_EXAMPLE_CHARS // (3 * files)) for record in loaded.examples
        ),
        groups=tuple(
            group.model_copy(
                update={
                    "fixes": fixes_for(
                        group,
                        family=loaded.family,
                        names=loaded.format.names if loaded.format else (),
                        columns=loaded.columns,
                        mapping=loaded.detection.mapping,
                    )
                }
            )
            for group in loaded.rejected.groups
        ),
        notes=media_notes(
            loaded.columns, loaded.detection.mapping, [record.fields for record in loaded.examples]
        ),
    )


def _first_of(rejected: Sequence[Rejection], size: int) -> tuple[Rejection, ...]:
    """As many of the first rejections as take about ``size`` bytes as JSON."""
    for count, item in enumerate(rejected):
        size -= 60 + len(item.code) + len(item.reason.encode()) + len((item.column or "").encode())
        if size < 0:
            return tuple(rejected[:count])
    return tuple(rejected)


def _preview_rows(
    rows: Sequence[Row],
    pairs: Sequence[tuple[Rendered | TemplateRefusal, Encoded | None]],
    offset: int,
    cutoff_len: int,
) -> tuple[PreviewRow, ...]:
    longest = _fair_share(
        [min(len(tokens), cutoff_len) if tokens else 0 for _, tokens in pairs], _SHOWN_TOKENS
    )
    chars = _fair_share(
        [len(item.text) if isinstance(item, Rendered) else 0 for item, _ in pairs], _SHOWN_CHARS
    )
    result = []
    for index, (row, (item, tokens)) in enumerate(zip(rows, pairs, strict=True), start=offset):
        raw = presentable(row.raw, limit=max(2000, chars))
        if tokens is None or not isinstance(item, Rendered):
            refused = f"The chat template refuses this row: {item}"
            result.append(
                PreviewRow(
                    index=index,
                    path=row.path,
                    line=row.line,
                    raw=raw,
                    rendered=refused,
                    tokens=(),
                    trained=0,
                    messages=_editable(row.messages, chars),
                    rejected=_editable(row.rejected, chars),
                )
            )
            continue
        result.append(
            PreviewRow(
                index=index,
                path=row.path,
                line=row.line,
                raw=raw,
                rendered=item.text[:chars],
                tokens=_shown_tokens(item.text, tokens, min(longest, cutoff_len)),
                trained=int(tokens.trained[:cutoff_len].sum()),
                truncated=max(0, len(tokens) - cutoff_len),
                messages=_editable(row.messages, chars),
                rejected=_editable(row.rejected, chars),
            )
        )
    return tuple(result)


def _editable(turns: Sequence[Message], limit: int) -> tuple[dict[str, Any], ...]:
    """The turns as they may be edited; none of a row that is too long to be shown whole."""
    if sum(len(item.content) for item in turns) > max(2000, limit):
        return ()
    return tuple(item.as_dict() for item in turns)


def _shown_tokens(text: str, tokens: Encoded, count: int) -> tuple[Token, ...]:
    triples = zip(tokens.starts[:count], tokens.ends[:count], tokens.trained[:count], strict=True)
    return tuple(Token(text=text[start:end], trained=bool(trained)) for start, end, trained in triples)


def _fair_share(sizes: Sequence[int], budget: int) -> int:
    """The largest size to which each may be cut so that all together keep within ``budget``."""
    rest, left = budget, len(sizes)
    for size in sorted(sizes):
        if size * left > rest:
            return rest // left
        rest, left = rest - size, left - 1
    return max(sizes, default=0)


def _data_report(recipe: RecipeBase, detailed: Detailed, loaded: Sequence[LoadedSource]) -> DataReport:
    prepared, rows = detailed.prepared, detailed.rows
    lengths = np.asarray(detailed.lengths, dtype=np.int64)
    bin_tokens = _bin_size(int(lengths.max()))
    everyone = joined([rows.train, rows.validation, rows.test])
    examples = (*prepared.train, *prepared.validation, *prepared.test)
    questions = sum(item.role == "user" for row in everyone for item in row.messages)
    return DataReport(
        rows=rows.total,
        rejected=len(prepared.rejected),
        train_rows=len(prepared.train),
        validation_rows=len(prepared.validation),
        tokens=int(lengths.sum()),
        trained_tokens=sum(item.trained_tokens for item in examples),
        longest=int(lengths.max()),
        median=int(np.percentile(lengths, 50)),
        p95=int(np.percentile(lengths, 95)),
        over_cutoff=int((lengths > recipe.data.cutoff_len).sum()),
        bin_tokens=bin_tokens,
        histogram=tuple(int(count) for count in np.bincount(lengths // bin_tokens)),
        steps=prepared.steps,
        content_hash=prepared.content_hash,
        turns=round(questions / len(everyone), 2),
        chinese_share=round(sum(map(_is_chinese, everyone)) / len(everyone), 4),
        test_rows=len(prepared.test),
        sources=source_statistics(loaded, everyone, tokens=tokens_by_path(examples)),
        leakage=rows.leakage,
    )


def _bin_size(longest: int) -> int:
    """Tokens a bin: the smallest round number that needs at most ``BINS`` bins."""
    scale = 1
    while True:
        for digit in (1, 2, 4, 5, 8):
            if longest // (digit * scale) < BINS:
                return digit * scale
        scale *= 10


def _is_chinese(row: Row) -> bool:
    """Whether at least a fifth of a row's letters are Chinese characters."""
    letters = [char for item in row.messages for char in item.content[:2000] if char.isalpha()]
    return bool(letters) and sum("\u3400" <= char <= "\u9fff" for char in letters) >= 0.2 * len(letters)
