"""What a row is on its way from a file to the tokenizer: a raw record, then a conversation."""

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, overload

from engine.contract.errors import ErrorCode, UserError
from engine.contract.results import Rejection

Role = Literal["system", "user", "assistant", "tool"]
JsonObject = dict[str, Any]

MAX_CELL_CHARS = 16 * 1024 * 1024
MAX_RECORD_CHARS = 4 * MAX_CELL_CHARS
MAX_DEPTH = 64
_NEAR_BYTES = 1 << 16
_PATIENCE_S = 0.1


@dataclass(frozen=True, slots=True)
class Record:
    """One raw row as the file holds it; ``line`` is where it begins, from 1."""

    line: int
    fields: JsonObject


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, in the words of every chat template."""

    role: Role
    content: str
    tool_calls: tuple[JsonObject, ...] = ()  # {"type": "function", "function": {"name", "arguments"}} each

    def as_dict(self) -> JsonObject:
        """The form that chat templates read."""
        said: JsonObject = {"role": self.role, "content": self.content}
        return {**said, "tool_calls": list(self.tool_calls)} if self.tool_calls else said


@dataclass(frozen=True, slots=True)
class Row:
    """One row in the form that every objective reads, and where it came from.

    ``messages`` is the conversation, for a preference pair the one with the chosen answer; ``rejected`` are then the
    turns that stand in place of that answer. ``label`` is the verdict of a KTO row. Running text is one turn of
    the assistant. ``tools`` are function descriptions for the template; ``raw`` is the record as the file has it.
    """

    path: str
    line: int
    messages: tuple[Message, ...]
    tools: tuple[JsonObject, ...] = ()
    rejected: tuple[Message, ...] = ()
    label: bool | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def prompt(self) -> str:
        """All that is not the model's, turns joined by newlines."""
        return "\n".join(item.content for item in self.messages if item.role != "assistant")

    @property
    def answers(self) -> tuple[str, ...]:
        """The model's turns."""
        return tuple(item.content for item in self.messages if item.role == "assistant")

    def chat(self) -> list[JsonObject]:
        """The turns in the form that chat templates read."""
        return [item.as_dict() for item in self.messages]


class RecordFile:
    """The records of a text file, read where they stand when somebody looks at them.

    Raises:
        UserError: ``UNREADABLE`` from ``read`` when the file is not any more what it was.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = self._now()
        self._near: tuple[int, bytes] = (0, b"")

    def read(self, at: int, size: int) -> bytes:
        """``size`` bytes from ``at`` on."""
        start, data = self._near
        if not start <= at <= at + size <= start + len(data):
            if self._now() != self._stamp:
                raise self._gone()
            try:
                with self.path.open("rb", buffering=0) as file:
                    file.seek(at)
                    start, data = at, file.read(max(size, _NEAR_BYTES))
            except OSError:
                raise self._gone() from None
            self._near = start, data
        return data[at - start : at - start + size]

    def _now(self) -> tuple[int, int]:
        try:
            status = self.path.stat()
        except OSError:
            return 0, -1
        return status.st_mtime_ns, status.st_size

    def _gone(self) -> UserError:
        return UserError(
            ErrorCode.UNREADABLE,
            f"{self.path} is not what it was when its rows were read",
            hint="Read it again.",
        )


class LazyRecord(Mapping[str, Any]):
    """A stored record, read from its JSON text when somebody looks at it. The text is at hand, or stands at a place of
    a file."""

    __slots__ = ("_fields", "_place", "_text")

    def __init__(self, text: bytes | None, place: tuple[RecordFile, int, int] | None = None) -> None:
        self._text, self._place = text, place
        self._fields: JsonObject | None = None

    @property
    def text(self) -> bytes:
        """The record as JSON."""
        if self._text is not None:
            return self._text
        if self._place is None:
            return b"{}"
        file, at, size = self._place
        return file.read(at, size)

    def __getitem__(self, name: str) -> Any:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def _read(self) -> JsonObject:
        if self._fields is None:
            fields: JsonObject = DECODER.decode(self.text.decode("utf-8"))
            self._fields = fields
        return self._fields


def as_json(fields: Mapping[str, Any]) -> bytes:
    """A record as JSON text. Cells of a kind that JSON does not know are written as words."""
    if isinstance(fields, LazyRecord):
        return fields.text
    return json.dumps(dict(fields), ensure_ascii=False, default=_words).encode("utf-8", "replace")


def _words(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return f"({len(value)} bytes)"
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, set | frozenset) else str(value)


DECODER = json.JSONDecoder(strict=False)  # a raw tab or newline inside a string is unambiguous


class Watched(Sequence[Row]):
    """Rows that call ``tick`` with how many were taken, every few hundred: lets a long pass be ended."""

    def __init__(self, rows: Sequence[Row], tick: Callable[[int], None], *, every: int = 500) -> None:
        self.rows, self.tick, self._every = rows, tick, every

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self.rows[index]

    def __iter__(self) -> Iterator[Row]:
        for count, row in enumerate(self.rows, start=1):
            if count % self._every == 0:
                self.tick(count)
            yield row


def watcher(rows: Sequence[Row]) -> Callable[[int], None] | None:
    """What ``rows`` call as they are passed over: for work that goes on after the pass and must be able to end."""
    return rows.tick if isinstance(rows, Watched) else None


def watched(rows: Sequence[Row], tick: Callable[[int], None] | None) -> Sequence[Row]:
    """``rows`` that call ``tick`` as they are passed over, where there is one."""
    return rows if tick is None else Watched(rows, tick)


@contextlib.contextmanager
def patiently(lock: threading.Lock, tick: Callable[[], object]) -> Iterator[None]:
    """Hold ``lock``; ``tick`` is called while it is waited for, and may raise to end the waiting."""
    while not lock.acquire(timeout=_PATIENCE_S):
        tick()
    try:
        yield
    finally:
        lock.release()


def digest(texts: Iterable[str]) -> bytes:
    """A 16-byte fingerprint of texts and of where one ends and the next begins."""
    state = hashlib.blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.digest()


def content_key(row: Row) -> bytes:
    """Equal for two rows that say and call the same and judge it alike, whatever file they stand in."""
    parts = [part for item in row.messages for part in _said(item)]
    parts += [part for item in row.rejected for part in ("rejected", *_said(item))]
    return digest(parts if row.label is None else [*parts, f"label {row.label}"])


def _said(message: Message) -> tuple[str, ...]:
    if not message.tool_calls:
        return message.role, message.content
    return message.role, message.content, json.dumps(message.tool_calls, ensure_ascii=False)


def reject(line: int, code: str, reason: str, column: str | None = None) -> Rejection:
    """A row that cannot be used; ``reason`` is a sentence without its full stop. Absurd lengths are cut."""
    column = shortened(column, 200) if column is not None else None
    return Rejection(line=line, column=column, code=code, reason=shortened(reason, 400))


def presentable(fields: Mapping[str, Any], *, limit: int = 4000) -> JsonObject:
    """A copy for showing that survives any JSON writer and holds about ``limit`` characters at most.

    Long texts are shortened, long lists cut, lone surrogates replaced, values of odd types written as text.
    """
    shown: JsonObject = _Presenter(limit).value(dict(fields), depth=0)
    return shown


class _Presenter:
    """Copies a value; what it may still show shrinks as it goes."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def value(self, value: Any, *, depth: int) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return value if -(2**53) < value < 2**53 else self._text(str(value)[:40])
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes | bytearray):
            return f"({len(value)} bytes)"
        if isinstance(value, Mapping | list | tuple):
            return "…" if depth > 8 else self._parts(value, depth + 1)
        return self._text(str(value))

    def _parts(self, value: Any, depth: int) -> Any:
        """As many entries as the rest allows; each costs a little besides its text."""
        if not isinstance(value, Mapping):
            return [self.value(item, depth=depth) for item in value if self._enough()]
        return {
            shortened(str(key), 200): self.value(item, depth=depth)
            for key, item in value.items()
            if self._enough()
        }

    def _enough(self) -> bool:
        self._left -= 10
        return self._left > 0

    def _text(self, text: str) -> str:
        shown = shortened(text, max(20, self._left))
        self._left -= len(shown)
        return shown


def shortened(text: str, limit: int) -> str:
    """``text`` cut to ``limit`` characters, as valid Unicode."""
    shown = text if len(text) <= limit else text[:limit] + "…"
    return shown if shown.isascii() else shown.encode("utf-8", "replace").decode("utf-8")
