"""Makes the Windows installer from a bundle with NSIS, on Windows itself or, for its script alone, on Linux."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bundle import BUILD, BUNDLE
from console import SetupError, say_size
from inventory import TEXTS_NAME, licence_texts
from payload import draw_logo, own_version

SCRIPT = Path(__file__).resolve().parent / "windows" / "luthier.nsi"
ICON_SIZE = 256


def require_makensis() -> None:
    """Raises:
    SetupError: when NSIS is not here.
    """
    if shutil.which("makensis") is None:
        raise SetupError(
            "makensis is missing: install NSIS 3 (`sudo apt-get install -y nsis`) and try again."
        )


def build_setup(bundle: Path, version: str, target: Path) -> Path:
    """Make `luthier-VERSION-setup.exe` in the folder `target`.

    Raises:
        SetupError: when there is no bundle for Windows, or makensis fails.
    """
    missing = [name for name in ("luthier.exe", "luthier-engine.exe") if not (bundle / name).exists()]
    if missing:
        raise SetupError(f"There is no bundle for Windows in {bundle}: {', '.join(missing)} missing.")
    setup = target.resolve() / f"luthier-{version}-setup.exe"
    setup.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="luthier-icon-") as name:
        icon = Path(name) / "luthier.ico"
        draw_logo(icon, ICON_SIZE)
        texts = Path(name) / TEXTS_NAME
        texts.write_text(licence_texts(), encoding="utf-8", newline="\r\n")
        values = {"VERSION": version, "PAYLOAD": str(bundle.resolve()), "OUT": str(setup)}
        values |= {"ICON": str(icon), "TEXTS": str(texts)}
        if (
            sys.platform != "win32"
        ):  # a wine without 32-bit parts runs it; NSIS for Windows makes 32-bit ones only
            values["TARGET"] = "amd64-unicode"
        words = [f"-D{key}={value}" for key, value in values.items()]
        command = ["makensis", "-V2", "-WX", *words, str(SCRIPT)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise SetupError(f"makensis failed:\n{tail}")
    return setup


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=BUNDLE, help="folder with the two programs")
    parser.add_argument("--out", type=Path, default=BUILD / "installers", help="where the installer goes")
    arguments = parser.parse_args()
    try:
        require_makensis()
        setup = build_setup(arguments.bundle, own_version(), arguments.out)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"{setup}, {say_size(setup.stat().st_size)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
