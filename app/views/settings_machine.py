"""The engine and the machine it found, what is wrong with them, and where Luthier keeps things."""

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.models.diagnostics import summary
from app.models.redaction import redacted
from app.state.model import AppState
from app.ui import format
from app.ui.labels import caption_label, clear_layout, muted_label, section_label
from app.ui.switch import Switch
from app.ui.theme import Space
from app.ui.widgets import Card, KeyValueRow, PathRow, Skeleton, chip
from app.views.check_row import CheckRow
from engine.contract.paths import data_dir
from engine.contract.results import DoctorReport


class MachineCard(Card):
    """Devices, memory and the doctor's checks."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents = intents
        self._state: AppState | None = None
        self._shown: DoctorReport | None = None
        heading = section_label(self.tr("Engine and machine"))
        heading.setWordWrap(False)
        self.header.addWidget(heading)
        self.header.addStretch(1)
        refresh = chip(self.tr("Refresh"), clickable=True, tooltip=self.tr("Examine this computer again"))
        refresh.clicked.connect(intents.refresh_doctor)
        copy = chip(self.tr("Copy diagnostics"), clickable=True,
                    tooltip=self.tr("Versions, devices and checks as text for a bug report, without your user name"))  # fmt: skip
        copy.clicked.connect(self._copy)
        self.header.addWidget(refresh)
        self.header.addWidget(copy)
        self.awake = Switch(
            self.tr("Keep awake"),
            tooltip=self.tr("Holds off the computer's sleep from a run's start until it ends or is paused"),
        )
        self.awake.clicked.connect(lambda on: intents.set_keep_awake(bool(on)))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(muted_label(self.tr("The computer does not go to sleep while a run goes on")), 1)
        row.addWidget(self.awake)
        self.body.addLayout(row)
        self.waiting = Skeleton(4)
        self.failed = muted_label()
        self.content = QVBoxLayout()
        self.content.setSpacing(Space.S)
        self.body.addWidget(self.waiting)
        self.body.addWidget(self.failed)
        self.body.addLayout(self.content)

    def render_state(self, state: AppState) -> None:
        """Show the newest report."""
        self._state = state
        self.awake.set_on(state.preferences.keep_awake)
        doctor = state.engine.doctor
        failed = state.engine.status == "failed"
        self.waiting.setVisible(doctor is None and not failed)
        self.failed.setVisible(failed)
        self.failed.setText(self.tr("The engine is not running.") + " " + state.engine.detail)
        if doctor is None or doctor is self._shown:
            return
        self._shown = doctor
        clear_layout(self.content)
        for device in doctor.devices:
            words = self.tr("{0} free of {1}").format(
                format.size(device.free_bytes), format.size(device.memory_bytes)
            )
            self.content.addWidget(KeyValueRow(device.name, words))
        self.content.addWidget(KeyValueRow(self.tr("Processor threads"), format.number(doctor.cpu_threads)))
        memory = (format.size(doctor.free_memory_bytes), format.size(doctor.memory_bytes))
        self.content.addWidget(KeyValueRow(self.tr("Memory"), self.tr("{0} free of {1}").format(*memory)))
        self.content.addWidget(KeyValueRow(self.tr("Free disk"), format.size(doctor.free_disk_bytes)))
        for check in doctor.checks:
            self.content.addWidget(CheckRow(check, self._intents))

    def _copy(self) -> None:
        if self._state is not None:
            self._intents.copy_text(redacted(summary(self._state)))


class PlacesCard(Card):
    """The folders, each with Reveal and Copy."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        heading = section_label(self.tr("Where things live"))
        heading.setWordWrap(False)
        self.header.addWidget(heading)
        self.header.addStretch(1)
        change = chip(
            self.tr("Choose folders…"),
            clickable=True,
            tooltip=self.tr("Keep new models and runs in other folders; nothing is moved"),
        )
        change.clicked.connect(lambda: intents.show_welcome("places"))
        self.header.addWidget(change)
        self.paths: dict[str, PathRow] = {}
        for name, words in (
            ("data", self.tr("Everything of Luthier")),
            ("runs", self.tr("Runs")),
            ("starter", self.tr("Starter model")),
            ("logs", self.tr("Logs of the engine")),
        ):
            place = QVBoxLayout()
            place.setSpacing(0)
            place.addWidget(caption_label(words))
            row = PathRow("")
            row.reveal.connect(intents.reveal)
            row.copy.connect(intents.copy_text)
            self.paths[name] = row
            place.addWidget(row)
            self.body.addLayout(place)

    def render_state(self, state: AppState) -> None:
        """Show where the engine keeps things; before it answered, where it will."""
        doctor = state.engine.doctor
        base = Path(doctor.data_dir) if doctor else data_dir()
        self.paths["data"].set_path(str(base))
        self.paths["runs"].set_path(doctor.runs_dir if doctor else str(base / "runs"))
        self.paths["starter"].set_path((doctor and doctor.starter_model) or str(base / "models" / "starter"))
        self.paths["logs"].set_path(str(base / "logs"))
