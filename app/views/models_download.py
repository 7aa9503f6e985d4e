"""Fetching a model from a hub: its size and licence first, then progress, and what earlier downloads have left."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.base_models import HubSearch
from app.state.model import AppState, JobState
from app.ui import format
from app.ui.labels import body_label, caption_label, clear_layout, muted_label, set_accessible, strong_label
from app.ui.switch import Switch
from app.ui.theme import Size, Space
from app.ui.widgets import (
    Card,
    ErrorBanner,
    Fold,
    ProgressRow,
    SegmentedControl,
    primary_button,
    secondary_button,
)
from app.views.models_words import hub_words
from engine.contract.base_models import Download, HubModel


class DownloadCard(Card):
    """The form stands open beside the list; nothing is fetched before size and licence were shown."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self._intents = intents
        self._search: HubSearch | None = None
        self._shown: object = None
        self._mirror = ""
        self.setAccessibleName(self.tr("Download a model"))
        self._lay_out_form()
        self.offline_words = caption_label(
            self.tr(
                "Luthier is set to stay offline: nothing is fetched, and nothing else changes. Models that are on this "
                "computer work as before. Turn the switch off to download."
            )
        )
        self.offer = QWidget()
        self.offer_title, self.offer_facts = strong_label(), muted_label()
        self.go = primary_button(self.tr("Download"))
        self.go.clicked.connect(self._download)
        line = QHBoxLayout(self.offer)
        line.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.offer_title)
        words.addWidget(self.offer_facts)
        line.addLayout(words, 1)
        line.addWidget(self.go)
        self.progress = ProgressRow()
        self.progress.cancel.setToolTip(
            self.tr("Stop; what has come is kept, and the download can go on later")
        )
        self.progress.cancelled.connect(intents.cancel_download)
        self.error = ErrorBanner()
        self.left = QVBoxLayout()
        self.left.setSpacing(Space.XS)
        for part in (self.offline_words, self.offer, self.progress, self.error):
            self.body.addWidget(part)
        self.body.addLayout(self.left)
        self._add_mirror()

    def _lay_out_form(self) -> None:
        self.hub = SegmentedControl([(hub, hub_words(hub)) for hub in ("hugging_face", "modelscope")])
        self.hub.set_value("hugging_face")
        self.hub.changed.connect(lambda _: self._intents.look_up_model("", "hugging_face"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("organisation/model, or the address of its page"))
        set_accessible(
            self.name,
            self.tr("Model on a hub"),
            self.tr("For one GGUF of many, add its file: organisation/model/file.gguf"),
        )
        self.name.returnPressed.connect(self._look_up)
        self.ask = secondary_button(
            self.tr("Look up"), self.tr("Ask the hub for size and licence; nothing is fetched yet")
        )
        self.ask.clicked.connect(self._look_up)
        self.offline = Switch(
            self.tr("Stay offline"),
            tooltip=self.tr("While it is on, Luthier fetches nothing from the network"),
        )
        self.offline.clicked.connect(lambda on: self._intents.set_offline(bool(on)))
        self.header.setSpacing(Space.M)
        self.header.addWidget(self.hub)
        self.header.addWidget(self.name, 1)
        self.header.addWidget(self.ask)
        self.header.addWidget(caption_label(self.tr("Stay offline")))
        self.header.addWidget(self.offline)

    def _add_mirror(self) -> None:
        self.mirror_fold = Fold(self.tr("Mirror"))
        self.mirror_fold.button.setToolTip(
            self.tr("Another address that speaks the language of Hugging Face")
        )
        self.mirror = QLineEdit()
        self.mirror.setPlaceholderText("https://huggingface.co")
        self.mirror.setMaximumWidth(2 * Size.FORM_FIELD)
        set_accessible(
            self.mirror,
            self.tr("Mirror of Hugging Face"),
            self.tr(
                "Where models are fetched from; empty: Hugging Face itself. Hashes are checked either way."
            ),
        )
        self.mirror.editingFinished.connect(lambda: self._intents.set_mirror(self.mirror.text().strip()))
        row = QHBoxLayout()
        row.addWidget(body_label(self.tr("Address")))
        row.addWidget(self.mirror, 1)
        row.addStretch(1)
        self.mirror_fold.body.addLayout(row)
        self.body.addWidget(self.mirror_fold)

    # ------------------------------------------------------------ showing

    def render_state(self, state: AppState) -> None:
        """Show what was asked, what is being fetched, and what is left of earlier downloads."""
        offline, job, search = state.preferences.offline, state.download_job, state.models.search
        self.offline.set_on(offline)
        self.offline_words.setVisible(offline)
        for part in (self.hub, self.name, self.ask):
            part.setEnabled(not offline)
        self.ask.setEnabled(not offline and not search.asking)
        self.ask.setText(self.tr("Asking…") if search.asking else self.tr("Look up"))
        if state.preferences.mirror != self._mirror:
            self._mirror = state.preferences.mirror
            self.mirror.setText(self._mirror)
        self._render_offer(search.found, job, offline)
        self.progress.setVisible(job.active)
        if job.active:
            self._render_progress(job)
        failed = job.error if not job.active and not search.asking and search.found is None else None
        self.error.set_error(search.error or failed)
        self._render_left(state.models.downloads, busy=job.active or offline)

    def _render_offer(self, found: HubModel | None, job: JobState, offline: bool) -> None:
        self.offer.setVisible(found is not None and not job.active)
        if found is None:
            return
        licence = found.licence or self.tr("licence not named")
        parts = [
            self.tr("{0} in {1} files").format(format.size(found.size_bytes), format.number(found.files)),
            licence,
            self.tr("{0} free").format(format.size(found.free_bytes)),
        ]
        if found.here_bytes and not found.complete:
            parts.insert(1, self.tr("{0} are here already").format(format.size(found.here_bytes)))
        if found.gated:
            parts.append(self.tr("its makers want an agreement first"))
        self.offer_title.setText(f"{found.name} · {hub_words(found.hub)}")
        self.offer_facts.setText(" · ".join(parts))
        rest = max(0, found.size_bytes - found.here_bytes)
        if found.complete:
            words = self.tr("Already here")
        elif found.here_bytes:
            words = self.tr("Go on: {0} left").format(format.size(rest))
        else:
            words = self.tr("Download {0}").format(format.size(rest))
        self.go.setText(words)
        self.go.setEnabled(not found.complete and not offline)
        set_accessible(self.go, words, self.tr("From {0} to {1}").format(found.address, found.folder))
        self._offered = found

    def _render_progress(self, job: JobState) -> None:
        done, total = job.progress_done, job.progress_total
        what = (
            self.tr("Stopping…")
            if job.status == "stopping"
            else self.tr("Downloading {0}").format(job.run_dir)
        )
        rate = None
        if job.eta_s and total and sum(job.eta_s) > 0:
            rate = (total - done) / (sum(job.eta_s) / 2)
        self.progress.set_progress(what, done, total, job.progress_unit, eta_s=job.eta_s, rate=rate)
        self.progress.cancel.setEnabled(job.status != "stopping")

    def _render_left(self, items: tuple[Download, ...], *, busy: bool) -> None:
        if (items, busy) == self._shown:
            return
        self._shown = (items, busy)
        clear_layout(self.left)
        for item in () if busy else items:
            row = QHBoxLayout()
            row.setSpacing(Space.S)
            words = self.tr("{0}: {1} of {2} are here.").format(
                item.name, format.size(item.here_bytes), format.size(item.size_bytes)
            )
            row.addWidget(muted_label(words), 1)
            on = secondary_button(self.tr("Go on"), self.tr("Fetch the rest"))
            on.clicked.connect(
                lambda _=False, item=item: self._intents.download_model(
                    item.name, item.hub, item.revision, item.endpoint
                )
            )
            drop = secondary_button(self.tr("Throw away"), self.tr("Delete what was fetched of it"))
            drop.clicked.connect(lambda _=False, item=item: self._intents.drop_download(item.name, item.hub))
            row.addWidget(on)
            row.addWidget(drop)
            self.left.addLayout(row)

    # ------------------------------------------------------------ acting

    def _look_up(self) -> None:
        if self.name.text().strip():
            self._intents.look_up_model(
                self.name.text(), "modelscope" if self.hub.value() == "modelscope" else "hugging_face"
            )

    def _download(self) -> None:
        found = self._offered
        self._intents.download_model(found.name, found.hub, found.revision)
