"""What a row is on its way from a file to the tokenizer: a raw record, then a conversation."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.contract.results import Rejection

Role = Literal["system", "user", "assistant", "tool"]
JsonObject = dict[str, Any]

MAX_CELL_CHARS = 16 * 1024 * 1024
MAX_RECORD_CHARS = 4 * MAX_CELL_CHARS
MAX_DEPTH = 64


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

    def as_dict(self) -> dict[str, str]:
        """The form that chat templates read."""
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation and where it came from. ``tools`` are function descriptions for the template."""

    path: str
    line: int
    messages: tuple[Message, ...]
    tools: tuple[JsonObject, ...] = ()
    raw: JsonObject = field(default_factory=dict, compare=False)

    @property
    def prompt(self) -> str:
        """All that is not the model's, turns joined by newlines."""
        return "\n".join(item.content for item in self.messages if item.role != "assistant")

    @property
    def answers(self) -> tuple[str, ...]:
        """The model's turns."""
        return tuple(item.content for item in self.messages if item.role == "assistant")

    def chat(self) -> list[dict[str, str]]:
        """The turns in the form that chat templates read."""
        return [item.as_dict() for item in self.messages]


def digest(texts: Iterable[str]) -> bytes:
    """A 16-byte fingerprint of texts and of where one ends and the next begins."""
    state = hashlib.blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.digest()


def content_key(row: Row) -> bytes:
    """Equal for two rows whose turns say the same, whatever file they stand in."""
    return digest(part for item in row.messages for part in (item.role, item.content))


def reject(line: int, code: str, reason: str, column: str | None = None) -> Rejection:
    """A row that cannot be used; ``reason`` is a sentence without its full stop. Absurd lengths are cut."""
    column = shortened(column, 200) if column is not None else None
    return Rejection(line=line, column=column, code=code, reason=shortened(reason, 400))


def presentable(fields: Mapping[str, Any], *, limit: int = 4000) -> JsonObject:
    """A copy that survives any JSON writer: long texts shortened, lone surrogates replaced, odd types as text."""
    return {shortened(str(name), 200): _clean(value, limit, depth=0) for name, value in fields.items()}


def _clean(value: Any, limit: int, *, depth: int) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -(2**53) < value < 2**53 else str(value)[:40]
    if isinstance(value, str):
        return shortened(value, limit)
    if depth > 8:
        return "…"
    if isinstance(value, Mapping):
        items = list(value.items())[:100]
        return {shortened(str(key), 200): _clean(item, limit, depth=depth + 1) for key, item in items}
    if isinstance(value, list | tuple):
        return [_clean(item, limit, depth=depth + 1) for item in value[:100]]
    if isinstance(value, bytes | bytearray):
        return f"({len(value)} bytes)"
    return shortened(str(value), limit)


def shortened(text: str, limit: int) -> str:
    """``text`` cut to ``limit`` characters, as valid Unicode."""
    shown = text if len(text) <= limit else text[:limit] + "…"
    return shown if shown.isascii() else shown.encode("utf-8", "replace").decode("utf-8")
