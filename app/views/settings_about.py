"""Which Luthier this is, its licences, the diagnostics bundle, and the search for a newer version."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.about import LookState
from app.state.model import AppState
from app.state.store import Store
from app.ui.labels import body_label, caption_label, muted_label, section_label, set_accessible
from app.ui.switch import Switch
from app.ui.theme import Space
from app.ui.widgets import Card, ErrorBanner, rule, secondary_button
from app.views.about_diagnostics import DiagnosticsDialog
from app.views.about_dialog import AboutDialog
from app.views.settings_api import CopyRow


class AboutCard(Card):
    """The version, the ways to licences and diagnostics, and updates, which are off until they are wanted."""

    def __init__(self, store: Store, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._store, self._intents = store, intents
        heading = section_label(self.tr("About Luthier"))
        heading.setWordWrap(False)
        self.header.insertWidget(0, heading)
        self.version = body_label()
        self.licences = secondary_button(
            self.tr("Versions and licences…"),
            self.tr("What Luthier is made of, with the text of every licence"),
        )
        self.licences.clicked.connect(lambda: AboutDialog(self._store, self._intents, self.window()).open())
        self.diagnostics = secondary_button(
            self.tr("Diagnostics…"),
            self.tr("Gather versions, checks, logs and errors for a bug report, and look through them"),
        )
        self.diagnostics.clicked.connect(
            lambda: DiagnosticsDialog(self._store, self._intents, self.window()).open()
        )
        self.at_start = Switch(
            self.tr("Look for a newer version"),
            tooltip=self.tr(
                "One request to the address below at each start; nothing else is ever asked or told"
            ),
        )
        self.at_start.clicked.connect(lambda on: intents.set_check_updates(bool(on)))
        self.feed = QLineEdit()
        self.feed.setPlaceholderText("https://…/luthier.json")
        set_accessible(
            self.feed,
            self.tr("Address of the feed"),
            self.tr("Where newer versions are told of; whoever gave you Luthier knows it"),
        )
        self.feed.editingFinished.connect(self._feed_entered)
        self.feed.textChanged.connect(lambda _: self._enable())
        self.look = secondary_button(
            self.tr("Check now"), self.tr("Ask the feed once whether there is a newer version")
        )
        self.look.clicked.connect(self._look)
        self.found = body_label()
        self.notes = caption_label()
        for text in (self.found, self.notes):
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.address = CopyRow(
            self.tr("Where to get it"), self.tr("Copy the address; nothing is fetched"), intents.copy_text
        )
        self.error = ErrorBanner()
        self._offline = False
        self._lay_out()

    def _lay_out(self) -> None:
        self.body.addWidget(self.version)
        self.body.addWidget(
            caption_label(self.tr("Free software under the Apache License 2.0. Uses Qt for Python (LGPL), PyTorch, "
                                  "Transformers, PEFT and llama.cpp. Works offline: nothing leaves this computer."))
        )  # fmt: skip
        ways = QHBoxLayout()
        ways.setSpacing(Space.S)
        ways.addWidget(self.licences)
        ways.addWidget(self.diagnostics)
        ways.addStretch(1)
        self.body.addLayout(ways)
        self.body.addWidget(rule())
        start = QHBoxLayout()
        start.setSpacing(Space.S)
        start.addWidget(
            muted_label(self.tr("Look for a newer version at each start: one request to this address")), 1
        )
        start.addWidget(self.at_start)
        self.body.addLayout(start)
        ask = QHBoxLayout()
        ask.setSpacing(Space.S)
        ask.addWidget(self.feed, 1)
        ask.addWidget(self.look)
        self.body.addLayout(ask)
        answer = QVBoxLayout()
        answer.setSpacing(Space.XS)
        for part in (self.found, self.notes, self.address, self.error):
            answer.addWidget(part)
        self.body.addLayout(answer)

    def render_state(self, state: AppState) -> None:
        """Show the versions, what is set, and what the feed told."""
        from app import __version__

        engine = state.engine.versions.get("luthier") or (
            state.engine.schema.version if state.engine.schema else ""
        )
        words = self.tr("Version {0}").format(__version__)
        both = words + " · " + self.tr("engine {0}").format(engine)
        self.version.setText(both if engine else words)
        self._offline = state.preferences.offline
        self.at_start.set_on(state.preferences.check_updates)
        if not self.feed.hasFocus():
            self.feed.setText(state.preferences.update_feed)
        self._show(state.about.look)
        self._enable(asking=state.about.look.asking)

    def _show(self, look: LookState) -> None:
        found = look.found
        self.found.setText(self._words(look))
        self.found.setVisible(bool(self.found.text()))
        self.notes.setText(found.notes if found is not None and found.newer else "")
        self.notes.setVisible(bool(self.notes.text()))
        self.address.show_value(found.address if found is not None and found.newer else "")
        self.address.setVisible(bool(self.address.value))
        self.error.set_error(look.error)

    def _words(self, look: LookState) -> str:
        if look.asking:
            return self.tr("Asking…")
        if look.found is None:
            return ""
        if look.found.newer:
            return self.tr("Version {0} is out.").format(look.found.version)
        return self.tr("This is the newest version; the feed tells of {0}.").format(look.found.version)

    def _enable(self, *, asking: bool | None = None) -> None:
        asking = self._store.state.about.look.asking if asking is None else asking
        has_feed = bool(self.feed.text().strip())
        self.look.setEnabled(has_feed and not asking and not self._offline)
        self.at_start.setEnabled(has_feed or self.at_start.isChecked())
        if self._offline:
            tooltip = self.tr("Luthier is set to stay offline, so nobody is asked")
        elif not has_feed:
            tooltip = self.tr("Enter the address of a feed first")
        else:
            tooltip = self.tr("Ask the feed once whether there is a newer version")
        self.look.setToolTip(tooltip)

    def _feed_entered(self) -> None:
        if self.feed.text().strip() != self._store.state.preferences.update_feed:
            self._intents.set_update_feed(self.feed.text())

    def _look(self) -> None:
        self._feed_entered()
        self._intents.look_for_update()
