"""Questions about data: what a file holds, how its rows will be seen by the model, and how long they are.

``DataService`` remembers converted files and the tokenizer between questions; whoever answers questions for
long holds one. The functions below it are for a single question.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.contract.recipe import RecipeBase, Source
from engine.contract.results import DataReport, InspectedFile, Inspection, Preview, PreviewRow, Token
from engine.data.prepare import (
    Detailed,
    Progress,
    clean,
    objective_of,
    read_rows,
    render_rows,
    steps_of,
    tokenize_rows,
    usable,
)
from engine.data.rows import Row, presentable
from engine.data.store import LoadedSource, SourceStore
from engine.data.template import ChatTemplate, Rendered, TemplateRefusal
from engine.data.tokens import Encoded, encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BINS = 40
# What one reply may show, so that it stays below the protocol's limit for a line.
_SHOWN_TOKENS = 16_000
_SHOWN_CHARS = 60_000


class DataService:
    """Answers questions about data. ``load_tokenizer`` turns a model's path into its tokenizer."""

    def __init__(self, load_tokenizer: "Callable[[str], PreTrainedTokenizerBase] | None" = None) -> None:
        self._load_tokenizer = load_tokenizer or _load_tokenizer
        self._tokenizer: tuple[str, PreTrainedTokenizerBase] | None = None
        self._store = SourceStore()

    def inspect(self, sources: Sequence[Source]) -> Inspection:
        """What each file holds, every row accounted for.

        Raises:
            UserError: a file is missing or unreadable, or a source names an unknown format or column.
        """
        return Inspection(
            files=tuple(_inspected(self._store.load(item, index=i)) for i, item in enumerate(sources))
        )

    def preview(self, recipe: RecipeBase, *, offset: int = 0, limit: int = 20) -> Preview:
        """The rows from ``offset`` after cleaning, rendered and tokenized as they will be trained.

        Raises:
            UserError: as ``inspect``, or the model or its template is missing.
        """
        loaded = [self._store.load(item, index=i) for i, item in enumerate(recipe.data.sources)]
        rows, _ = usable(loaded, objective_of(recipe))
        rows, _ = clean(rows, steps_of(recipe.data))
        rows = rows[: recipe.data.max_samples]
        shown = rows[max(0, offset) : max(0, offset) + max(0, limit)]
        if not shown:
            return Preview(total=len(rows), rows=())
        tokenizer = self._tokenizer_of(recipe)
        template = ChatTemplate(tokenizer, recipe.data.template)
        rendered = list(render_rows(shown, template))
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
        report = report or _quiet
        rows = read_rows(recipe, self._store, report)
        return _data_report(recipe, tokenize_rows(recipe, rows, self._tokenizer_of(recipe), report))

    def _tokenizer_of(self, recipe: RecipeBase) -> "PreTrainedTokenizerBase":
        path = recipe.model.path
        if self._tokenizer is None or self._tokenizer[0] != path:
            self._tokenizer = (path, self._load_tokenizer(path))
        return self._tokenizer[1]


def inspect(sources: Sequence[Source]) -> Inspection:
    """``DataService.inspect`` for a single question."""
    return DataService().inspect(sources)


def preview(recipe: RecipeBase, *, offset: int = 0, limit: int = 20) -> Preview:
    """``DataService.preview`` for a single question."""
    return DataService().preview(recipe, offset=offset, limit=limit)


def statistics(recipe: RecipeBase) -> DataReport:
    """``DataService.statistics`` for a single question."""
    return DataService().statistics(recipe)


def _load_tokenizer(path: str) -> "PreTrainedTokenizerBase":
    from engine.models.load import load_tokenizer

    return load_tokenizer(path)


def _quiet(_name: str, _done: int, _total: int | None) -> None:
    pass


def _inspected(loaded: LoadedSource) -> InspectedFile:
    return InspectedFile(
        path=str(loaded.file.path),
        format=loaded.file.reader.format,
        family=loaded.family,
        confidence=loaded.detection.confidence,
        reason=loaded.detection.reason,
        columns=loaded.columns,
        rows=len(loaded.rows) + len(loaded.rejected),
        accepted=len(loaded.rows),
        rejected=loaded.rejected,
        encoding=loaded.file.encoding,
        size_bytes=loaded.file.size_bytes,
        mapping=loaded.detection.mapping,
        examples=tuple(presentable(record.fields) for record in loaded.examples),
    )


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
        raw = presentable(row.raw, limit=max(200, chars // max(1, len(row.raw))))
        if tokens is None or not isinstance(item, Rendered):
            refused = f"The chat template refuses this row: {item}"
            result.append(
                PreviewRow(
                    index=index, path=row.path, line=row.line, raw=raw, rendered=refused, tokens=(), trained=0
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
            )
        )
    return tuple(result)


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


def _data_report(recipe: RecipeBase, detailed: Detailed) -> DataReport:
    prepared, rows = detailed.prepared, detailed.rows
    lengths = np.asarray(detailed.lengths, dtype=np.int64)
    bin_tokens = _bin_size(int(lengths.max()))
    everyone = (*rows.train, *rows.validation)
    questions = sum(item.role == "user" for row in everyone for item in row.messages)
    return DataReport(
        rows=rows.total,
        rejected=len(prepared.rejected),
        train_rows=len(prepared.train),
        validation_rows=len(prepared.validation),
        tokens=int(lengths.sum()),
        trained_tokens=sum(item.trained_tokens for item in (*prepared.train, *prepared.validation)),
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
