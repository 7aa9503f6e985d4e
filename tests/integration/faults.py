"""A disk that fails at a chosen moment of a save: every file that is opened, written, flushed, renamed or removed counts."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import safetensors.torch as safetensors
import torch
from safetensors import SafetensorError

from engine.train import checkpoint as checkpoints

MOMENTS = frozenset(("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"))


class FailingDisk:
    """Fails at its ``moment``-th change below ``folder`` with the error ``number``, and with ``lasting`` from then on.

    The operations are those of the checkpoints' writer, so only the folder's own are counted; ``met`` are those that failed.
    """

    def __init__(self, folder: Path, number: int, moment: int, *, lasting: bool) -> None:
        self._folder, self._number, self._left, self._lasting = str(folder), number, moment, lasting
        self.met: list[str] = []

    def heal(self) -> None:
        """From now on nothing fails any more."""
        self._left = -1

    def change(self, what: str, place: object) -> None:
        """Count a change of ``place``; names without a folder are those of a folder that is being removed."""
        name = os.fsdecode(place) if isinstance(place, str | bytes | os.PathLike) else ""
        if self._left < 0 or (Path(name).is_absolute() and not name.startswith(self._folder)):
            return
        self._left = max(0, self._left - 1)
        if self._left == 0:
            self.met.append(what)
            if not self._lasting:
                self.heal()
            raise OSError(self._number, os.strerror(self._number), name)


_at_work: list[FailingDisk] = []


def _hook(event: str, details: tuple[Any, ...]) -> None:
    if _at_work and event in MOMENTS and not isinstance(details[0], int):
        _at_work[0].change(event, details[0])


@contextmanager
def failing_disk(folder: Path, number: int, moment: int, *, lasting: bool = False) -> Iterator[FailingDisk]:
    """The disk of ``folder`` fails inside as ``FailingDisk`` says."""
    if not getattr(sys, "_luthier_fault_hook", False):  # an audit hook stays for ever
        sys.addaudithook(_hook)
        sys._luthier_fault_hook = True  # type: ignore[attr-defined]
    disk = FailingDisk(folder, number, moment, lasting=lasting)
    write_tensors, write_json, fsync = safetensors.save_file, checkpoints._write_json, os.fsync

    def half_of_tensors(tensors: dict[str, torch.Tensor], path: Path) -> None:
        write_tensors(tensors, path)
        try:
            disk.change("write", path)
        except OSError as error:
            os.truncate(path, path.stat().st_size // 2)
            said = f"I/O error: {error.strerror} (os error {error.errno})"
            raise SafetensorError(said) from None

    def half_of_json(path: Path, value: object) -> None:
        write_json(path, value)
        try:
            disk.change("write", path)
        except OSError:
            os.truncate(path, path.stat().st_size // 2)
            raise

    def flush(descriptor: int) -> None:
        disk.change("fsync", str(folder))
        fsync(descriptor)

    safetensors.save_file, checkpoints._write_json = half_of_tensors, half_of_json  # type: ignore[assignment]
    os.fsync = flush  # type: ignore[assignment]
    _at_work.append(disk)
    try:
        yield disk
    finally:
        _at_work.remove(disk)
        safetensors.save_file, checkpoints._write_json, os.fsync = write_tensors, write_json, fsync
