"""Dataset files as conversations: read, recognised, converted; remembered as long as a file does not change."""

import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.contract.errors import ErrorCode, FieldError, UserError
from engine.contract.recipe import Source
from engine.contract.results import Rejection
from engine.contract.validation import nearest
from engine.data.discover import members
from engine.data.formats.base import Detection, Format
from engine.data.readers.base import Item
from engine.data.readers.choose import DatasetFile, open_dataset
from engine.data.rows import Record, Row, reject, shortened
from engine.data.versions import as_source

UNKNOWN = "unknown"
Tick = Callable[[int], None]  # called now and then with the rows read so far; may raise to end the reading

_SAMPLE_ROWS = 100
_MAX_COLUMNS = 200
_LEAST_CONFIDENCE = 0.05  # a damaged file of a known format is still of that format
_EXAMPLES = 3
_TICK_ROWS = 500


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """A file with every row accounted for: ``len(rows) + len(rejected)`` is what the file holds."""

    file: DatasetFile
    format: Format | None
    detection: Detection
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    rejected: tuple[Rejection, ...]
    examples: tuple[Record, ...]

    @property
    def family(self) -> str:
        """Name of the recognised format."""
        return self.format.family if self.format else UNKNOWN


class SourceStore:
    """Loads sources and keeps the newest few, by path, time, size and how they are to be read."""

    def __init__(self, *, keep: int = 6) -> None:
        self._keep = keep
        self._loaded: OrderedDict[tuple[object, ...], LoadedSource] = OrderedDict()

    def load(self, source: Source, *, index: int = 0, tick: Tick | None = None) -> LoadedSource:
        """Every row of ``source``; the folder of a written dataset stands for its training rows.

        Raises:
            UserError: the file is missing or unreadable, or the recipe names an unknown format or column.
        """
        source = as_source(source)
        path = Path(source.path)
        key = _key(path, source)
        if key in self._loaded:
            self._loaded.move_to_end(key)
            return self._loaded[key]
        loaded = _load(source, path, index, tick or _no_tick)
        if self._keep:
            self._loaded[key] = loaded
            while len(self._loaded) > self._keep:
                self._loaded.popitem(last=False)
        return loaded


def _no_tick(_rows: int) -> None:
    pass


def stamp(path: Path) -> tuple[str, int, int, int]:
    """Changes when the file at ``path`` does."""
    try:
        status = path.stat()
    except OSError:
        return (str(path), 0, 0, 0)
    return (str(path), status.st_mtime_ns, status.st_size, status.st_ino)


def _key(path: Path, source: Source) -> tuple[object, ...]:
    told = (source.columns, source.roles, source.fill)
    return (*stamp(path), source.format, *(tuple(sorted(words.items())) for words in told))


def formats() -> dict[str, Format]:
    """The formats of this installation by family."""
    return {item.family: item() for item in members("engine.data.formats", Format)}  # type: ignore[type-abstract]


def _load(source: Source, path: Path, index: int, tick: Tick) -> LoadedSource:
    candidates = _candidates(source, index)
    file = open_dataset(path)
    items = file.items()
    head = list(itertools.islice(items, _SAMPLE_ROWS))
    sample = [item for item in head if isinstance(item, Record)]
    columns = _columns(sample)
    chosen, detection = _detect(candidates, columns, sample, source)
    rows: list[Row] = []
    rejected: list[Rejection] = []
    for item in _with_ticks(itertools.chain(head, items), tick):
        result = _convert(item, str(path), source, chosen, detection, columns)
        if isinstance(result, Row):
            rows.append(result)
        else:
            rejected.append(result)
    return LoadedSource(
        file, chosen, detection, tuple(columns), tuple(rows), tuple(rejected), tuple(sample[:_EXAMPLES])
    )


def _with_ticks(items: Iterator[Item], tick: Tick) -> Iterator[Item]:
    for count, item in enumerate(items, start=1):
        if count % _TICK_ROWS == 0:
            tick(count)
        yield item


def _convert(
    item: Item,
    path: str,
    source: Source,
    chosen: Format | None,
    detection: Detection,
    columns: dict[str, None],
) -> Row | Rejection:
    if isinstance(item, Rejection):
        return item
    for name in item.fields:
        if len(columns) < _MAX_COLUMNS:
            columns.setdefault(name)
    if chosen is None:
        return reject(item.line, "unknown_format", detection.reason)
    return chosen.row(path, item, detection.mapping, roles=source.roles, fill=source.fill)


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
