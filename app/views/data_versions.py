"""Datasets that are written now or were kept before: progress, place, and use again."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.dataset import rows_out
from app.state.model import AppState, JobState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ElidedLabel,
    PathRow,
    ProgressRow,
    caption_label,
    chip,
    clear_layout,
    icon_button,
    label,
    rule,
)
from engine.contract.results import BuiltData, DatasetVersion

MOST_VERSIONS = 6


class BuildPart(Card):
    """Stands on the page while a dataset is written, and says where it is afterwards."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self._made: BuiltData | None = None
        self._closed: BuiltData | None = None
        self.progress = ProgressRow()
        self.progress.cancelled.connect(intents.cancel_build)
        self.done = QWidget()
        column = QVBoxLayout(self.done)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        self.sentence = label("", "body")
        self.close_button = icon_button("close", self.tr("Close this message"))
        self.close_button.clicked.connect(self._close)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.close_button)
        self.path = PathRow("")
        self.path.reveal.connect(intents.reveal)
        self.path.copy.connect(intents.copy_text)
        column.addLayout(head)
        column.addWidget(self.path)
        self.trouble = label("", "body", tone="danger")
        for part in (self.progress, self.done, self.trouble):
            self.body.addWidget(part)

    def show_state(self, state: AppState) -> None:
        """Show the writing of the dataset."""
        build = state.build
        job, made = build.job, build.made
        failed = job.error is not None and not job.active
        self.progress.setVisible(job.active)
        self.done.setVisible(made is not None and not job.active)
        self.trouble.setVisible(failed)
        self.setVisible(job.active or failed or (made is not None and made is not self._closed))
        if job.active:
            self.progress.set_progress(
                self._words(job), job.progress_done, job.progress_total, job.progress_unit, eta_s=job.eta_s
            )
            self.progress.cancel.setEnabled(job.status != "stopping")
        if failed and job.error is not None:
            self.trouble.setText(engine_text(" ".join(filter(None, (job.error.message, job.error.hint)))))
        if made is not None and made is not self._made:
            self._made = made
            sides = {
                "train": self.tr("{rows} to train"),
                "validation": self.tr("{rows} to validate"),
                "test": self.tr("{rows} to test"),
            }
            rows = [
                sides.get(side, "{rows} " + side).format(rows=human.number(count))
                for side, count in made.rows.items()
                if count
            ]
            self.sentence.setText(self.tr("✓ The dataset is written: {rows}").format(rows=", ".join(rows)))
            self.path.set_path(made.path)

    def _words(self, job: JobState) -> str:
        if job.status == "stopping":
            return self.tr("Stopping…")
        names = {"read": self.tr("Reading the rows"), "write": self.tr("Writing the dataset")}
        return names.get(job.progress_name, self.tr("Writing the dataset"))

    def _close(self) -> None:
        self._closed = self._made
        self.hide()


class VersionsCard(Card):
    """The kept versions, newest first."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Versions"), parent)
        self._intents = intents
        self._shown: tuple[DatasetVersion, ...] | None = None
        self.menus: list[QMenu] = []
        self.save = chip(
            self.tr("Save this version"), clickable=True,
            tooltip=self.tr("Keep the rows as they are now, with the steps that made them"),
        )  # fmt: skip
        self.save.clicked.connect(lambda: intents.build_data())
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.nothing = caption_label(
            self.tr("No version is kept yet. A version holds the rows, the steps and a card.")
        )
        self.more = caption_label()
        self.body.addWidget(self.save)
        self.body.addLayout(self._list)
        self.body.addWidget(self.nothing)
        self.body.addWidget(self.more)

    def show_state(self, state: AppState) -> None:
        """List the versions."""
        versions = state.build.versions
        rows = rows_out(state.data.report) if state.data.report else 0
        self.save.setEnabled(rows > 0 and not state.build.job.active)
        self.nothing.setVisible(not versions)
        self.more.setVisible(len(versions) > MOST_VERSIONS)
        self.more.setText(self.tr("and {count} older ones").format(count=len(versions) - MOST_VERSIONS))
        if versions == self._shown:
            return
        self._shown = versions
        clear_layout(self._list)
        self.menus = []
        for version in versions[:MOST_VERSIONS]:
            self._list.addWidget(self._row(version))

    def _row(self, version: DatasetVersion) -> QWidget:
        row = QWidget()
        outer = QVBoxLayout(row)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(Space.XS)
        words = QVBoxLayout()
        words.setSpacing(0)
        name = ElidedLabel(version.name)
        name.setToolTip(f"{version.path}\n{version.content_hash}")
        facts = self.tr("{rows} rows · {ago}").format(
            rows=human.number(version.rows), ago=human.ago(version.created)
        )
        detail = ElidedLabel(facts)
        detail.setProperty("role", "caption")
        words.addWidget(name)
        words.addWidget(detail)
        line = QHBoxLayout()
        line.setSpacing(Space.XS)
        line.addLayout(words, 1)
        more = icon_button("more", self.tr("Use {name} again").format(name=version.name))
        more.setPopupMode(more.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self._menu(version))
        line.addWidget(more)
        outer.addLayout(line)
        outer.addWidget(rule())
        return row

    def _menu(self, version: DatasetVersion) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for words, tip, run in (
            (self.tr("Use again"), self.tr("Its files, steps and split, run again on the files as they are now"),
             self._intents.use_version),
            (self.tr("Use its rows"), self.tr("Its training rows as they were kept, in place of the files"),
             self._intents.use_rows_of_version),
            (self.tr("Reveal in the file manager"), version.path, self._intents.reveal),
            (self.tr("Copy the path"), version.path, self._intents.copy_text),
        ):  # fmt: skip
            action = menu.addAction(words)
            action.setToolTip(tip)
            action.triggered.connect(partial(_run, run, version.path))
        self.menus.append(menu)
        return menu


def _run(action: object, path: str, _checked: bool = False) -> None:
    action(path)  # type: ignore[operator]
