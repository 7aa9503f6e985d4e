"""What a dataset is written as: file type, form of a row, licence and folder."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.ui.theme import Size, Space
from app.ui.widgets import (
    SegmentedControl,
    Switch,
    caption_label,
    icon_button,
    label,
    primary_button,
    secondary_button,
    set_accessible,
)
from engine.contract.messages import BuildData
from engine.contract.results import SchemaReply


class ExportDialog(QDialog):
    """Asks, and closes when the writing begins; its progress stands on the page."""

    def __init__(
        self, schema: SchemaReply, name: str, intents: Intents, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._intents = intents
        self.setWindowTitle(self.tr("Export the dataset"))
        self.setMinimumWidth(Size.DIALOG + 60)
        defaults = {field: BuildData.model_fields[field].default for field in ("file_type", "form", "guard")}
        self.file_type = SegmentedControl([(item, item.upper()) for item in schema.file_types])
        self.file_type.set_value(defaults["file_type"])
        set_accessible(self.file_type, self.tr("File type"))
        self.form = SegmentedControl([(item, item) for item in schema.data_forms])
        self.form.set_value(defaults["form"])
        set_accessible(self.form, self.tr("Form of a row"))
        self.licence = QLineEdit()
        self.licence.setPlaceholderText(self.tr("for example CC-BY-4.0"))
        set_accessible(
            self.licence,
            self.tr("Licence"),
            self.tr("Under which terms others may use the data; goes into the card"),
        )
        self.guard = Switch(
            self.tr("Protect spreadsheets"),
            tooltip=self.tr("Cells that a spreadsheet would compute are written as plain text"),
        )
        self.guard.set_on(bool(defaults["guard"]))
        self.folder = QLineEdit(str(Path.home() / name))
        set_accessible(self.folder, self.tr("Folder"), self.tr("Where the files and the card are written"))
        self.browse = icon_button("folder", self.tr("Choose in a dialog"))
        self.browse.clicked.connect(self._ask)
        self.export = primary_button(self.tr("Export"), self.tr("Write the files of each side and the card"))
        self.export.clicked.connect(self._export)
        self.cancel = secondary_button(self.tr("Cancel"), self.tr("Write nothing"))
        self.cancel.clicked.connect(self.reject)
        self.folder.textChanged.connect(lambda text: self.export.setEnabled(bool(text.strip())))
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.XS)
        column.addWidget(label(self.tr("Export the dataset"), "heading"))
        column.addWidget(
            caption_label(
                self.tr("The cleaned rows of each side, with a card that says where they come from.")
            )
        )
        folder = QHBoxLayout()
        folder.setSpacing(Space.XS)
        folder.addWidget(self.folder, 1)
        folder.addWidget(self.browse)
        guard = QHBoxLayout()
        guard.setSpacing(Space.S)
        guard.addWidget(self.guard)
        guard.addWidget(label(self.tr("Protect spreadsheets against formulas in cells"), "body"), 1)
        for title, part in (
            (self.tr("File type"), self.file_type),
            (self.tr("Form of a row"), self.form),
            (self.tr("Licence"), self.licence),
            (self.tr("Folder"), folder),
            ("", guard),
        ):
            column.addSpacing(Space.S)
            if title:
                column.addWidget(caption_label(title))
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.export)
        column.addSpacing(Space.L)
        column.addLayout(foot)

    def _ask(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Folder of the dataset"), self.folder.text())
        if path:
            self.folder.setText(path)

    def _export(self) -> None:
        self._intents.build_data(
            file_type=self.file_type.value(),
            form=self.form.value(),
            licence=self.licence.text().strip(),
            out=str(Path(self.folder.text().strip()).expanduser()),
            guard=self.guard.isChecked(),
        )
        self.accept()
