"""What is said when the window does not open: another Luthier has the library, or it is of a newer one."""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from app.client.library_lock import Holder
from app.ui.engine_text import engine_text
from app.ui.i18n import Languages
from engine.contract.errors import ErrorInfo

translate = QCoreApplication.translate
NOBODY_LOOKS = ("offscreen", "minimal")  # platforms of Qt without a screen: a box would never be closed


def refuse_open(qt: QApplication, holder: Holder, home: Path) -> None:
    """Say which program has the library."""
    _speak(qt)
    _tell(
        translate("Refusal", "Luthier is already open"),
        open_words(holder, home),
        translate("Refusal", "Its window does not answer. Close it first; if it hangs, end that process."),
    )


def open_words(holder: Holder, home: Path) -> str:
    """Which program, which process, since when, and what it has."""
    if not holder.version:
        words = translate("Refusal", "A Luthier (process {pid}) has the library at {home} open.")
        return words.format(pid=holder.pid, home=home)
    words = translate(
        "Refusal", "Luthier {version} (process {pid}) has had the library at {home} open since {since}."
    )
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(holder.since))
    return words.format(version=holder.version, pid=holder.pid, home=home, since=since)


def refuse_library(qt: QApplication, info: ErrorInfo) -> None:
    """Say why this program does not open the library."""
    _speak(qt)
    title = translate("Refusal", "Luthier cannot open this library")
    _tell(title, engine_text(info.message), engine_text(info.hint or ""))


def _speak(qt: QApplication) -> None:
    """The system's language: the settings lie in a library that is not ours to read."""
    Languages(qt).apply("system")


def _tell(title: str, message: str, hint: str) -> None:
    sys.stderr.write(f"{title}. {message} {hint}\n")
    if QApplication.platformName() in NOBODY_LOOKS:
        return
    box = QMessageBox(QMessageBox.Icon.Information, title, message)
    box.setInformativeText(hint)
    box.exec()
