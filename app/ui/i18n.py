"""The language of the interface: Qt's translation files, compiled and shipped, exchanged while the app runs."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

from engine.contract.paths import resources_dir

LANGUAGES: tuple[tuple[str, str], ...] = (("en", "English"), ("zh_CN", "简体中文"))


def resolve(language: str, system: str | None = None) -> str:
    """ "system" as the language of the desktop where Luthier speaks it, English otherwise."""
    if language != "system":
        return language if language in dict(LANGUAGES) else "en"
    name = QLocale.system().name() if system is None else system
    return "zh_CN" if name.startswith("zh") else "en"


def schema_text(text: str) -> str:
    """A title, help or choice that the engine declared, translated by its source text."""
    return QCoreApplication.translate("Schema", text) if text else ""


class Languages(QObject):
    """Holds the installed translators. ``changed`` after the language did: rebuild what shows words."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installed: list[QTranslator] = []
        self._current = "en"

    @property
    def current(self) -> str:
        """The language in force: "en" or "zh_CN"."""
        return self._current

    def apply(self, language: str) -> bool:
        """Speak ``language``; True if that changed anything."""
        wanted = resolve(language)
        if wanted == self._current:
            return False
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed = []
        self._current = wanted
        QLocale.setDefault(QLocale(wanted))
        if wanted != "en":
            qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            own_folder = str(resources_dir() / "translations")
            for name, folder in ((f"qtbase_{wanted}", qt_folder), (f"luthier_{wanted}", own_folder)):
                self._install(name, folder)
        self.changed.emit(wanted)
        return True

    def _install(self, name: str, folder: str) -> None:
        translator = QTranslator(self)
        if translator.load(name, folder):
            QCoreApplication.installTranslator(translator)
            self._installed.append(translator)
