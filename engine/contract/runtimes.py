"""Runtimes: engines of another kind (for CUDA, ROCm, XPU) in folders beside the one that Luthier brings.

What a runtime says of itself, which ones lie here, which is chosen, and which suits this computer. The app reads this to
know what to start, the command line to list them; installing is the work of ``engine.runtimes``. Standard library and
pydantic only.
"""

import json
import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from engine.contract.command import Command
from engine.contract.errors import ErrorCode, UserError

Kind = Literal["cpu", "cuda", "rocm", "xpu"]
KINDS: tuple[Kind, ...] = ("cuda", "rocm", "xpu", "cpu")  # the better ones first

FORMAT = 1
SUFFIX = ".luthier-runtime"  # of the file that a runtime comes in
FOLDER = "runtimes"  # in the data folder
MANIFEST = "runtime.json"  # written last: a folder without it is no runtime
SUMS = "SHA256SUMS"  # as sha256sum writes and reads it
CHOSEN = "chosen"
OWN = "own"  # what the engine that Luthier brings is called
BEST = "best"  # stands for the one that suits this computer, where one is chosen
LEFT = (".staging-", ".removing-")  # how folders of a killed installation or removal begin

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_FORBIDDEN = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')
_DEVICE_NAMES = frozenset({"con", "prn", "aux", "nul"})  # of Windows, whatever their ending
_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}


# ---------------------------------------------------------------- commands


class InstallRuntime(Command):
    """Job. Installs a runtime from a file or an address; ``runtime`` in its result is its name. ``sha256``: of the file,
    where it is known."""

    type: Literal["runtimes.install"] = "runtimes.install"
    source: str
    sha256: str = ""


class VerifyRuntime(Command):
    """Job. Holds every file of a runtime against its hash."""

    type: Literal["runtimes.verify"] = "runtimes.verify"
    name: str


class RemoveRuntime(Command):
    """Job. Deletes a runtime; if it was chosen, Luthier's own engine is chosen."""

    type: Literal["runtimes.remove"] = "runtimes.remove"
    name: str


class CleanRuntimes(Command):
    """Job. Deletes what killed installations left."""

    type: Literal["runtimes.clean"] = "runtimes.clean"


# ---------------------------------------------------------------- what a runtime says of itself


class Manifest(BaseModel):
    """``runtime.json``. ``links`` are made by whoever installs: the file that a runtime comes in holds none."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    format: int
    name: str
    version: str = Field(max_length=64)
    protocol: int
    device: Kind
    system: str = Field(max_length=32)
    machine: str = Field(max_length=32)
    program: str
    size_bytes: int = Field(ge=0)  # of all files, without this one and SHA256SUMS
    files: int = Field(ge=1, le=200_000)
    sums_sha256: str = Field(pattern="[0-9a-f]{64}")
    links: dict[str, str] = {}  # path -> what stands in the link

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not _NAME.fullmatch(name) or name in (OWN, BEST):
            raise ValueError("a name is made of small letters, digits, dots, dashes")
        return name

    @field_validator("program")
    @classmethod
    def _inside(cls, program: str) -> str:
        if not is_inside(program):
            raise ValueError("the program stands in the folder")
        return program


def is_inside(path: str) -> bool:
    """Whether ``path`` names something in its folder, plainly and on every system."""
    pure = PurePosixPath(path)
    if (
        not pure.parts
        or pure.is_absolute()
        or str(pure) != path
        or _FORBIDDEN.search(path)
        or len(path) > 512
    ):
        return False
    return not any(
        part == ".." or part.endswith((".", " ")) or part.partition(".")[0].lower() in _DEVICE_NAMES
        for part in pure.parts
    )


def parse_manifest(content: bytes | str, what: str) -> Manifest:
    """The manifest in ``content``, which comes from ``what``.

    Raises:
        UserError: ``UNREADABLE``.
    """
    try:
        found = json.loads(content)
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise UserError(
                ErrorCode.UNREADABLE, f"{what} is made for a newer Luthier", hint="Update Luthier first."
            )
        return Manifest.model_validate(found)
    except (ValueError, ValidationError) as error:
        raise UserError(
            ErrorCode.UNREADABLE, f"{what} is no runtime of Luthier, or it is damaged", hint="Get it again."
        ) from error


def refusal(manifest: Manifest, protocol: int) -> str:
    """Why this runtime cannot be used here, in a sentence; "" where it can."""
    if manifest.protocol != protocol:
        return (
            f"The runtime {manifest.name} is made for another version of Luthier: it speaks protocol "
            f"{manifest.protocol}, this Luthier speaks {protocol}."
        )
    if (manifest.system, manifest.machine) != (system_here(), machine_here()):
        return (
            f"The runtime {manifest.name} is made for {manifest.system} on {manifest.machine}, and this computer runs "
            f"{system_here()} on {machine_here()}."
        )
    return ""


def system_here() -> str:
    """The system, as manifests call it."""
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def machine_here() -> str:
    """The processor's architecture, as manifests call it."""
    machine = platform.machine().lower()
    return _MACHINES.get(machine, machine)


# ---------------------------------------------------------------- what lies here


@dataclass(frozen=True, slots=True)
class Installed:
    """A runtime of this computer. ``reason`` says why it cannot be used; the own engine has no folder."""

    name: str
    device: Kind
    version: str = ""
    size_bytes: int = 0
    folder: str = ""
    reason: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the engine that Luthier brings."""
        return self.name == OWN


def runtimes_dir(home: Path) -> Path:
    """Where runtimes lie."""
    return home / FOLDER


def look(folder: Path, protocol: int) -> tuple[Manifest | None, str]:
    """The manifest of the runtime in ``folder``, and why it cannot be used ("" where it can)."""
    try:
        manifest = parse_manifest((folder / MANIFEST).read_bytes(), folder.name)
    except OSError:
        return None, f"The runtime {folder.name} is not there."
    except UserError as error:
        return None, f"{error.info.message}."
    if manifest.name != folder.name:
        return manifest, f"The folder {folder.name} holds the runtime {manifest.name}: it was renamed."
    if not (folder / manifest.program).is_file():
        return manifest, f"The runtime {manifest.name} is damaged: its program is missing."
    return manifest, refusal(manifest, protocol)


def installed(home: Path, protocol: int, *, own_version: str = "") -> tuple[Installed, ...]:
    """The own engine, then every runtime by name; folders that are none are left out."""
    found = [Installed(OWN, own_device(), own_version)]
    folder = runtimes_dir(home)
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not place.is_dir() or not _NAME.fullmatch(place.name) or not (place / MANIFEST).is_file():
            continue
        manifest, reason = look(place, protocol)
        if manifest is None:
            found.append(Installed(place.name, "cpu", folder=str(place), reason=reason))
        else:
            found.append(
                Installed(
                    place.name, manifest.device, manifest.version, manifest.size_bytes, str(place), reason
                )
            )
    return tuple(found)


def left_over(home: Path) -> tuple[Path, ...]:
    """Folders of installations and removals that were killed (or go on at this moment)."""
    folder = runtimes_dir(home)
    return (
        tuple(place for place in folder.iterdir() if place.name.startswith(LEFT)) if folder.is_dir() else ()
    )


def own_device() -> Kind:
    """What the libraries beside this program were built for, told without loading them."""
    from importlib import metadata  # 10 ms that a start of the app need not wait for

    try:
        build = metadata.version("torch").partition("+")[2]
    except metadata.PackageNotFoundError:
        return "cpu"
    named: tuple[tuple[str, Kind], ...] = (("cu", "cuda"), ("rocm", "rocm"), ("xpu", "xpu"))
    if not build:  # as it comes from the package index: for CUDA on Linux, for the processor elsewhere
        return "cuda" if system_here() == "linux" and machine_here() == "x86_64" else "cpu"
    return next((kind for start, kind in named if build.startswith(start) and build != "cpu"), "cpu")


# ---------------------------------------------------------------- which one is used


@dataclass(frozen=True, slots=True)
class Choice:
    """What to start: ``program`` is None for the own engine, and then ``reason`` says why another one is not used."""

    name: str
    program: Path | None = None
    reason: str = ""


def chosen_name(home: Path) -> str:
    """The name of the chosen runtime, whether it can be used or not."""
    try:
        name = (runtimes_dir(home) / CHOSEN).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return OWN
    return name if _NAME.fullmatch(name) else OWN


def choice(home: Path, protocol: int) -> Choice:
    """The chosen runtime, or the own engine with the reason."""
    name = chosen_name(home)
    if name == OWN:
        return Choice(OWN)
    folder = runtimes_dir(home) / name
    manifest, reason = look(folder, protocol)
    if manifest is None or reason:
        return Choice(OWN, reason=reason)
    return Choice(name, folder / manifest.program)


def choose(home: Path, name: str, protocol: int) -> None:
    """Let the next engine be that of ``name``.

    Raises:
        UserError: ``NOT_FOUND`` or ``UNREADABLE``: there is no such runtime, or it cannot be used.
    """
    folder = runtimes_dir(home)
    if name != OWN:
        known = _NAME.fullmatch(name) and (folder / name).is_dir()
        reason = look(folder / name, protocol)[1] if known else f"There is no runtime {name} here."
        if reason:
            code = ErrorCode.UNREADABLE if known else ErrorCode.NOT_FOUND
            raise UserError(
                code, reason.rstrip("."), hint="See which there are: luthier-engine runtime list."
            )
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{CHOSEN}.{os.getpid()}"
    draft.write_text(name + "\n", encoding="utf-8")
    draft.replace(folder / CHOSEN)


def program_environment() -> dict[str, str]:
    """What a runtime's program needs changed in the environment of a frozen app, whose libraries are not its own."""
    if not getattr(sys, "frozen", False):
        return {}
    changes = {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
    if sys.platform.startswith("linux"):
        changes["LD_LIBRARY_PATH"] = os.environ.get("LD_LIBRARY_PATH_ORIG", "")
    return changes


# ---------------------------------------------------------------- which one is best here


def kinds_here(root: Path = Path("/")) -> tuple[Kind, ...]:
    """The kinds of device that this computer has a driver for, told by the files that drivers leave; cpu is last.

    ``root`` is for tests.
    """
    found: list[Kind] = []
    if _has_nvidia(root):
        found.append("cuda")
    if _has_amd(root):
        found.append("rocm")
    if _has_intel(root):
        found.append("xpu")
    return (*found, "cpu")


def best(items: tuple[Installed, ...], kinds: tuple[Kind, ...]) -> str:
    """The name of the runtime that suits this computer best: a GPU's before the processor's, the newest of a kind."""
    usable = [item for item in items if not item.reason and item.device in kinds]
    order: dict[Any, int] = {kind: place for place, kind in enumerate(KINDS)}
    usable.sort(key=lambda item: (-order[item.device], _numbers(item.version), item.own))
    return usable[-1].name if usable else OWN


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:6])


def _has_nvidia(root: Path) -> bool:
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").is_file()
    places = ("proc/driver/nvidia/version", "usr/lib/wsl/lib/libcuda.so.1")
    return any((root / place).exists() for place in places)


def _has_amd(root: Path) -> bool:
    """A node of the kernel's compute driver with vector units is a GPU; processors are nodes without."""
    for node in (root / "sys/class/kfd/kfd/topology/nodes").glob("*/properties"):
        try:
            lines = dict(line.split(" ", 1) for line in node.read_text("ascii").splitlines() if " " in line)
        except (OSError, UnicodeDecodeError):
            continue
        if lines.get("simd_count", "0").strip() not in ("", "0"):
            return True
    return False


def _has_intel(root: Path) -> bool:
    """A card of the driver for new ones, or one with memory of its own: the small ones in processors do not count."""
    for card in (root / "sys/class/drm").glob("card*"):
        driver = card / "device" / "driver"
        if driver.exists() and driver.resolve().name == "xe":
            return True
        if (card / "lmem_total_bytes").exists():
            return True
    return False
