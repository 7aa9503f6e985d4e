"""Pictures of every page in every state of the story, in light and dark, English and Chinese, at 1x or 2x.

python -m tests.gui.screenshots [--out build/screenshots] [--only method,home] [--story planned] [--scale 2]
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.state.model import PAGES, AppState

if TYPE_CHECKING:
    from app.ui.theme import Theme

# Which states are worth a picture of which page; every page has its empty one.
SHOWN: dict[str, tuple[str, ...]] = {
    "home": (
        "welcome_look",
        "welcome_barred",
        "welcome_checks",
        "welcome_models",
        "welcome_start",
        "empty",
        "imported",
        "finished",
        "searched",
        "crashed",
    ),
    "data": ("empty", "reading", "unreadable", "imported", "cleaned"),
    "method": (
        "starting",
        "empty",
        "advised",
        "searching",
        "planned",
        "rewarding",
        "too_large",
        "counting",
        "measuring",
        "measured",
        "less_wanted",
        "faulty",
    ),
    "train": ("empty", "running", "answering", "searching", "paused", "finished", "crashed"),
    "export": ("empty", "finished", "exported"),
    "chat": ("empty", "crowded", "chatting"),
    "models": ("starting", "no_models", "shelf", "fetching", "offline"),
    "settings": ("planned", "runtimes"),
}
SIZES = {"": (1440, 900), "small": (1024, 700)}


@dataclass(frozen=True)
class Shot:
    """One picture."""

    page: str
    story: str
    theme: str
    language: str
    size: str = ""

    @property
    def name(self) -> str:
        """Its file's name."""
        return (
            "-".join(part for part in (self.page, self.story, self.theme, self.language, self.size) if part)
            + ".png"
        )


def shots(pages: Iterable[str] = PAGES, story: str = "") -> Iterator[Shot]:
    """All pictures, page by page, with the small window for the last story of each page."""
    for page in pages:
        for language in ("en", "zh_CN"):
            for theme in ("light", "dark"):
                for name in SHOWN[page]:
                    if not story or name == story:
                        yield Shot(page, name, theme, language)
        if not story or story == SHOWN[page][-1]:
            yield Shot(page, SHOWN[page][-1], "light", "en", "small")
            yield Shot(page, SHOWN[page][-1], "light", "zh_CN", "small")


def take(wanted: Iterable[Shot], out: Path, theme: "Theme | None" = None) -> list[Path]:
    """Drive one real window through ``wanted``; the files written."""
    from PySide6.QtWidgets import QApplication

    from app.views.main_window import MainWindow
    from tests.gui.stories import Recorder, SnapshotStore, stories

    app = QApplication.instance() or QApplication(sys.argv[:1])
    out.mkdir(parents=True, exist_ok=True)
    states: dict[str, AppState] = stories()
    store = SnapshotStore(states["empty"])
    window = MainWindow(store, Recorder(), theme)  # type: ignore[arg-type]
    window.show()
    written = []
    for shot in sorted(wanted, key=lambda item: (item.language, item.theme, item.size)):
        state = states[shot.story]
        preferences = replace(state.preferences, theme=shot.theme, language=shot.language)  # type: ignore[arg-type]
        window.resize(*SIZES[shot.size])
        store.set(replace(state, page=shot.page, preferences=preferences))  # type: ignore[arg-type]
        for _ in range(8):
            app.processEvents()
        path = out / shot.name
        window.grab().save(str(path))
        written.append(path)
    window.hide()
    window.deleteLater()
    app.processEvents()
    return written


def main(argv: list[str] | None = None) -> int:
    """Take the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--only", default=",".join(PAGES), help="pages, with commas")
    parser.add_argument("--story", default="")
    parser.add_argument("--scale", choices=("1", "2"), default="1")
    options = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.scale
    out = options.out / "2x" if options.scale == "2" else options.out
    written = take(list(shots(options.only.split(","), options.story)), out)
    sys.stdout.write(f"{len(written)} pictures in {out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
