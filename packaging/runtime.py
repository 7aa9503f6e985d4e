"""Makes the file that a runtime comes in: an engine for one kind of device, to be installed beside the app.

Called by `make runtime` with the environment's Python. For the processor it takes the engine out of a finished bundle; for
another device it freezes one from that device's pinned wheels (runtimes/cuda.txt), in an environment of its own. It leaves
build/runtimes: the file and its SHA-256. `--pins cuda` resolves those wheels anew.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import bundle
import runtime_pins
from console import Console, SetupError, say_duration, say_size
from payload import ROOT, own_version

sys.path.insert(0, str(ROOT))

RUNTIMES = bundle.BUILD / "runtimes"
PROGRAM = f"luthier-engine{bundle.SUFFIX}"
NEEDS_BYTES = 30_000_000_000  # the wheels unpacked, frozen, and packed again
OF_THE_WINDOW = ("PySide6", "shiboken6", "libQt6", "libpyside6", "libshiboken6", "pyqtgraph")  # how it begins
LEVEL = 12


def is_of_the_window(path: str) -> bool:
    """Whether a path of the bundle serves the window alone."""
    first = path.removeprefix("_internal/").partition("/")[0]
    return path == f"luthier{bundle.SUFFIX}" or first.startswith(OF_THE_WINDOW)


def pack_engine(folder: Path, out: Path, *, device: str, level: int = LEVEL, console: Console) -> Path:
    """The runtime's file in `out`, made of the engine in the bundle `folder`, with its SHA-256 beside it.

    Raises:
        SetupError: when the folder holds no engine.
    """
    from engine.contract.errors import UserError
    from engine.contract.messages import PROTOCOL_VERSION
    from engine.contract.runtimes import KINDS, SUFFIX, machine_here, system_here
    from engine.runtimes.packing import pack

    kind = next((kind for kind in KINDS if kind == device), None)
    if kind is None:
        raise SetupError(f"There is no device {device}: name one of {', '.join(KINDS)}.")
    version = own_version()
    place = out / f"{device}-{version}-{system_here()}-{machine_here()}{SUFFIX}"
    try:
        manifest = pack(
            folder,
            place,
            name=f"{device}-{version}",
            version=version,
            protocol=PROTOCOL_VERSION,
            device=kind,
            program=PROGRAM,
            level=level,
            leave_out=is_of_the_window,
        )
    except UserError as error:
        raise SetupError(
            f"{error.info.message}: build the bundle first, or name another by --bundle."
        ) from error
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    place.with_name(f"{place.name}.sha256").write_text(f"{digest}  {place.name}\n", encoding="utf-8")
    console.line(
        f"{place}: {say_size(place.stat().st_size)}, {say_size(manifest.size_bytes)} unpacked in {manifest.files} files"
    )
    console.line(f"SHA-256 {digest}")
    return place


def freeze(device: str, console: Console) -> Path:
    """The bundle built from the pinned wheels of `device`, in an environment of its own.

    Raises:
        SetupError: with what failed.
    """
    pins = runtime_pins.pins_of(device)
    runtime_pins.require_host(device)
    if shutil.disk_usage(ROOT).free < NEEDS_BYTES:
        raise SetupError(f"The runtime for {device} needs {say_size(NEEDS_BYTES)} of disk while it is built.")
    environment = RUNTIMES / f"{device}-environment"
    python = environment / ("Scripts" if sys.platform == "win32" else "bin") / f"python{bundle.SUFFIX}"
    with console.step(f"Wheels for {device}, each held against its hash"):
        _call([sys.executable, "-m", "venv", "--clear", str(environment)])
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        _call([*pip, "--no-deps", "--require-hashes", "--requirement", str(pins)])
        _call([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    with console.step("Freezing"):
        folder = RUNTIMES / f"{device}-bundle" / "luthier"
        bundle.build(folder, python=str(python))
    return folder


def _call(command: list[str]) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise SetupError(f"This failed, see above: {' '.join(command[:6])} ...")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--device",
        default="cpu",
        help="cpu (from the bundle), or one with pinned wheels: cuda (default: cpu)",
    )
    parser.add_argument("--bundle", type=Path, help="take the engine from this bundle, whatever the device")
    parser.add_argument("--out", type=Path, default=RUNTIMES, help="default: build/runtimes")
    parser.add_argument("--level", type=int, default=LEVEL, help=f"of the compression (default: {LEVEL})")
    parser.add_argument("--pins", metavar="DEVICE", help="resolve the wheels of this device anew, and end")
    options = parser.parse_args()
    started = time.monotonic()
    console = Console(total_steps=1)
    try:
        if options.pins:
            count = runtime_pins.write_pins(options.pins)
            console.line(f"{count} wheels pinned in {runtime_pins.pins_of(options.pins)}.")
            return 0
        folder = options.bundle
        if folder is None:
            folder = bundle.BUNDLE if options.device == "cpu" else freeze(options.device, console)
        with console.step(f"Packing the engine of {folder}"):
            pack_engine(folder, options.out, device=options.device, level=options.level, console=console)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    console.line(f"Done in {say_duration(time.monotonic() - started)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
