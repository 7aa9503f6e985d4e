"""Writes ``pytorch_model.bin`` for programs that read nothing newer, a piece at a time like safetensors.

The file is what ``torch.save`` makes of a dictionary of tensors, and ``torch.load`` reads it with ``weights_only``. torch
first writes it without the tensors' bytes (``torch.serialization.skip_data``), which are then put into their places: an
archive without compression has one record a tensor. Such files are written and never read for use: they are pickles.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from engine.export.tensor_files import Entry, Shard
from engine.export.writing import BackgroundWriter

INDEX = "pytorch_model.bin.index.json"
_LOCAL_HEADER = 30  # bytes before the name; the lengths of name and extra field are its last four
_ENTRY = 46  # bytes before the name in the list at the end
_DESCRIPTOR, _IN_LIST = b"PK\x07\x08", b"PK\x01\x02"
_COPY_BYTES = 1 << 20


def as_bin_shards(shards: Sequence[Shard]) -> tuple[Shard, ...]:
    """The same files under the names that programs look for."""
    return tuple(
        replace(shard, name=shard.name.replace("model", "pytorch_model").replace(".safetensors", ".bin"))
        for shard in shards
    )


def write_bin_file(shard: Shard, path: Path, pieces: Callable[[Entry], Iterator[memoryview]]) -> None:
    """Write ``path`` from the pieces of each entry's bytes, all of it on the disk when this returns."""
    _write_empty(shard, path)
    records = _records(path)
    sums = {}
    with path.open("rb") as old, path.open("r+b", buffering=0) as file:
        with BackgroundWriter(file) as writer:
            end = 0
            for entry, record in zip(shard.entries, records, strict=True):
                for gap in _read(old, end, record.start):  # what torch has written between two tensors
                    writer.write(gap)
                check = 0
                for piece in pieces(entry):
                    check = zlib.crc32(piece, check)
                    writer.write(piece)
                end = record.start + entry.size_bytes
                sums[record.name] = (end, check)
        _note_sums(file, path, sums)
        os.fsync(file.fileno())


def _write_empty(shard: Shard, path: Path) -> None:
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.serialization import skip_data

    with FakeTensorMode():
        tensors = {entry.name: torch.empty(entry.shape, dtype=entry.torch_dtype()) for entry in shard.entries}
    with skip_data(materialize_fake_tensors=True):
        torch.save(tensors, path)


@dataclass(frozen=True, slots=True)
class _Record:
    name: bytes
    start: int  # of the tensor's bytes


def _records(path: Path) -> list[_Record]:
    """Where the bytes of each tensor stand, in the order of the tensors."""
    with zipfile.ZipFile(path) as archive:
        items = [item for item in archive.infolist() if "/data/" in item.filename]
    items.sort(key=lambda item: int(item.filename.rpartition("/")[2]))
    found = []
    with path.open("rb") as file:
        for item in items:
            file.seek(item.header_offset + _LOCAL_HEADER - 4)
            name, extra = struct.unpack("<HH", file.read(4))
            start = item.header_offset + _LOCAL_HEADER + name + extra
            found.append(_Record(item.filename.encode(), start))
    return found


def _note_sums(file: BinaryIO, path: Path, sums: Mapping[bytes, tuple[int, int]]) -> None:
    """Write the checksum of each record behind it and into the list at the end, for readers that look at them."""
    for end, check in sums.values():
        file.seek(end)
        if file.read(4) == _DESCRIPTOR:
            file.write(check.to_bytes(4, "little"))
    with zipfile.ZipFile(path) as archive:
        place = archive.start_dir
    while True:
        file.seek(place)
        header = file.read(_ENTRY)
        if header[:4] != _IN_LIST:
            return
        lengths = struct.unpack("<HHH", header[28:34])
        name = file.read(lengths[0])
        if name in sums:
            file.seek(place + 16)
            file.write(sums[name][1].to_bytes(4, "little"))
        place += _ENTRY + sum(lengths)


def _read(file: BinaryIO, start: int, end: int) -> Iterator[memoryview]:
    file.seek(start)
    while start < end:
        block = file.read(min(_COPY_BYTES, end - start))
        start += len(block)
        yield memoryview(block)
