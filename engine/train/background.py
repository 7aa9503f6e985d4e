"""Saves a run's checkpoints beside its steps: what is to be saved is copied, and a thread of its own writes the copy.

A copy costs milliseconds where a disk costs seconds. It is made only where this computer has room for it beside the next
step, and on a processor only if it is small beside that step, so that a run takes what was planned; otherwise the steps
wait for the disk, which full fine-tuning does there: its steps are as long as its checkpoints are large.

One checkpoint is written at a time. Only when it was read back and has its hashes is it announced, and only then does an
older one go. What goes wrong reaches the loop at its next look, and a full disk holds the run up there as in ``room``.
"""

import contextlib
import threading
from dataclasses import dataclass, replace
from functools import partial
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.contract.disk import is_disk_full
from engine.contract.job import Job
from engine.contract.messages import Checkpoint
from engine.train import checkpoint as checkpoints
from engine.train.checkpoint import Snapshot
from engine.train.metrics import peak_memory_bytes
from engine.train.room import is_to_end, when_there_is_room

if TYPE_CHECKING:
    import torch

Reason = Literal["scheduled", "asked", "pause", "stop", "end"]
RESERVE_BYTES = 256_000_000  # left to the rest of the computer
SMALL = 0.1  # of a run's memory: as near as the planner's figure is
ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class Save:
    """One checkpoint to be written; ``best_step`` is the best one when it was taken."""

    snapshot: Snapshot
    reason: Reason
    best_step: int | None


class Saver:
    """Writes the checkpoints of one run. Used by the loop's thread alone; ``close`` it in any case."""

    def __init__(self, run_dir: Path, *, keep: int, job: Job) -> None:
        self._run_dir, self._keep, self._job = run_dir, keep, job
        self.folder = run_dir / "checkpoints"
        self._thread: threading.Thread | None = None
        self._current: Save | None = None
        self._error: Exception | None = None

    def hand_over(self, save: Save) -> None:
        """Copy ``save`` and return while it is written, or write it now where there is no room for a copy.

        Raises:
            WaitEnded, OSError: see ``settle``.
        """
        self.settle()
        on_card = any(weight.device.type != "cpu" for weight in save.snapshot.weights.values())
        if checkpoints.size_of(save.snapshot) > room_for_copy(on_card=on_card):
            self._write_now(save)
            return
        self._current = replace(save, snapshot=copied(save.snapshot))
        self._thread = threading.Thread(target=self._work, name="checkpoint", args=(self._current,))
        self._thread.start()

    def write(self, save: Save) -> Path:
        """Write ``save`` before anything else happens; its folder.

        Raises:
            WaitEnded, OSError: see ``settle``.
        """
        self.settle(superseded=True)
        return self._write_now(save)

    def settle(self, *, wait: bool = True, superseded: bool = False) -> None:
        """Take up what became of the checkpoint that was written last; without ``wait``, only if that is known.

        If the disk was full, the run waits here for space; not if the user wants it to end or the checkpoint is
        ``superseded``, as then the next one finds out.

        Raises:
            WaitEnded: a wish to end came while it waited.
            OSError: the checkpoint could not be written.
        """
        if self._thread is None or (not wait and self._thread.is_alive()):
            return
        self._thread.join()
        failed, error = self._current, self._error
        self._thread = self._current = self._error = None
        if error is None or failed is None:
            return
        if is_disk_full(error) and (superseded or is_to_end(self._job)):
            return
        self._write_now(failed, known=error)

    def close(self) -> None:
        """Let what is being written come to its end; to be called when the run is over, however it ended."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self, save: Save) -> None:
        try:
            self._write(save)
        except Exception as error:  # crosses over to the loop's thread
            self._error = error

    def _write_now(self, save: Save, *, known: Exception | None = None) -> Path:
        """Write ``save`` as soon as there is room; ``known`` is what a first attempt met."""
        first = [known] if known is not None else []

        def attempt() -> Path:
            if first:
                raise first.pop()
            return self._write(save)

        needs = checkpoints.size_of(save.snapshot)
        return when_there_is_room(attempt, place=self._run_dir, needs=needs, job=self._job)

    def _write(self, save: Save) -> Path:
        step = save.snapshot.state.step
        folder = checkpoints.save(self.folder, save.snapshot)
        best = save.best_step == step
        self._job.emit(Checkpoint(step=step, path=str(folder), reason=save.reason, best=best))
        with contextlib.suppress(OSError):  # what stays is removed after the next one
            checkpoints.rotate(self.folder, keep=self._keep, best=save.best_step)
        return folder


def room_for_copy(*, on_card: bool) -> int:
    """Bytes that this computer has to spare beside what the run's largest step took so far; see the module's docstring."""
    import psutil

    held = psutil.Process().memory_info().rss
    peak = max(held, peak_memory_bytes())
    free = int(psutil.virtual_memory().available) - (peak - held) - RESERVE_BYTES
    return free if on_card else min(free, int(SMALL * peak))


def copied(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` in memory of its own, which goes back to the system as a whole when it is no longer used."""
    parts = (snapshot.weights, snapshot.optimizer, snapshot.random, snapshot.method)
    total = sum(_room_of(tensor) for part in parts for tensor in part.values())
    place = partial(_placed, memory=mmap(-1, max(1, total)), taken=[0])
    weights, optimizer, random, method = (
        {name: place(tensor) for name, tensor in part.items()} for part in parts
    )
    return replace(snapshot, weights=weights, optimizer=optimizer, random=random, method=method)


def _placed(tensor: "torch.Tensor", *, memory: mmap, taken: list[int]) -> "torch.Tensor":
    """A copy of ``tensor`` at the first free place of ``memory``; each has a storage of its own."""
    import torch

    if not tensor.numel():
        return torch.empty(tensor.shape, dtype=tensor.dtype)
    bare = torch.frombuffer(memory, dtype=torch.uint8, count=tensor.nbytes, offset=taken[0])
    taken[0] += _room_of(tensor)
    copy = bare.view(tensor.dtype).view(tensor.shape)
    return copy.copy_(tensor.detach())


def _room_of(tensor: "torch.Tensor") -> int:
    return -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
