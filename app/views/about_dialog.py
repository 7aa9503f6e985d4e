"""About Luthier: which versions work here, and under which licences everything stands that it is made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.models.diagnostics import versions_of
from app.state.about import AboutState
from app.state.model import AppState
from app.state.store import Store
from app.ui.labels import caption_label, clear_layout, label, section_label, set_accessible
from app.ui.theme import Size, Space, mono_font
from app.ui.widgets import ErrorBanner, KeyValueRow, scrolled, secondary_button
from engine.contract.about import WorkLine


class AboutDialog(QDialog):
    """Versions at the left; at the right a list of works that can be searched, with the licence text beside it."""

    def __init__(self, store: Store, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._intents = store, intents
        self._works: tuple[WorkLine, ...] = ()
        self._versions: list[tuple[str, str]] = []
        self.setWindowTitle(self.tr("About Luthier"))
        self.setModal(True)
        self.versions = QVBoxLayout()
        self.versions.setSpacing(Space.S)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search works and licences"))
        self.search.setClearButtonEnabled(True)
        set_accessible(
            self.search, self.tr("Search"), self.tr("Every word must stand in the name or the licence")
        )
        self.search.textChanged.connect(self._fill)
        self.count = caption_label()
        self.list = QListWidget()
        self.list.setFixedWidth(Size.FORM_FIELD)
        set_accessible(self.list, self.tr("Works"), self.tr("Everything that Luthier is made of"))
        self.list.currentItemChanged.connect(self._chosen)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        set_accessible(self.text, self.tr("Licence"), self.tr("The licence texts that came with the work"))
        self.error = ErrorBanner()
        self.copy = secondary_button(
            self.tr("Copy the versions"), self.tr("Put the list of versions on the clipboard")
        )
        self.copy.clicked.connect(self._copy)
        self.shut = secondary_button(self.tr("Close"), self.tr("Back to the window"))
        self.shut.clicked.connect(self.reject)
        self._lay_out()
        store.changed.connect(self._changed)
        self.finished.connect(self._gone)
        self.render_state(store.state)
        intents.list_works()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(label(self.tr("About Luthier"), "heading"))
        column.addWidget(
            caption_label(
                self.tr("Free software under the Apache License 2.0, made of the works of others that are listed here.")
            )
        )  # fmt: skip
        body = QHBoxLayout()
        body.setSpacing(Space.XL)
        versions = QWidget()
        inner = QVBoxLayout(versions)
        inner.setContentsMargins(0, 0, Space.M, 0)
        inner.addLayout(self.versions)
        inner.addStretch(1)
        area = scrolled(versions)
        area.setFixedWidth(Size.PANEL)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(section_label(self.tr("Versions")))
        left.addWidget(area, 1)
        right.addWidget(section_label(self.tr("Licences")))
        right.addWidget(self.search)
        right.addWidget(self.error)
        beside = QHBoxLayout()
        beside.setSpacing(Space.M)
        beside.addWidget(self.list)
        beside.addWidget(self.text, 1)
        right.addLayout(beside, 1)
        right.addWidget(self.count)
        body.addLayout(left)
        body.addLayout(right, 1)
        column.addLayout(body, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        foot.addWidget(self.copy)
        foot.addWidget(self.shut)
        column.addLayout(foot)
        self.resize(Size.WINDOW_MIN_W, Size.WINDOW_MIN_H - 2 * Space.XXL)

    def _changed(self, *_: object) -> None:
        self.render_state(self._store.state)

    def _gone(self, *_: object) -> None:
        self._store.changed.disconnect(self._changed)
        self.deleteLater()

    def render_state(self, state: AppState) -> None:
        """Show the versions, the works that are known, and the licence that came."""
        versions = versions_of(state)
        if versions != self._versions:
            self._versions = versions
            clear_layout(self.versions)
            for name, version in versions:
                self.versions.addWidget(KeyValueRow(name, version))
        about = state.about
        self.error.set_error(about.error)
        if about.works != self._works:
            self._works = about.works
            self._fill()
        self._show_text(about)

    def _show_text(self, about: AboutState) -> None:
        item = self.list.currentItem()
        shown = item.data(Qt.ItemDataRole.UserRole) if item is not None else ""
        if not shown or shown != about.reading:
            return
        if about.licence is None:
            self.text.setPlainText("" if about.error else self.tr("Reading…"))
        elif self.text.toPlainText() != (words := self._words(about)):
            self.text.setPlainText(words)

    def _words(self, about: AboutState) -> str:
        work = next((work for work in self._works if work.name == about.reading), None)
        none = self.tr("It came without a licence text. Its licence is named above.")
        title = f"{work.name} {work.version}\n{work.licence}\n\n" if work else ""
        return title + (about.licence or none)

    def _fill(self) -> None:
        """The works in which every word of the search stands; the chosen one stays if it is among them."""
        words = self.search.text().lower().split()
        item = self.list.currentItem()
        chosen = item.data(Qt.ItemDataRole.UserRole) if item is not None else ""
        found = [
            work for work in self._works if all(w in f"{work.name} {work.licence}".lower() for w in words)
        ]
        self.list.blockSignals(True)
        self.list.clear()
        for work in found:
            line = QListWidgetItem(f"{work.name} {work.version}", self.list)
            line.setData(Qt.ItemDataRole.UserRole, work.name)
            line.setToolTip(work.licence)
        self.list.blockSignals(False)
        names = [work.name for work in found]
        if found:
            self.list.setCurrentRow(names.index(chosen) if chosen in names else 0)
        else:
            self.text.clear()
        known = self.tr("{0} of {1} works").format(len(found), len(self._works))
        self.count.setText(known if self._works else self.tr("Reading…"))

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._intents.read_licence(str(item.data(Qt.ItemDataRole.UserRole)))
            self._show_text(self._store.state.about)

    def _copy(self) -> None:
        self._intents.copy_text("\n".join(f"{name} {version}" for name, version in self._versions))
