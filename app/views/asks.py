"""Questions that come before an intent: which files to open, where to save."""

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QFileDialog, QWidget

from app.actions.intents import Intents
from app.views.commands import Asks
from app.views.drop import paths_of
from engine.contract.results import RecipeForm
from engine.contract.runtimes import SUFFIX

RECIPE_SUFFIXES = (".yaml", ".yml")


class FileAsks(QObject, Asks):
    """Asks with the desktop's own file dialogs."""

    def __init__(self, window: QWidget, intents: Intents) -> None:
        super().__init__(window)
        self._window, self._intents = window, intents

    def add_files(self) -> None:
        paths = ask_data_files(self._window)
        if paths:
            self._intents.import_files(paths)

    def open_recipe(self) -> None:
        filters = self.tr("Recipes") + " (*.yaml *.yml *.json);;" + self.tr("All files") + " (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a recipe"), "", filters)
        if path:
            self._intents.open_recipe(path)

    def save_recipe(self) -> None:
        filters = self.tr("Recipes") + " (*.yaml)"
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the recipe"), "recipe.yaml", filters
        )
        if path:
            self._intents.save_recipe(path)

    def export_recipe(self, form: RecipeForm) -> None:
        title = self.tr("Save the recipe for {0}").format(form.title)
        filters = f"{form.title} (*{form.suffix})"
        path, _ = QFileDialog.getSaveFileName(self._window, title, f"recipe{form.suffix}", filters)
        if path:
            self._intents.export_recipe(form.kind, path)

    def runtime_file(self) -> str:
        """The file of a runtime, or ""."""
        filters = self.tr("Runtimes") + f" (*{SUFFIX});;" + self.tr("All files") + " (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Install a runtime"), "", filters)
        return str(path)

    def model_folder(self) -> str:
        """A folder that holds a model, or ""."""
        return QFileDialog.getExistingDirectory(self._window, self.tr("Choose a model folder"))


def ask_data_files(parent: QWidget) -> list[str]:
    """Dataset files that the user chooses; whether the engine can read one is for the engine to say."""
    words = QCoreApplication.translate
    filters = ";;".join(
        f"{title} ({patterns})"
        for title, patterns in (
            (words("Asks", "All files"), "*"),
            (words("Asks", "Tables"), "*.csv *.tsv *.xlsx *.parquet *.arrow *.feather *.gz *.zst"),
            (words("Asks", "JSON"), "*.json *.jsonl *.ndjson *.gz *.zst"),
            (words("Asks", "Documents"), "*.txt *.md *.docx *.pdf"),
            (words("Asks", "Archives"), "*.zip"),
        )
    )
    title = words("Asks", "Add dataset files")
    paths, _ = QFileDialog.getOpenFileNames(parent.window(), title, "", filters)
    return list(paths)


def take_clipboard(clipboard: QClipboard, intents: Intents) -> None:
    """Import what was copied: files, their paths, or rows of data."""
    mime = clipboard.mimeData()
    if not take_paths(paths_of(mime), intents) and mime.hasText():
        intents.paste_text(mime.text())


def take_paths(paths: list[str], intents: Intents) -> bool:
    """Do with dropped or pasted ``paths`` what they mean: a recipe alone is opened, a runtime installed, all else is data."""
    if not paths:
        return False
    if len(paths) == 1 and paths[0].lower().endswith(RECIPE_SUFFIXES):
        intents.open_recipe(paths[0])
    elif len(paths) == 1 and paths[0].lower().endswith(SUFFIX):
        intents.show_page("settings")
        intents.install_runtime(paths[0])
    else:
        intents.import_files(paths)
    return True
