"""Dataset files as conversations: read, recognised, converted; remembered as long as a file does not change."""

import contextlib
import dataclasses
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, FieldError, UserError
from engine.contract.recipe import Source
from engine.contract.results import Rejection, RejectionGroup
from engine.contract.validation import nearest
from engine.data.batches import IN_MEMORY_BYTES, Batches, BatchWriter
from engine.data.cache import DatasetCache
from engine.data.content import real_stamp
from engine.data.discover import members
from engine.data.encoding import encoding_at_fault
from engine.data.formats.base import Detection, Format
from engine.data.json_import import BlockConverter, convert_blocks
from engine.data.lanes.base import Lane
from engine.data.readers.base import Item
from engine.data.readers.choose import DatasetFile, chars_of, open_dataset
from engine.data.readers.jsonl import JsonLines
from engine.data.rejections import Rejected, RejectionWriter, rejection_schema
from engine.data.row_columns import row_schema
from engine.data.rows import Record, Row, patiently, presentable, reject, shortened
from engine.data.table import Rows, RowWriter, Table
from engine.data.versions import as_source

UNKNOWN = "unknown"
Tick = Callable[[int], None]  # called now and then with the rows read so far; may raise to end the reading

_SAMPLE_ROWS = 100
_SAMPLE_CHARS = 64 << 20
_MAX_COLUMNS = 200
_LEAST_CONFIDENCE = 0.05  # a damaged file of a known format is still of that format
_EXAMPLES = 3
_EXAMPLE_CHARS = 60_000
_TICK_ROWS = 500
_ROWS, _REJECTED = "rows.arrow", "rejected.arrow"


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """A file with every row accounted for: ``len(rows) + len(rejected)`` is what the file holds."""

    file: DatasetFile
    format: Format | None
    detection: Detection
    columns: tuple[str, ...]
    rows: Rows
    rejected: Rejected
    examples: tuple[Record, ...]

    @property
    def family(self) -> str:
        """Name of the recognised format."""
        return self.format.family if self.format else UNKNOWN


class SourceStore:
    """Loads sources and keeps the newest few, by path, time, size and how they are to be read; large ones are also
    kept on disk. Safe to use from several threads."""

    def __init__(self, *, keep: int = 6, cache: DatasetCache | None = None) -> None:
        self._keep = keep
        self._cache = cache
        self._loaded: OrderedDict[tuple[object, ...], LoadedSource] = OrderedDict()
        self._lock = threading.Lock()
        self._loading: dict[tuple[object, ...], threading.Lock] = {}  # who comes second waits for the first

    def load(self, source: Source, *, index: int = 0, tick: Tick | None = None) -> LoadedSource:
        """Every row of ``source``; the folder of a written dataset stands for its training rows.

        Raises:
            UserError: the file is missing or unreadable, or the recipe names an unknown format or column.
        """
        source = as_source(source)
        path = Path(source.path)
        key = _key(path, source)
        tick = tick or _no_tick
        with self._lock:
            loading = self._loading.setdefault(key, threading.Lock())
        with patiently(loading, lambda: tick(0)):
            loaded = self._known(key) or _load(source, path, index, tick, self._cache or DatasetCache())
            with self._lock:
                self._loading.pop(key, None)
                if self._keep:
                    self._loaded[key] = loaded
                    while len(self._loaded) > self._keep:
                        self._loaded.popitem(last=False)
        return loaded

    def _known(self, key: tuple[object, ...]) -> LoadedSource | None:
        with self._lock:
            if key in self._loaded:
                self._loaded.move_to_end(key)
            return self._loaded.get(key)


def _no_tick(_rows: int) -> None:
    pass


def stamp(path: Path) -> tuple[str, int, int, int]:
    """Changes when the file at ``path`` does."""
    try:
        status = real_stamp(path)
    except OSError:
        return (str(path), 0, 0, 0)
    return (str(path), status.st_mtime_ns, status.st_size, status.st_ino)


def _key(path: Path, source: Source) -> tuple[object, ...]:
    told = (source.columns, source.roles, source.fill)
    return (*stamp(path), source.format, *(tuple(sorted(words.items())) for words in told))


def formats() -> dict[str, Format]:
    """The formats of this installation by family."""
    return {item.family: item() for item in members("engine.data.formats", Format)}  # type: ignore[type-abstract]


def _load(source: Source, path: Path, index: int, tick: Tick, cache: DatasetCache) -> LoadedSource:
    candidates = _candidates(source, index)
    key = _key(path, source)
    file = open_dataset(path)
    large = file.size_bytes > IN_MEMORY_BYTES
    place = cache.place(key)
    if large and (meta := cache.meta(place)) is not None:
        return _kept(file, candidates, place, meta)
    with cache.part() if large else contextlib.nullcontext() as part:
        work = _Import(source, file, candidates, part, tick)
        loaded, meta = work.done()
        if part is None or _key(path, source) != key:  # it has changed while it was read
            return loaded
        return _kept(file, candidates, cache.keep(part, place, meta), meta)


def _kept(file: DatasetFile, candidates: list[Format], place: Path, meta: dict[str, Any]) -> LoadedSource:
    """What the cache holds of ``file``."""
    rows = Batches(row_schema(), place / _ROWS, meta["row_counts"])
    rejected = Batches(rejection_schema(), place / _REJECTED, meta["rejected_counts"])
    groups = [RejectionGroup.model_validate(group) for group in meta["groups"]]
    detection = Detection(*meta["detection"])
    return LoadedSource(
        dataclasses.replace(file, encoding=meta["encoding"]),
        next((item for item in candidates if item.family == meta["family"]), None),
        detection,
        tuple(meta["columns"]),
        Table(rows, (str(file.path),)).rows(),
        Rejected(rejected, groups),
        tuple(Record(line, fields) for line, fields in meta["examples"]),
    )


class _Import:
    """One file on its way to stored rows."""

    def __init__(
        self, source: Source, file: DatasetFile, candidates: list[Format], part: Path | None, tick: Tick
    ) -> None:
        self._source, self._file, self._candidates = source, file, candidates
        self._part, self._tick = part, tick

    def done(self) -> tuple[LoadedSource, dict[str, Any]]:
        """The rows, and what the cache needs to know of them.

        Raises:
            UserError: the file cannot be read to its end.
        """
        try:
            return self._read()
        except _OtherEncoding as found:
            self._close()
            self._file = dataclasses.replace(self._file, encoding=found.encoding)
            return self._read()
        except BaseException:
            self._close()
            raise

    def _read(self) -> tuple[LoadedSource, dict[str, Any]]:
        part = self._part
        rows = BatchWriter(row_schema(), target=part / _ROWS if part else None)
        rejected = BatchWriter(rejection_schema(), target=part / _REJECTED if part else None)
        self._writers = rows, rejected
        self._rows = RowWriter(rows, paths=(str(self._file.path),))
        self._rejected = RejectionWriter(rejected)
        items = self._file.items()
        head = list(_beginning(items))
        sample = [item for item in head if isinstance(item, Record)]
        self._columns = _columns(sample)
        chosen, detection = _detect(self._candidates, self._columns, sample, self._source)
        self._chosen, self._detection = chosen, detection
        if isinstance(self._file.reader, JsonLines) and self._file.encoding.startswith("utf-8"):
            self._by_blocks(sample)
        else:
            self._one_by_one(itertools.chain(head, items))
        return self._finished(sample[:_EXAMPLES])

    def _one_by_one(self, items: Iterator[Item]) -> None:
        for item in _with_ticks(items, self._tick):
            if isinstance(item, Record):
                self._add_columns(item.fields)
            result = self._convert(item)
            if isinstance(result, Row):
                self._rows.add(result)
            else:
                self._rejected.add(result)

    def _by_blocks(self, sample: list[Record]) -> None:
        lane = None
        if self._chosen is not None:
            told = {
                "mapping": self._detection.mapping,
                "roles": self._source.roles,
                "fill": self._source.fill,
            }
            lane = Lane.of(self._chosen.family, [record.fields for record in sample], **told)
        others = lane is None or not lane.reads_all_of([record.fields for record in sample])
        stays = self._part is not None and self._file.content == self._file.path
        converter = BlockConverter(str(self._file.path), self._convert, lane, others, copies=not stays)
        looked = False
        for made in convert_blocks(self._file.content, converter, self._tick):
            if made.damaged and not looked:
                looked = True
                encoding = encoding_at_fault(self._file.content, made.at)
                if encoding not in ("utf-8", self._file.encoding):
                    raise _OtherEncoding(encoding)
            self._add_columns(made.columns)
            if made.batch is not None:
                self._rows.batches.add(made.batch)
            for item in made.rejected:
                self._rejected.add(item)

    def _add_columns(self, names: Iterable[str]) -> None:
        for name in names:
            if len(self._columns) < _MAX_COLUMNS:
                self._columns.setdefault(name)

    def _convert(self, item: Item) -> Row | Rejection:
        if isinstance(item, Rejection):
            return item
        if self._chosen is None:
            return reject(item.line, "unknown_format", self._detection.reason)
        return self._chosen.row(
            str(self._file.path),
            item,
            self._detection.mapping,
            roles=self._source.roles,
            fill=self._source.fill,
        )

    def _finished(self, examples: list[Record]) -> tuple[LoadedSource, dict[str, Any]]:
        table, rejected = self._rows.finish(), self._rejected.finish()
        loaded = LoadedSource(
            self._file,
            self._chosen,
            self._detection,
            tuple(self._columns),
            table.rows(),
            rejected,
            tuple(examples),
        )
        meta = {
            "family": loaded.family,
            "detection": [self._detection.confidence, self._detection.reason, self._detection.mapping],
            "encoding": self._file.encoding,
            "columns": loaded.columns,
            "examples": [(item.line, presentable(item.fields, limit=_EXAMPLE_CHARS)) for item in examples],
            "row_counts": self._rows.batches.rows,
            "rejected_counts": self._rejected.batches.rows,
            "groups": [group.model_dump(mode="json") for group in rejected.groups],
        }
        return loaded, meta

    def _close(self) -> None:
        for writer in self._writers:
            writer.discard()


class _OtherEncoding(Exception):
    """The file is not written in the encoding that its beginning promised."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


def _with_ticks(items: Iterator[Item], tick: Tick) -> Iterator[Item]:
    for count, item in enumerate(items, start=1):
        if count % _TICK_ROWS == 0:
            tick(count)
        yield item


def _beginning(items: Iterator[Item]) -> Iterator[Item]:
    """The first rows, fewer where they are so long that they should not be held together."""
    left = _SAMPLE_CHARS
    for item in itertools.islice(items, _SAMPLE_ROWS):
        yield item
        if isinstance(item, Record):
            left -= chars_of(item.fields)
        if left < 0:
            return


def _columns(sample: list[Record]) -> dict[str, None]:
    names = itertools.chain.from_iterable(record.fields for record in sample)
    return dict.fromkeys(itertools.islice(dict.fromkeys(names), _MAX_COLUMNS))


def _candidates(source: Source, index: int) -> list[Format]:
    """The formats that the recipe allows for ``source``."""
    known = formats()
    place = f"data.sources[{index}]"
    if source.format != "auto" and source.format not in known:
        near = nearest(source.format, list(known))
        reason = f"{source.format!r} is not one of: auto, {', '.join(known)}"
        raise _recipe_error(f"{place}.format", reason, near)
    allowed = list(known.values()) if source.format == "auto" else [known[source.format]]
    for name in source.columns:
        fitting = [item for item in allowed if name in item.names]
        if not fitting:
            names = sorted({column for item in allowed for column in item.names})
            raise _recipe_error(
                f"{place}.columns.{name}", f"{name!r} is no column of {_or(allowed)}", nearest(name, names)
            )
        allowed = fitting
    return allowed


def _or(allowed: list[Format]) -> str:
    return " or ".join(item.family for item in allowed)


def _recipe_error(place: str, reason: str, near: str | None) -> UserError:
    hint = f"Did you mean {near!r}?" if near else None
    field = FieldError(path=place, reason=reason, suggestion=near)
    return UserError(
        ErrorCode.RECIPE_INVALID, f"{place}: {reason}", hint=hint, recipe_path=place, fields=(field,)
    )


def _detect(
    candidates: list[Format], columns: dict[str, None], sample: list[Record], source: Source
) -> tuple[Format | None, Detection]:
    """The best candidate; the only one when the recipe says so, however badly it fits."""
    fields = [record.fields for record in sample]
    names = list(columns)
    told = {"roles": source.roles, "fill": source.fill}
    found = [(item, item.detect(names, fields, source.columns, **told)) for item in candidates]
    chosen, best = max(found, key=lambda pair: pair[1].confidence)
    if source.format != "auto":
        return chosen, best
    if best.confidence >= _LEAST_CONFIDENCE:
        return chosen, best
    if not sample:
        reason = "The file holds no row with named columns"
    else:
        reason = f"No known format has the columns {', '.join(shortened(name, 40) for name in names[:8])}; name the format or map the columns"
    return None, Detection(0.0, reason, {})
