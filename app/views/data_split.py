"""What is trained on and what is held out to measure it; and whether the one leaks into the other."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QDoubleSpinBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.forms.builder import Form
from app.forms.fields import field_at, fields_of
from app.state.dataset import rows_out, rows_used
from app.state.model import AppState
from app.ui import format as human
from app.ui.labels import pad_spin_box
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    Fold,
    KeyValueRow,
    body_label,
    caption_label,
    chip,
    chip_label,
    clear_layout,
    rule,
    set_accessible,
)
from engine.contract.results import Leakage, SchemaReply

LARGEST_SHARE = 90.0
VALIDATION, RATIO, REMOVE = "data.validation.", "data.validation.ratio", "data.validation.remove_leaks"
BY_COLUMN = ("data.validation.column", "data.validation.stratify_by")


class LeakagePart(QWidget):
    """How many held-out rows were also trained on, and a button that takes them out."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Leakage, bool] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self.mark = chip_label("")
        self.sentence = caption_label()
        self.remove = chip(
            self.tr("Remove them"), "warning", clickable=True,
            tooltip=self.tr("Leave out the held-out rows that have a near twin in training; can be undone"),
        )  # fmt: skip
        self.keep = chip(
            self.tr("Keep them after all"), clickable=True,
            tooltip=self.tr("Held-out rows stay, even where training has a near twin of them"),
        )  # fmt: skip
        self.remove.clicked.connect(lambda: intents.set_option(REMOVE, True))
        self.keep.clicked.connect(lambda: intents.set_option(REMOVE, False))
        self.examples = Fold(self.tr("Examples"))
        self.examples.button.setToolTip(
            self.tr("Held-out rows beside the rows of training that they resemble")
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XS)
        self.examples.body.addLayout(self._list)
        for part in (self.mark, self.sentence, self.remove, self.keep):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if part is not self.sentence else _FREE)
        column.addWidget(self.examples)

    def show_leakage(self, leakage: Leakage | None, removing: bool) -> None:
        """Show what the check found; hidden while nothing is held out."""
        self.setVisible(leakage is not None)
        if leakage is None or self._shown == (leakage, removing):
            return
        self._shown = (leakage, removing)
        left = leakage.exact + leakage.near - leakage.removed
        if left > 0:
            self.mark.setText(self.tr("⚠ {count} rows leak").format(count=human.number(left)))
        else:
            self.mark.setText(self.tr("✓ no leakage"))
        self.mark.setProperty("tone", "warning" if left > 0 else "success")
        self.mark.style().polish(self.mark)
        self.sentence.setText(self._sentence(leakage, left))
        self.remove.setVisible(left > 0 and not removing)
        self.keep.setVisible(removing)
        clear_layout(self._list)
        for example in leakage.examples:
            for side, name in (("held_out", self.tr("held out")), ("train", self.tr("training"))):
                self._list.addWidget(caption_label(name))
                self._list.addWidget(body_label(_example_words(example.get(side))))
            self._list.addWidget(rule())
        self.examples.setVisible(bool(leakage.examples))

    def _sentence(self, leakage: Leakage, left: int) -> str:
        if leakage.removed:
            words = self.tr("{count} held-out rows with a twin in training were left out.")
            return words.format(count=human.number(leakage.removed))
        if not left:
            words = self.tr("None of {count} held-out rows has a twin in training.")
            return words.format(count=human.number(leakage.held_out))
        words = self.tr("Of {count} held-out rows, {exact} also stand in training and {near} nearly so.")
        return words.format(
            count=human.number(leakage.held_out),
            exact=human.number(leakage.exact),
            near=human.number(leakage.near),
        )


class SplitCard(Card):
    """Rows to train and rows to measure with."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Split"), parent)
        self._intents = intents
        self._schema: SchemaReply | None = None
        self._columns: tuple[str, ...] = ()
        self.form: Form | None = None
        self.train = KeyValueRow(self.tr("Train"))
        self.validation = KeyValueRow(self.tr("Validation"))
        self.test = KeyValueRow(self.tr("Test"))
        self.share = QDoubleSpinBox()
        pad_spin_box(self.share)
        self.share.setRange(0.0, LARGEST_SHARE)
        self.share.setDecimals(1)
        self.share.setSuffix(" %")
        self.share.setKeyboardTracking(False)
        set_accessible(
            self.share,
            self.tr("Validation share"),
            self.tr("How many of the rows are held out to measure the training"),
        )
        self.share.valueChanged.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        name = caption_label(self.tr("Held out"))
        name.setWordWrap(False)
        row.addWidget(name)
        row.addWidget(self.share, 1)
        self.unused = caption_label()
        self.note = caption_label()
        self.leakage = LeakagePart(intents)
        self.more = Fold(self.tr("Other ways"))
        self.more.button.setToolTip(
            self.tr("By count, column or file; stratified; a test set; near duplicates together")
        )
        for part in (self.train, self.validation, self.test):
            self.body.addWidget(part)
        self.body.addWidget(self.unused)
        self.body.addLayout(row)
        for below in (self.note, self.leakage, self.more):
            self.body.addWidget(below)

    def show_state(self, state: AppState) -> None:
        """Show the draft's split."""
        report = state.data.report
        self.train.set_value(human.number(report.train_rows) if report else "–")
        self.validation.set_value(human.number(report.validation_rows) if report else "–")
        self.test.set_value(human.number(report.test_rows) if report else "–")
        unused = rows_out(report) - rows_used(report) if report else 0
        words = self.tr("{count} rows are not used: they do not suit the goal, or are over a limit.")
        self.unused.setText(words.format(count=human.number(unused)))
        self.unused.setVisible(unused > 0)
        validation = state.draft.recipe.get("data", {}).get("validation") or {}
        self.test.setVisible(bool(report and report.test_rows) or _wants_test(validation))
        self.share.setEnabled(not _not_by_share(validation))
        if not self.share.hasFocus():
            self.share.blockSignals(True)
            self.share.setValue(100.0 * float(validation.get("ratio") or 0.0))
            self.share.blockSignals(False)
        self.leakage.show_leakage(report.leakage if report else None, bool(validation.get("remove_leaks")))
        self._show_form(state)
        self.note.setText(self._note(validation))

    def _note(self, validation: dict[str, Any]) -> str:
        by = _not_by_share(validation)
        if validation.get("path"):
            return self.tr("Measured with {file}").format(file=validation["path"])
        if by:
            field = field_at(self._schema.recipe_schema, VALIDATION + by) if self._schema else None
            name = field.title if field else by
            return self.tr("The share is not used: '{name}' decides.").format(name=name)
        if not validation.get("ratio"):
            return self.tr(
                "Without held-out rows nothing shows whether the model only memorises. 5 to 10 % is usual."
            )
        if validation.get("near_duplicates"):
            return self.tr("Never trained on. Near duplicates stay on one side.")
        return self.tr("Never trained on. Equal rows stay on one side, near duplicates may not.")

    def _show_form(self, state: AppState) -> None:
        schema = state.engine.schema
        if schema is not None and schema is not self._schema:
            self._schema = schema
            clear_layout(self.more.body)
            fields = [
                field
                for field in fields_of(schema.recipe_schema, state.draft.recipe)
                if field.path.startswith(VALIDATION) and field.path != RATIO
            ]
            self.form = Form(fields, self._intents.set_option, self._intents.set_focus_help, opened=True)
            if self.form.fold is not None:
                self.form.fold.button.hide()  # it stands in a fold already
            self.more.body.addWidget(self.form)
            self._columns = ()
        if self.form is not None:
            self.form.set_values(state.draft.recipe)
            self.form.set_errors(state.draft.errors)
            self._offer_columns(state)

    def _offer_columns(self, state: AppState) -> None:
        """Names of the files' columns while one types."""
        files = state.data.inspection.files if state.data.inspection else ()
        columns = tuple(dict.fromkeys(column for file in files for column in file.columns))
        if columns == self._columns or self.form is None:
            return
        self._columns = columns
        for path in BY_COLUMN:
            row = self.form.rows.get(path)
            if row is not None and isinstance(row.editor, QLineEdit):
                row.editor.setCompleter(QCompleter(list(columns), row.editor))

    def _choose(self, percent: float) -> None:
        self._intents.set_option(RATIO, round(percent / 100.0, 4))


_FREE = Qt.AlignmentFlag(0)


def _not_by_share(validation: dict[str, Any]) -> str:
    """What decides about the held-out rows in place of the share; "" if it is the share."""
    return next((name for name in ("path", "column", "count") if validation.get(name)), "")


def _wants_test(validation: dict[str, Any]) -> bool:
    return any(value for name, value in validation.items() if name.startswith("test_"))


def _example_words(example: Any) -> str:
    if not isinstance(example, dict):
        return str(example or "")
    place = ":".join(str(example[name]) for name in ("path", "line") if example.get(name) is not None)
    said = [str(example[name]) for name in ("prompt", "answer", "text") if example.get(name)]
    return "\n".join([*said, place.replace("\\", "/").rpartition("/")[2]]).strip()
