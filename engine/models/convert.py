"""Makes a model that only others can open trainable: pickled weights, GGUF files and checkpoints that are quantized
already become plain safetensors, once.

The reading happens in a child process with limits on memory, time and files, because a pickle is a program and a damaged
file can bring a library down. The result lies among Luthier's models and stands for the source from then on.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, ErrorInfo, UserError
from engine.contract.job import Job
from engine.contract.places import model_place
from engine.models.gguf_header import is_gguf
from engine.models.guard import check_folder, weights_of
from engine.models.quantized_files import can_spell_out, stored_form

RECORD = "converted.json"  # written last by the child: a folder without it is not finished
CHILD = "convert-here"
TIME_LIMIT_S = 6 * 3600
POLL_S = 0.2


def converted_path(source: Path) -> Path:
    """Where the converted form of ``source`` (a folder with pickles, or a GGUF file) lies or would lie."""
    safe, pickles = weights_of(source) if source.is_dir() else ([], [source])
    files = pickles or safe
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    key = hashlib.sha256(f"{source.resolve()} {stats}".encode()).hexdigest()[:12]
    return model_place("converted", f"{source.stem if source.is_file() else source.name}-{key}")


def is_converted(source: Path) -> bool:
    """Whether the converted form is there, complete."""
    return (converted_path(source) / RECORD).is_file()


def convert(source: Path, *, job: Job) -> Path:
    """The converted form of ``source``, made now if it is not there.

    Raises:
        UserError: it is no such model, hostile or damaged, or the disk is full.
        Cancelled: by the user.
    """
    source = source.expanduser().resolve()
    _check_source(source)
    target = converted_path(source)
    if is_converted(source):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    size = _size(source)
    need = size * _growth(source)
    if shutil.disk_usage(target.parent).free < need:
        raise UserError(
            ErrorCode.DISK_FULL,
            f"Converting {source} needs about {need / 1e9:.1f} GB in {target.parent}",
            hint="Free some space there, or set LUTHIER_HOME to a folder on a larger disk.",
        )
    work = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    try:
        with job.phase("convert", str(source)):
            _run_child(source, work, size, job)
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _say_what_was_lost(target, job)
    return target


def _growth(source: Path) -> float:
    """How much larger the converted form is at most: 4 bits become 32 from a GGUF, else 16."""
    if source.is_file():
        return 8.0
    return 5.0 if weights_of(source)[0] else 1.1


def _check_source(source: Path) -> None:
    if source.is_dir():
        check_folder(source)
        safe, pickles = weights_of(source)
        if safe and stored_form(source):
            if not can_spell_out(source):
                raise UserError(
                    ErrorCode.MODEL_UNSUPPORTED,
                    f"The weights in {source} are held as {stored_form(source)} in a way that cannot be spelt out",
                    hint="Take the model's original safetensors.",
                )
        elif safe or not pickles:
            what = "needs no conversion: its weights are safetensors" if safe else "holds no weights"
            raise UserError(ErrorCode.BAD_COMMAND, f"{source} {what}")
    elif not source.is_file() or not is_gguf(source):
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"{source} is neither a model folder nor a GGUF file",
            hint="Name a folder with config.json and .bin or .pt files, or a .gguf file.",
        )


def _run_child(source: Path, work: Path, size: int, job: Job) -> None:
    command = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "engine"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    child = subprocess.Popen(
        [*command, CHILD, str(source), str(work), "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        while True:
            try:
                said = child.communicate(timeout=POLL_S)[0]
                break
            except subprocess.TimeoutExpired:
                job.check()
                job.progress("convert", min(_size(work), size) if work.is_dir() else 0, size, "bytes")
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if child.returncode != 0:
        raise _failure(source, said, child.returncode)


def _failure(source: Path, said: bytes, code: int) -> UserError:
    """What the child said, or how it died."""
    try:
        info = ErrorInfo.model_validate(json.loads(said.decode().strip().splitlines()[-1])["error"])
    except (ValueError, IndexError, KeyError):
        message = (
            f"The process that reads {source} was ended by signal {-code}"
            if code < 0
            else f"The process that reads {source} ended with code {code}"
        )
        return UserError(
            ErrorCode.UNREADABLE,
            message,
            hint="The file may be damaged, hostile, or larger than the memory that is free.",
        )
    failure = UserError(info.code, info.message)
    failure.info = info
    return failure


def _size(place: Path) -> int:
    if place.is_file():
        return place.stat().st_size
    return sum(path.stat().st_size for path in place.iterdir() if path.is_file())


def read_record(folder: Path) -> dict[str, Any]:
    """What a converted folder says of where it came from; empty for other folders."""
    try:
        content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _say_what_was_lost(folder: Path, job: Job) -> None:
    record = read_record(folder)
    if record.get("loss"):
        job.warn("dequantized", str(record["loss"]))
