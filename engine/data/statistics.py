"""Counts what a dataset consists of, source by source: rows, turns, roles, languages, duplicates and tokens."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.contract.results import SourceStatistics
from engine.data.examples import Example
from engine.data.languages import language_of
from engine.data.rows import Row, content_key, watched
from engine.data.store import LoadedSource
from engine.data.template import ChatTemplate, Rendered, TemplateRefusal
from engine.data.tokens import encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Tick = Callable[
    [int], None
]  # called now and then with the rows counted so far; may raise to end the counting
TokenCounts = Mapping[str, tuple[int, int]]  # by path: tokens and trained tokens

_BATCH_ROWS = 256
_LANGUAGE_ROWS = 20_000  # looked at, at least, where there are as many
_LANGUAGE_CHARS = 300  # all that is looked at of a row


@dataclass(slots=True)
class _Count:
    rows: int = 0
    turns: int = 0
    roles: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        self.rows += 1
        self.turns += len(row.messages)
        self.roles.update(item.role for item in row.messages)

    def all_languages(self) -> dict[str, int]:
        """Rows by language, as if those that were not looked at were like the others."""
        looked_at = self.languages.total()
        return {word: round(count * self.rows / looked_at) for word, count in self.languages.most_common()}


def source_statistics(
    loaded: Sequence[LoadedSource],
    rows: Sequence[Row],
    *,
    tokens: TokenCounts | None = None,
    tick: Tick | None = None,
) -> tuple[SourceStatistics, ...]:
    """One entry for each of ``loaded`` (files that are named twice have one) and of other files that ``rows`` come from,
    of the ``rows`` that are left of them.

    Of very many rows the language is looked at in some, evenly spaced. Without ``tokens`` none are counted.
    """
    counts = {path_of(item): _Count() for item in loaded}
    every = max(1, len(rows) // _LANGUAGE_ROWS)
    for row in watched(rows, tick):
        count = counts.setdefault(row.path, _Count())
        if count.rows % every == 0:
            count.languages[language_of(language_text(row))] += 1
        count.add(row)
    repeated = duplicates(loaded, tick=tick)
    return tuple(
        SourceStatistics(
            path=path,
            rows=count.rows,
            turns=count.turns,
            roles=dict(count.roles.most_common()),
            tokens=(tokens or {}).get(path, (0, 0))[0],
            trained_tokens=(tokens or {}).get(path, (0, 0))[1],
            languages=count.all_languages(),
            duplicates=repeated[path],
        )
        for path, count in counts.items()
    )


def duplicates(loaded: Sequence[LoadedSource], *, tick: Tick | None = None) -> Counter[str]:
    """By path: rows that say the same as an earlier one, in this file or one before."""
    known: set[bytes] = set()
    repeated: Counter[str] = Counter()
    for path, item in {path_of(item): item for item in loaded}.items():
        for row in watched(item.rows, tick):
            key = content_key(row)
            repeated[path] += key in known
            known.add(key)
    return repeated


def tokens_by_path(examples: Iterable[Example]) -> TokenCounts:
    """Tokens of each file as a run sees them: after the cutoff."""
    counts: dict[str, tuple[int, int]] = {}
    for item in examples:
        tokens, trained = counts.get(item.path, (0, 0))
        counts[item.path] = (tokens + len(item), trained + item.trained_tokens)
    return counts


def count_tokens(
    rows: Iterable[Row], tokenizer: "PreTrainedTokenizerBase", template: ChatTemplate
) -> tuple[int, int]:
    """Tokens of ``rows`` and how many of them are trained; rows that the template refuses count for nothing."""
    tokens = trained = 0
    for batch in _batches(rows):
        rendered = [item for row in batch if isinstance(item := _render(template, row), Rendered)]
        for encoded in encode(tokenizer, rendered, train_on_prompt=False):
            tokens += len(encoded)
            trained += int(encoded.trained.sum())
    return tokens, trained


def language_text(row: Row) -> str:
    """What of a row tells its language: the beginnings of its questions and answers."""
    said = [item.content for item in row.messages if item.role in ("user", "assistant")]
    share = max(60, _LANGUAGE_CHARS // max(1, len(said)))
    return "\n".join(text[:share] for text in said)[:_LANGUAGE_CHARS]


def path_of(loaded: LoadedSource) -> str:
    """The path as the rows of a source have it."""
    return loaded.rows[0].path if len(loaded.rows) else str(loaded.file.path)


def _render(template: ChatTemplate, row: Row) -> Rendered | TemplateRefusal:
    try:
        return template.render(row.chat(), tools=row.tools)
    except TemplateRefusal as refusal:
        return refusal


def _batches(rows: Iterable[Row]) -> Iterable[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch
