"""Reads and writes safetensors files a piece at a time, so that no model has to fit into memory.

Format: 8 bytes of header length, a JSON header with dtype, shape and place of each tensor, then their bytes.
https://huggingface.co/docs/safetensors/index
"""

import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.contract.errors import ErrorCode, UserError

if TYPE_CHECKING:
    import torch

INDEX = "model.safetensors.index.json"
_MAX_HEADER_BYTES = 100_000_000
_ALIGNMENT = 8
_BITS = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2}
_TORCH_NAMES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
}
_STORED_NAMES = {name: stored for stored, name in _TORCH_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor of a file: what it is, and where its bytes stand."""

    name: str
    dtype: str  # F32, BF16, ...
    shape: tuple[int, ...]
    path: Path
    start: int  # of its bytes, from the beginning of the file

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def size_bytes(self) -> int:
        """Bytes in the file."""
        return self.elements * _BITS.get(self.dtype, 1)

    @property
    def is_float(self) -> bool:
        """Whether it holds weights, not counts or masks."""
        return self.dtype in ("F64", "F32", "F16", "BF16")

    def torch_dtype(self) -> "torch.dtype":
        """Its number format in torch."""
        import torch

        found: torch.dtype = getattr(torch, _TORCH_NAMES[self.dtype])
        return found

    def as_dtype(self, name: str) -> "Entry":
        """The same tensor in another number format of torch (``auto`` and counts: as it is)."""
        return self if name == "auto" or not self.is_float else replace(self, dtype=_STORED_NAMES[name])

    def read(self) -> "torch.Tensor":
        """The whole tensor, in memory of its own."""
        import torch

        buffer = bytearray(self.size_bytes)
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.start)
            read_into(file, memoryview(buffer), self.path)
        if not buffer:
            return torch.empty(self.shape, dtype=self.torch_dtype())
        return torch.frombuffer(buffer, dtype=self.torch_dtype()).reshape(self.shape)


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """Every tensor of a model's folder, in the order of its files and of the bytes in them.

    Raises:
        UserError: ``UNREADABLE`` for a file that is damaged or shorter than its header says.
    """
    return tuple(entry for path in sorted(folder.glob("*.safetensors")) for entry in _entries(path))


def _entries(path: Path) -> list[Entry]:
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if not 0 < size <= _MAX_HEADER_BYTES:
                raise ValueError("no header")
            header = json.loads(file.read(size))
        found = [
            Entry(name, item["dtype"], tuple(item["shape"]), path, 8 + size + item["data_offsets"][0])
            for name, item in header.items()
            if name != "__metadata__"
        ]
        end = max((entry.start + entry.size_bytes for entry in found), default=0)
        if end > path.stat().st_size:
            raise ValueError(f"it ends after {path.stat().st_size} of {end} bytes")
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(ErrorCode.UNREADABLE, f"{path} is no safetensors file: {error}") from None
    return sorted(found, key=lambda entry: entry.start)


def read_into(file: BinaryIO, target: memoryview, path: Path) -> None:
    """Fill ``target`` from where ``file`` stands.

    Raises:
        UserError: ``UNREADABLE`` when the file ends before.
    """
    done = 0
    while done < len(target):
        count = file.readinto(target[done:])  # type: ignore[attr-defined]
        if not count:
            raise UserError(ErrorCode.UNREADABLE, f"{path} is cut short.", hint="Copy the model again.")
        done += count


@dataclass(frozen=True, slots=True)
class Shard:
    """One file to be written. Entries say what each tensor shall be, and where it is now."""

    name: str
    entries: tuple[Entry, ...]

    def header(self) -> bytes:
        """The file's first bytes."""
        items: dict[str, Any] = {"__metadata__": {"format": "pt"}}
        start = 0
        for entry in self.entries:
            end = start + entry.size_bytes
            items[entry.name] = {
                "dtype": entry.dtype,
                "shape": list(entry.shape),
                "data_offsets": [start, end],
            }
            start = end
        text = json.dumps(items, separators=(",", ":")).encode()
        text += b" " * (-len(text) % _ALIGNMENT)
        return len(text).to_bytes(8, "little") + text


def layout(entries: Sequence[Entry], *, shard_bytes: int) -> tuple[Shard, ...]:
    """Distribute tensors over files of at most ``shard_bytes``; a larger tensor gets a file of its own."""
    groups: list[list[Entry]] = [[]]
    size = 0
    for entry in entries:
        if groups[-1] and size + entry.size_bytes > shard_bytes:
            groups.append([])
            size = 0
        groups[-1].append(entry)
        size += entry.size_bytes
    if len(groups) == 1:
        return (Shard("model.safetensors", tuple(groups[0])),)
    count = len(groups)
    return tuple(
        Shard(f"model-{index:05d}-of-{count:05d}.safetensors", tuple(group))
        for index, group in enumerate(groups, start=1)
    )


def write_index(shards: Sequence[Shard], folder: Path, *, name: str = INDEX) -> None:
    """The table that says which file holds which tensor; a single file needs none."""
    if len(shards) == 1:
        return
    total = sum(entry.size_bytes for shard in shards for entry in shard.entries)
    places = {entry.name: shard.name for shard in shards for entry in shard.entries}
    document = {"metadata": {"total_size": total}, "weight_map": dict(sorted(places.items()))}
    (folder / name).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def write_tensor_file(shard: Shard, path: Path, pieces: Callable[[Entry], Iterator[memoryview]]) -> None:
    """Write ``path`` from the pieces of each entry's bytes, all of it on the disk when this returns."""
    from engine.export.writing import BackgroundWriter

    with path.open("wb", buffering=0) as file:
        file.write(shard.header())
        with BackgroundWriter(file) as writer:
            for entry in shard.entries:
                for piece in pieces(entry):
                    writer.write(piece)
        os.fsync(file.fileno())
