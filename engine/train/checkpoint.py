"""Checkpoints that are whole or not there: safetensors and JSON, hashed, fsynced, renamed into place.

A checkpoint holds the trained weights, the optimizer's state, the random state and the loop's own numbers. It is
written into a sibling folder; its manifest (SHA-256 of every file) comes last; then the folder is renamed. One that is
written again (a pause right after a scheduled save) stays readable beside its place until the new one stands there.
What went wrong is always told as an ``OSError`` with its file, whichever library met it.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.errors import ErrorCode, UserError

if TYPE_CHECKING:
    import torch

MANIFEST = "manifest.json"
METHOD_FILE = "method.safetensors"  # only of methods that need it
FORMAT = 1
FORMER = ".former"


@dataclass(frozen=True, slots=True)
class LoopState:
    """The loop's own numbers after ``step`` optimizer steps."""

    step: int
    tokens: int
    seconds: float
    loss_sum: float  # over the steps since the run began, each step's mean loss
    best_eval: float | None
    best_step: int | None
    bad_evals: int
    data_hash: str
    kl_weight: float | None = None  # of objectives that let it move


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a checkpoint holds; tensors by name."""

    weights: "dict[str, torch.Tensor]"
    optimizer: "dict[str, torch.Tensor]"  # "<parameter>.<state>"
    random: "dict[str, torch.Tensor]"  # uint8 states by device
    state: LoopState
    method: "dict[str, torch.Tensor]" = field(default_factory=dict)  # what a method keeps besides its weights


def folder_of(checkpoints: Path, step: int) -> Path:
    """Where the checkpoint of ``step`` stands."""
    return checkpoints / f"step-{step:06d}"


def save(checkpoints: Path, snapshot: Snapshot) -> Path:
    """Write ``snapshot``, read it back from the disk and return its folder; on any error what was there stays.

    Raises:
        OSError: it could not be written, or (``EIO``) something else came back.
    """
    checkpoints.mkdir(parents=True, exist_ok=True)
    target = folder_of(checkpoints, snapshot.state.step)
    work = checkpoints / f".{target.name}.{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        _write_tensors(work / "weights.safetensors", snapshot.weights)
        _write_tensors(work / "optimizer.safetensors", snapshot.optimizer)
        _write_tensors(work / "random.safetensors", snapshot.random)
        if snapshot.method:
            _write_tensors(work / METHOD_FILE, snapshot.method)
        _write_json(work / "state.json", asdict(snapshot.state))
        files = {path.name: _describe(path) for path in sorted(work.iterdir())}
        _write_json(work / MANIFEST, {"format": FORMAT, "step": snapshot.state.step, "files": files})
        for path in work.iterdir():
            _fsync(path)
        _fsync(work)
        former = _former(target)
        if target.exists():
            shutil.rmtree(former, ignore_errors=True)
            target.rename(former)
        work.rename(target)
        _fsync(checkpoints)
        _verify(target)
        shutil.rmtree(former, ignore_errors=True)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        with contextlib.suppress(OSError):
            _bring_back(checkpoints)
        raise
    return target


def size_of(snapshot: Snapshot) -> int:
    """Bytes that ``snapshot`` takes on the disk, within a few kilobytes."""
    parts = (snapshot.weights, snapshot.optimizer, snapshot.random, snapshot.method)
    return sum(tensor.nbytes for part in parts for tensor in part.values()) + 64_000


def load(folder: Path) -> Snapshot:
    """Read a checkpoint whose hashes hold.

    Raises:
        UserError: ``CHECKPOINT_DAMAGED`` naming the file.
    """
    from safetensors.torch import load_file

    fault = damage(folder)
    if fault is not None:
        raise UserError(
            ErrorCode.CHECKPOINT_DAMAGED,
            f"The checkpoint {folder} cannot be used: {fault}",
            hint="Resume from an older checkpoint, or start the run anew.",
        )
    state = LoopState(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    return Snapshot(
        weights=load_file(folder / "weights.safetensors"),
        optimizer=load_file(folder / "optimizer.safetensors"),
        random=load_file(folder / "random.safetensors"),
        state=state,
        method=load_file(folder / METHOD_FILE) if (folder / METHOD_FILE).is_file() else {},
    )


def damage(folder: Path) -> str | None:
    """What is wrong with a checkpoint, or None when every file has the hash of the manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = manifest["files"]
        if manifest["format"] != FORMAT:
            return f"it is of format {manifest['format']}, this version reads {FORMAT}"
    except (OSError, ValueError, KeyError, TypeError):
        return "its manifest is missing or unreadable"
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if _describe(path) != expected:
            return f"{name} does not have the hash it was saved with"
    return None


def steps(checkpoints: Path) -> list[int]:
    """Steps of the checkpoints that have a manifest, oldest first (hashes unchecked)."""
    _bring_back(checkpoints)
    found = []
    for path in checkpoints.glob("step-*"):
        number = path.name.removeprefix("step-")
        if number.isdigit() and (path / MANIFEST).is_file():
            found.append(int(number))
    return sorted(found)


def _former(folder: Path) -> Path:
    """Where a checkpoint stands while another of its step takes its place."""
    return folder.with_name(f"{folder.name}{FORMER}")


def _bring_back(checkpoints: Path) -> None:
    """Put a checkpoint back whose successor never came: the process ended between the two renames."""
    for former in checkpoints.glob(f"step-*{FORMER}"):
        target = former.with_name(former.name.removesuffix(FORMER))
        if not target.exists():
            former.rename(target)


def newest_good(checkpoints: Path) -> Path | None:
    """The newest checkpoint whose hashes hold, or None."""
    for step in reversed(steps(checkpoints)):
        folder = folder_of(checkpoints, step)
        if damage(folder) is None:
            return folder
    return None


def rotate(checkpoints: Path, *, keep: int, best: int | None) -> None:
    """Remove all but the newest ``keep`` checkpoints and the best one, and what a crash left half-written."""
    known = steps(checkpoints)
    for step in known[:-keep]:
        if step != best:
            _take_away(folder_of(checkpoints, step))
    for pattern in (".step-*", f"step-*{FORMER}"):
        for leftover in checkpoints.glob(pattern):
            shutil.rmtree(leftover, ignore_errors=True)


def _verify(folder: Path) -> None:
    """Look at what was just written once more, on the disk itself where the system can be told to."""
    for path in folder.iterdir():
        _forget_cached(path)
    fault = damage(folder)
    if fault is not None:
        _take_away(folder)
        raise OSError(errno.EIO, f"something else came back than was written: {fault}", str(folder))


def _take_away(folder: Path) -> None:
    """Take a checkpoint's name from it at once; ``rotate`` removes what is left."""
    with contextlib.suppress(OSError):  # one that somebody reads on Windows goes the next time
        folder.rename(folder.with_name(f".{folder.name}.going"))


def _write_tensors(path: Path, tensors: "dict[str, torch.Tensor]") -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    try:
        save_file(_plain(tensors), path)
    except SafetensorError as error:  # the library's own words for what the system said
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise
        code = int(number[1])
        raise OSError(code, os.strerror(code), str(path), code if os.name == "nt" else None) from error


def _plain(tensors: "dict[str, torch.Tensor]") -> "dict[str, torch.Tensor]":
    """On the CPU, contiguous, and none of them sharing its memory, which safetensors refuses."""
    plain: dict[str, torch.Tensor] = {}
    seen: set[int] = set()
    for name, tensor in sorted(tensors.items()):
        tensor = tensor.detach().cpu().contiguous()
        place = tensor.untyped_storage().data_ptr()
        plain[name] = tensor.clone() if place in seen else tensor
        seen.add(place)
    return plain


def _describe(path: Path) -> dict[str, str | int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": digest, "size_bytes": path.stat().st_size}


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True), encoding="utf-8")


def _forget_cached(path: Path) -> None:
    """Let the next reader of ``path``, whose content is safe on the disk, fetch it from there."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _fsync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows has no handle for a folder's metadata
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
