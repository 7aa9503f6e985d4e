"""What every installer carries besides the bundle: icons, desktop entry, file type, description, licence.

Both Linux installers lay out the same `share` folder; only the path of the program in the desktop entry differs.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console import SetupError
from elf import LEFT_TO_SYSTEM
from inventory import TEXTS_NAME, licence_texts

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "linux"
LOGO = ROOT / "resources" / "icons" / "luthier.svg"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"


@dataclass(frozen=True)
class Build:
    """One set of installers: where the bundle is, what it is called and when it counts as made."""

    bundle: Path
    version: str
    epoch: int

    @property
    def date(self) -> str:
        return datetime.fromtimestamp(self.epoch, UTC).strftime("%Y-%m-%d")


def own_version() -> str:
    """The version of the source tree, read without importing it."""
    text = (ROOT / "engine" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    assert found, "engine/__init__.py has no __version__"
    return found[1]


def require_bundle(bundle: Path) -> None:
    """Raises:
    SetupError: when the folder holds no bundle for Linux.
    """
    missing = [name for name in ("luthier", "luthier-engine", "_internal") if not (bundle / name).exists()]
    if missing:
        raise SetupError(
            f"There is no bundle in {bundle} ({', '.join(missing)} missing): run `make bundle` first, or name "
            "another folder with --bundle."
        )


def copy_bundle(bundle: Path, target: Path) -> None:
    """The bundle without what is left to the system; linked instead of copied where the disk allows it."""

    def link(source: str, destination: str) -> None:
        try:
            os.link(source, destination, follow_symlinks=False)
        except OSError:
            shutil.copy2(source, destination, follow_symlinks=False)

    shutil.copytree(
        bundle, target, symlinks=True, copy_function=link, ignore=shutil.ignore_patterns(*LEFT_TO_SYSTEM)
    )


def draw_logo(target: Path, size: int) -> None:
    """The logo as a picture of `size` by `size` points, in the form that the file's name asks for."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(LOGO)).render(painter)
    painter.end()
    if not image.save(str(target)):
        raise SetupError(f"The icon {target} could not be written: check the disk.")


def write_icons(folder: Path) -> None:
    """The logo in every size a desktop asks for, and as it was drawn, in the layout of the hicolor theme."""
    for size in ICON_SIZES:
        target = folder / f"{size}x{size}" / "apps" / "luthier.png"
        target.parent.mkdir(parents=True)
        draw_logo(target, size)
    scalable = folder / "scalable" / "apps" / "luthier.svg"
    scalable.parent.mkdir(parents=True)
    shutil.copy2(LOGO, scalable)


def write_share(share: Path, build: Build, *, program: str) -> None:
    """Everything that belongs below `share`.

    Args:
        program: what the desktop entry starts.
    """
    write_icons(share / "icons" / "hicolor")
    write(share / "doc" / "luthier" / TEXTS_NAME, licence_texts())
    values = {"@EXEC@": program, "@VERSION@": build.version, "@DATE@": build.date}
    targets = {
        "luthier.desktop": share / "applications" / "luthier.desktop",
        "luthier-mime.xml": share / "mime" / "packages" / "luthier.xml",
        "luthier.metainfo.xml": share / "metainfo" / "org.luthier.Luthier.metainfo.xml",
    }
    for name, target in targets.items():
        write(target, fill((TEMPLATES / name).read_text(encoding="utf-8"), values))


def fill(text: str, values: dict[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def write(path: Path, text: str, *, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(mode)


def walk(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*"))
    yield folder


def sizes(bundle: Path, *, most: int = 8) -> list[tuple[str, int]]:
    """The largest parts of the bundle, with bytes, and the rest of it in the last row."""
    inner = bundle / "_internal"
    found = [(path.name, size_of(path)) for path in (*bundle.iterdir(), *inner.iterdir()) if path != inner]
    found.sort(key=lambda row: -row[1])
    return [*found[:most], ("the rest", sum(size for _, size in found[most:]))]


def size_of(path: Path) -> int:
    """Bytes of a file or of all files below a folder; links count nothing."""
    if path.is_symlink():
        return 0
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink())
