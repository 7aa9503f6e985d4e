"""One run of the library as a card: how it stands, its curve, what it was made of, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QWidget

from app.actions.intents import Intents
from app.state.model import ACTIVE, RunSummary
from app.ui import format
from app.ui.bars import Sparkline
from app.ui.labels import caption_label, chip_label, set_accessible, set_property
from app.ui.theme import Space
from app.ui.widgets import Card, ElidedLabel, icon_button, secondary_button
from app.views import names


class NameEdit(QLineEdit):
    """The run's name while it is changed; Esc leaves it as it was."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class RunCard(Card):
    """Emits ``compare`` when its box is ticked or unticked."""

    compare = Signal(str, bool)

    def __init__(
        self, run: RunSummary, intents: Intents, base_model: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(None, parent, clickable=True)
        self.run, self._intents = run, intents
        self._add_header()
        self.spark = Sparkline()
        self.made_of = ElidedLabel()
        self.figures = caption_label()
        self.place = caption_label()
        for caption in (self.made_of, self.place):
            set_property(caption, "role", "caption")
        for part in (self.spark, self.made_of, self.figures, self.place):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._add_buttons()
        self.clicked.connect(lambda: intents.open_run(self.run.id))
        self.show_run(run, base_model)

    def _add_header(self) -> None:
        self.box = QCheckBox()
        set_accessible(
            self.box, self.tr("Compare"), self.tr("Tick two or more runs to lay their curves over each other")
        )
        self.box.toggled.connect(lambda on: self.compare.emit(self.run.id, on))
        self.name = ElidedLabel()
        self.name.setProperty("role", "section")
        self.name_edit = NameEdit()
        self.name_edit.hide()
        self.name_edit.editingFinished.connect(self._renamed)
        self.name_edit.left.connect(lambda: self._edit_name(False))
        self.status = chip_label("")
        self.header.addWidget(self.box)
        self.header.addWidget(self.name, 1)
        self.header.addWidget(self.name_edit, 1)
        self.header.addWidget(self.status)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self.open_button = secondary_button(self.tr("Open"), self.tr("Show its curves, samples and results"))
        self.open_button.clicked.connect(lambda: self._intents.open_run(self.run.id))
        self.resume_button = secondary_button(
            self.tr("Resume"), self.tr("Go on exactly where its last checkpoint stands")
        )
        self.resume_button.clicked.connect(lambda: self._intents.resume_run(self.run.id))
        more = icon_button("more", self.tr("Rename, reveal, delete"))
        self.menu = QMenu(more)
        self.menu.addAction(self.tr("Rename"), lambda: self._edit_name(True))
        self.menu.addAction(self.tr("Reveal in the file manager"), lambda: self._intents.reveal(self.run.dir))
        self.menu.addAction(self.tr("Copy the path"), lambda: self._intents.copy_text(self.run.dir))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Delete"), lambda: self._intents.delete_run(self.run.id))
        more.clicked.connect(lambda: self.menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        row.addWidget(self.open_button)
        row.addWidget(self.resume_button)
        row.addStretch(1)
        row.addWidget(more)
        self.body.addLayout(row)

    def show_run(self, run: RunSummary, base_model: str) -> None:
        """Show ``run``; ``base_model`` is the model's name in words."""
        self.run = run
        self.name.set_full_text(run.name or run.id)
        words, tone = names.status_words(run.status)
        self.status.setText(words)
        set_property(self.status, "tone", tone)
        self.spark.set_values(run.spark)
        rows = self.tr("{0} rows").format(format.number(run.rows)) if run.rows else ""
        self.made_of.set_full_text(" · ".join(part for part in (base_model, run.dataset, rows) if part))
        self.figures.setText(self._figures(run))
        self.place.setText(f"{format.size(run.disk_bytes)} · {format.ago(run.created)}")
        resumable = (
            run.status in ("paused", "stopped", "failed", "crashed")
            and run.checkpoint_step is not None
            and not run.search  # which goes on as a whole
        )
        self.resume_button.setVisible(resumable)
        self.box.setVisible(len(run.spark) > 1)
        set_accessible(self, f"{run.name or run.id}, {words}", run.dir)

    def _figures(self, run: RunSummary) -> str:
        step = format.number(run.step)
        total = run.total_steps
        words = [
            self.tr("step {0} of {1}").format(step, format.number(total))
            if total
            else self.tr("step {0}").format(step)
        ]
        if run.loss is not None:
            words.append(self.tr("loss {0}").format(format.loss(run.loss)))
        if run.eval_loss is not None:
            words.append(self.tr("eval {0}").format(format.loss(run.eval_loss)))
        return " · ".join(words)

    def _edit_name(self, editing: bool) -> None:
        self.name_edit.setText(self.run.name or self.run.id)
        self.name.setVisible(not editing)
        self.name_edit.setVisible(editing)
        if editing:
            self.name_edit.selectAll()
            self.name_edit.setFocus()

    def _renamed(self) -> None:
        if self.name_edit.isHidden():
            return
        name = self.name_edit.text().strip()
        self._edit_name(False)
        if name and name != self.run.name:
            self._intents.rename_run(self.run.id, name)

    @property
    def active(self) -> bool:
        """Whether the run is in progress."""
        return self.run.status in ACTIVE
