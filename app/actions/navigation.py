"""Pages, preferences, the help panel, the clipboard and the file manager."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.actions.context import Context, translate
from app.models.preferences import LANGUAGES, THEMES
from app.state.changes import FocusHelpSet, NoticeDismissed, PageShown, PreferencesSet
from app.state.model import PAGES, Page


class Navigation:
    """What moves the window around and changes nothing of the work."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    def show_page(self, page: Page) -> None:
        """Show one of the pages."""
        if page in PAGES:
            self._store.dispatch(PageShown(page))

    def set_focus_help(self, title: str, text: str) -> None:
        """Show the help of the field in focus."""
        if self._store.state.focus_help != (title, text):
            self._store.dispatch(FocusHelpSet(title, text))

    def dismiss_notice(self, notice_id: int) -> None:
        """Take a notice away."""
        self._store.dispatch(NoticeDismissed(notice_id))

    # ------------------------------------------------------------ preferences

    def set_theme(self, theme: str) -> None:
        """system, light or dark."""
        if theme in THEMES:
            self._prefer(theme=theme)

    def set_language(self, language: str) -> None:
        """system, en or zh_CN."""
        if language in LANGUAGES:
            self._prefer(language=language)

    def set_rail_expanded(self, expanded: bool) -> None:
        """Rail with words or with icons."""
        self._prefer(rail_expanded=expanded)

    def set_model_folders(self, folders: Sequence[str]) -> None:
        """Where else models are looked for."""
        self._prefer(model_folders=tuple(dict.fromkeys(folders)))

    def set_offline(self, on: bool) -> None:
        """Whether nothing is fetched from the network."""
        self._prefer(offline=on)

    def set_mirror(self, address: str) -> None:
        """Where models of Hugging Face are fetched from; "" is Hugging Face itself."""
        self._prefer(mirror=address)

    def set_keep_awake(self, on: bool) -> None:
        """Whether runs hold off the computer's sleep."""
        self._prefer(keep_awake=on)

    def set_check_updates(self, on: bool) -> None:
        """Whether each start looks for a newer version."""
        self._prefer(check_updates=on)

    def set_update_feed(self, address: str) -> None:
        """Where newer versions are told of."""
        self._prefer(update_feed=address.strip())

    def _prefer(self, **fields: Any) -> None:
        preferences = replace(self._store.state.preferences, **fields)
        if preferences != self._store.state.preferences:
            self._context.preferences.save(preferences)
            self._store.dispatch(PreferencesSet(preferences))

    # ------------------------------------------------------------ the desktop

    def reveal(self, path: str) -> None:
        """Show a file or folder in the system's file manager."""
        place = Path(path)
        if not place.exists():
            text = translate("Actions", "There is nothing at {path} any more.").format(path=path)
            self._context.notice("warning", text)
        elif sys.platform == "win32":
            QProcess.startDetached("explorer", ["/select,", str(place)])
        elif sys.platform == "darwin":
            QProcess.startDetached("open", ["-R", str(place)])
        else:
            folder = place if place.is_dir() else place.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def copy_text(self, text: str) -> None:
        """Put text on the clipboard."""
        QGuiApplication.clipboard().setText(text)
