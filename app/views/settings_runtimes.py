"""The runtimes: engines for other devices, installed from a file or an address, chosen, verified, removed."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, JobState
from app.state.runtimes import RuntimesState
from app.ui import format
from app.ui.engine_text import engine_text
from app.ui.labels import caption_label, chip_label, clear_layout, section_label, set_accessible
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ElidedLabel,
    ErrorBanner,
    Fold,
    ProgressRow,
    chip,
    rule,
    secondary_button,
)
from app.views.asks import FileAsks
from engine.contract.runtimes import Installed


class RuntimeRow(QWidget):
    """What it is, over what can be done with it."""

    def __init__(
        self,
        item: Installed,
        known: RuntimesState,
        intents: Intents,
        *,
        busy: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        title = self.tr("Luthier's own engine") if item.own else item.name
        reason = known.broken.get(item.name, "") or item.reason
        self.setAccessibleName(title)
        column.addLayout(self._top(item, known, title, damaged=bool(reason)))
        facts = [self._device(item), self.tr("version {0}").format(item.version) if item.version else ""]
        facts.append(format.size(item.size_bytes) if item.size_bytes else "")
        self.facts = caption_label(" · ".join(fact for fact in facts if fact))
        column.addWidget(self.facts)
        self.reason = caption_label(engine_text(reason))
        if not reason:
            self.reason.hide()
        column.addWidget(self.reason)
        self._add_buttons(column, item, known, intents, title, busy=busy)

    def _device(self, item: Installed) -> str:
        return {
            "cpu": self.tr("for the processor"),
            "cuda": self.tr("for NVIDIA cards (CUDA)"),
            "rocm": self.tr("for AMD cards (ROCm)"),
            "xpu": self.tr("for Intel cards (XPU)"),
        }[item.device]

    def _top(self, item: Installed, known: RuntimesState, title: str, *, damaged: bool) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        name = ElidedLabel(title)
        name.setProperty("role", "strong")
        top.addWidget(name, 1)
        if item.name == known.used:
            top.addWidget(
                chip_label(self.tr("in use"), "success", self.tr("Engines are started from this one."))
            )
        elif item.name == known.chosen:
            top.addWidget(
                chip_label(
                    self.tr("chosen, not in use"),
                    "warning",
                    self.tr("Luthier uses its own engine in its place."),
                )
            )
        if item.name == known.best:
            top.addWidget(
                chip_label(
                    self.tr("best here"), "accent", self.tr("It suits the devices of this computer best.")
                )
            )
        if damaged:
            top.addWidget(chip_label(self.tr("cannot be used"), "danger"))
        return top

    def _add_buttons(
        self,
        column: QVBoxLayout,
        item: Installed,
        known: RuntimesState,
        intents: Intents,
        title: str,
        *,
        busy: bool,
    ) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self.use = secondary_button(
            self.tr("Use"), self.tr("Start engines from {0} from now on").format(title)
        )
        self.use.clicked.connect(lambda: intents.use_runtime(item.name))
        self.use.setEnabled(not busy and item.name != known.used and not item.reason)
        row.addWidget(self.use)
        if not item.own:
            self.verify = secondary_button(
                self.tr("Verify"), self.tr("Hold every file of {0} against its hash").format(title)
            )
            self.verify.clicked.connect(lambda: intents.verify_runtime(item.name))
            self.verify.setEnabled(not busy)
            self.remove = secondary_button(
                self.tr("Remove"),
                self.tr("Delete {0}; it can be installed again from its file").format(title),
            )
            self.remove.clicked.connect(lambda: intents.remove_runtime(item.name))
            self.remove.setEnabled(not busy)
            row.addWidget(self.verify)
            row.addWidget(self.remove)
        row.addStretch(1)
        column.addLayout(row)


class RuntimesCard(Card):
    """The list, what is being done, and the two ways to a new one."""

    def __init__(self, intents: Intents, asks: FileAsks, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents, self._asks = intents, asks
        self._shown: object = None
        heading = section_label(self.tr("Runtimes"))
        heading.setWordWrap(False)
        self.header.addWidget(heading)
        self.header.addStretch(1)
        self.from_file = chip(
            self.tr("Install from a file…"),
            clickable=True,
            tooltip=self.tr("Choose the file that a runtime comes in"),
        )
        self.from_file.clicked.connect(self._ask_file)
        self.header.addWidget(self.from_file)
        self.body.addWidget(
            caption_label(
                self.tr(
                    "A runtime is an engine for one kind of device. A recipe runs unchanged on any. It is a program: install only "
                    "those of people whom you trust."
                )
            )
        )
        self.rows: dict[str, RuntimeRow] = {}
        self.list = QVBoxLayout()
        self.list.setSpacing(Space.S)
        self.progress = ProgressRow()
        self.progress.cancel.setToolTip(
            self.tr("Stop; what a download has fetched is kept, and it can go on later")
        )
        self.progress.cancelled.connect(intents.cancel_runtime)
        self.error = ErrorBanner()
        self.body.addLayout(self.list)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.error)
        self._add_address()

    def _add_address(self) -> None:
        self.fold = Fold(self.tr("Install from an address…"))
        self.fold.button.setToolTip(self.tr("Fetch the file of a runtime from the network"))
        self.offline_words = caption_label(
            self.tr("Luthier is set to stay offline, so nothing can be fetched.")
        )
        self.address, self.sha256 = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("https://")
        set_accessible(
            self.address, self.tr("Address of a runtime's file"), self.tr("It begins with https://.")
        )
        self.sha256.setPlaceholderText(self.tr("SHA-256 of the file, where it is known"))
        set_accessible(
            self.sha256,
            self.tr("SHA-256 of the file"),
            self.tr("Another file than the one with this number is refused."),
        )
        self.go = secondary_button(
            self.tr("Install"),
            self.tr("Fetch it; a download that was broken off goes on from where it ended"),
        )
        self.go.clicked.connect(self._install_address)
        self.address.returnPressed.connect(self._install_address)
        self.address.textChanged.connect(lambda _: self._enable_address())
        self.sha256.returnPressed.connect(self._install_address)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.sha256, 1)
        row.addWidget(self.go)
        self.fold.body.addWidget(self.offline_words)
        self.fold.body.addWidget(self.address)
        self.fold.body.addLayout(row)
        self.body.addWidget(self.fold)
        self._free = True

    # ------------------------------------------------------------ showing

    def render_state(self, state: AppState) -> None:
        """Show what is installed and what is being done."""
        known, job = state.runtimes, state.runtime_job
        offline = state.preferences.offline
        self._render_list(known, busy=job.active)
        self._free = not job.active and not offline
        self.from_file.setEnabled(not job.active)
        self.offline_words.setVisible(offline)
        self.address.setEnabled(self._free)
        self.sha256.setEnabled(self._free)
        self._enable_address()
        working = job.active and job.kind != "runtimes.clean"
        self.progress.setVisible(working)
        if working:
            self._render_progress(job)
        self.error.set_error(None if job.active else job.error)

    def _render_list(self, known: RuntimesState, *, busy: bool) -> None:
        if (known, busy) == self._shown:
            return
        self._shown = (known, busy)
        clear_layout(self.list)
        self.rows = {}
        for item in known.items:
            if self.rows:
                self.list.addWidget(rule())
            row = RuntimeRow(item, known, self._intents, busy=busy)
            self.rows[item.name] = row
            self.list.addWidget(row)

    def _render_progress(self, job: JobState) -> None:
        done, total = job.progress_done, job.progress_total
        rate = None
        if job.eta_s and total and sum(job.eta_s) > 0:
            rate = (total - done) / (sum(job.eta_s) / 2)
        what = self._what(job)
        self.progress.set_progress(what, done, total, job.progress_unit, eta_s=job.eta_s, rate=rate)
        self.progress.cancel.setEnabled(job.status != "stopping")

    def _what(self, job: JobState) -> str:
        if job.status == "stopping":
            return self.tr("Stopping…")
        if job.kind == "runtimes.verify":
            return self.tr("Verifying {0}").format(job.run_dir)
        if job.kind == "runtimes.remove":
            return self.tr("Removing {0}").format(job.run_dir)
        if job.progress_name == "download":
            return self.tr("Downloading")
        return self.tr("Unpacking and verifying")

    def _enable_address(self) -> None:
        self.go.setEnabled(self._free and bool(self.address.text().strip()))

    # ------------------------------------------------------------ acting

    def _ask_file(self) -> None:
        path = self._asks.runtime_file()
        if path:
            self._intents.install_runtime(path)

    def _install_address(self) -> None:
        if self.go.isEnabled():
            self._intents.install_runtime(self.address.text(), self.sha256.text())
