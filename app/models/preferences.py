"""What the user set, in an INI file in the data folder, so that another ``LUTHIER_HOME`` is another user."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from app.state.model import Preferences
from engine.contract.network import is_switched_offline, switch_offline
from engine.contract.sleep import let_sleep, may_sleep

THEMES = ("system", "light", "dark")
LANGUAGES = ("system", "en", "zh_CN")


class PreferencesFile:
    """Loads and saves ``Preferences``, and keeps the window's geometry beside them."""

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        self._home = path.parent

    def load(self) -> Preferences:
        """What is in the file; a value that makes no sense counts as not set."""
        standard = Preferences()
        theme = self._text("theme", standard.theme)
        language = self._text("language", standard.language)
        folders = self._settings.value("model_folders") or []
        if isinstance(folders, str):  # QSettings writes a list of one as a string
            folders = [folders]
        return Preferences(
            theme=theme if theme in THEMES else standard.theme,  # type: ignore[arg-type]
            language=language if language in LANGUAGES else standard.language,  # type: ignore[arg-type]
            rail_expanded=self._flag("rail_expanded", standard.rail_expanded),
            model_folders=tuple(str(folder) for folder in folders),
            offline=is_switched_offline(self._home),
            mirror=self._text("mirror", standard.mirror),
            welcomed=self._flag("welcomed", standard.welcomed),
            keep_awake=not may_sleep(self._home),
            check_updates=self._flag("check_updates", standard.check_updates),
            update_feed=self._text("update_feed", standard.update_feed),
        )

    def save(self, preferences: Preferences) -> None:
        """Write them all."""
        self._settings.setValue("theme", preferences.theme)
        self._settings.setValue("language", preferences.language)
        self._settings.setValue("rail_expanded", preferences.rail_expanded)
        self._settings.setValue("model_folders", list(preferences.model_folders))
        self._settings.setValue("mirror", preferences.mirror)
        self._settings.setValue("welcomed", preferences.welcomed)
        self._settings.setValue("check_updates", preferences.check_updates)
        self._settings.setValue("update_feed", preferences.update_feed)
        switch_offline(self._home, preferences.offline)
        let_sleep(self._home, not preferences.keep_awake)
        self._settings.sync()

    @property
    def geometry(self) -> bytes:
        """The window's place as ``QWidget.saveGeometry`` gave it; empty when never saved."""
        value = self._settings.value("window/geometry")
        return bytes(value.data()) if isinstance(value, QByteArray) else b""

    @geometry.setter
    def geometry(self, value: bytes) -> None:
        self._settings.setValue("window/geometry", QByteArray(value))

    def _text(self, name: str, default: str) -> str:
        return str(self._settings.value(name, default))

    def _flag(self, name: str, default: bool) -> bool:
        value: Any = self._settings.value(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "1", "yes")
