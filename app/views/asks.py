"""Questions that come before an intent: which files to open, where to save."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.actions.intents import Intents
from app.views.commands import Asks

RECIPE_SUFFIXES = (".yaml", ".yml")


class FileAsks(QObject, Asks):
    """Asks with the desktop's own file dialogs."""

    def __init__(self, window: QWidget, intents: Intents) -> None:
        super().__init__(window)
        self._window, self._intents = window, intents

    def add_files(self) -> None:
        filters = ";;".join(
            (
                self.tr("Datasets") + " (*.json *.jsonl *.ndjson *.csv *.tsv *.parquet *.xlsx *.txt *.md)",
                self.tr("All files") + " (*)",
            )
        )
        paths, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Add data files"), "", filters)
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

    def model_folder(self) -> str:
        """A folder that holds a model, or ""."""
        return QFileDialog.getExistingDirectory(self._window, self.tr("Choose a model folder"))


def take_paths(paths: list[str], intents: Intents) -> bool:
    """Do with dropped or pasted ``paths`` what they mean: a recipe alone is opened, all else is data."""
    if not paths:
        return False
    if len(paths) == 1 and paths[0].lower().endswith(RECIPE_SUFFIXES):
        intents.open_recipe(paths[0])
    else:
        intents.import_files(paths)
    return True
