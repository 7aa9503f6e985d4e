"""The window: rail, header, pages, status bar, and what works everywhere (keys, drops, palette, help, closing)."""

import importlib
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import PAGES, AppState, Page
from app.state.store import Store
from app.ui import icons
from app.ui.i18n import Languages
from app.ui.notify import ToastStack
from app.ui.theme import Size, Theme
from app.views import names
from app.views.asks import FileAsks, take_clipboard, take_paths
from app.views.closing import CloseDialog
from app.views.commands import Command, about_commands, action_commands, option_commands, page_commands
from app.views.drop import DropOverlay, paths_of
from app.views.header import Header
from app.views.help_panel import HelpPanel
from app.views.models_code import CodeReader
from app.views.palette import CommandPalette
from app.views.rail import Rail
from app.views.status_bar import StatusBar

_NARROW = 1180  # below this width the rail folds by itself


class MainWindow(QMainWindow):
    """Shows ``store``'s state, sends ``intents``. Pages are made when they are first shown."""

    def __init__(
        self,
        store: Store,
        intents: Intents,
        theme: Theme | None = None,
        languages: Languages | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.store, self.intents = store, intents
        self.theme = theme or Theme(self)
        self.languages = languages or Languages(self)
        self.asks = FileAsks(self, intents)
        self._pages: dict[Page, QWidget] = {}
        self._welcome: QWidget | None = None
        self._leaving = False  # the user wants to go as soon as the run has ended
        self._free = False  # the run goes on without the window
        self._palette: CommandPalette | None = None
        self._help_open = False
        self.setMinimumSize(Size.WINDOW_MIN_W, Size.WINDOW_MIN_H)
        self.resize(Size.WINDOW_W, Size.WINDOW_H)
        self.setAcceptDrops(True)
        self.setWindowIcon(icons.app_icon())
        self._apply_preferences(store.state)
        self._build()
        self._add_shortcuts()
        self.languages.changed.connect(self._build)
        store.changed.connect(self._changed)

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        """Make everything that shows words; again after the language changed."""
        self._pages.clear()
        self._welcome = None
        self.rail, self.header, self.status = Rail(), Header(), StatusBar()
        self.help = HelpPanel()
        self.stack = QStackedWidget()
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addWidget(self.stack, 1)
        body.addWidget(self.help)
        self.help.setVisible(self._help_open)
        central = QWidget()
        central.setProperty("page", True)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(central)
        self.toasts = ToastStack(central, self.intents)
        self.overlay = DropOverlay(central)
        self.code = CodeReader(self.intents, central)
        self.rail.chosen.connect(self.intents.show_page)
        self.rail.fold.connect(self.intents.set_rail_expanded)
        self.status.chosen.connect(self.intents.show_page)
        self.header.search.connect(self.open_palette)
        self.help.closed.connect(self.toggle_help)
        self.help.about.connect(self.open_about)
        self.render_state(self.store.state)

    def page(self, name: Page) -> QWidget:
        """The page called ``name``, made now if it was not shown before."""
        if name not in self._pages:
            module = importlib.import_module(f"app.views.{name}")
            kind = getattr(module, f"{name.capitalize()}Page")
            page: QWidget = kind(self.store, self.intents, self.theme, self.stack)
            page.setProperty("page", True)
            self._pages[name] = page
            self.stack.addWidget(page)
        return self._pages[name]

    def welcome(self) -> QWidget:
        """The first run, made now if it was not shown before."""
        if self._welcome is None:
            from app.views.first_run import FirstRun  # only few starts show it

            self._welcome = FirstRun(self.store, self.intents, self.stack)
            self._welcome.setProperty("page", True)
            self.stack.addWidget(self._welcome)
        return self._welcome

    def _add_shortcuts(self) -> None:
        for index, page in enumerate(PAGES, start=1):
            self._shortcut(f"Ctrl+{index}", partial(self.intents.show_page, page))
        self._shortcut("Ctrl+,", partial(self.intents.show_page, "settings"))
        self._shortcut("Ctrl+K", self.open_palette)
        self._shortcut("F1", self.toggle_help)
        self._shortcut("Ctrl+O", self.asks.add_files)
        self._shortcut("Ctrl+Z", self.intents.undo_draft)
        self._shortcut("Ctrl+Shift+Z", self.intents.redo_draft)
        paste = QAction(self)
        paste.setShortcut(QKeySequence.StandardKey.Paste)
        paste.triggered.connect(self.paste)
        self.addAction(paste)

    def _shortcut(self, keys: str, run: object) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(run)

    # ------------------------------------------------------------ showing

    def _changed(self, *_: object) -> None:
        state = self.store.state
        self._apply_preferences(state)
        self.render_state(state)
        if self._leaving and not state.train.job.active:
            self._leaving = False
            QTimer.singleShot(0, self.close)

    def _apply_preferences(self, state: AppState) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.theme.apply(app, state.preferences.theme)
        self.languages.apply(state.preferences.language)

    def render_state(self, state: AppState) -> None:
        """Show ``state`` in the shell and on the page in front."""
        self.setWindowTitle(f"{names.project_title(state)} · {names.page_title(state.page)} · Luthier")
        self._fold_rail(state)
        welcome = bool(state.welcome.step)
        for part in (self.rail, self.header):
            part.setVisible(not welcome)
        self.rail.render_state(state)
        self.header.render_state(state)
        self.status.render_state(state)
        if self._help_open:
            self.help.render_state(state)
        if welcome:
            self.setWindowTitle(self.tr("Welcome · Luthier"))
        page = self.welcome() if welcome else self.page(state.page)
        page.render(state)  # type: ignore[call-overload]
        if self.stack.currentWidget() is not page:
            self.stack.setCurrentWidget(page)
        self.toasts.set_notices(state.notices)
        self.code.render(state.models.reading)

    def _fold_rail(self, state: AppState) -> None:
        self.rail.set_wide(state.preferences.rail_expanded and self.width() >= _NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold_rail(self.store.state)

    def toggle_help(self) -> None:
        """Open or close the help on the field in focus."""
        self._help_open = not self._help_open
        self.help.setVisible(self._help_open)
        self.help.render_state(self.store.state)

    def commands(self) -> list[Command]:
        """What the palette offers at this moment."""
        state = self.store.state
        return [
            *page_commands(self.intents),
            *action_commands(state, self.intents, self.asks),
            *about_commands(self.open_about, self.open_diagnostics),
            *option_commands(state, self.show_option),
        ]

    def open_palette(self) -> None:
        """Open the command palette over the window."""
        self._palette = CommandPalette(self.commands(), self)
        self._palette.open_over(self)

    def open_about(self) -> None:
        """Show versions and licences."""
        from app.views.about_dialog import AboutDialog

        AboutDialog(self.store, self.intents, self).open()

    def open_diagnostics(self) -> None:
        """Show what a bug report would hold."""
        from app.views.about_diagnostics import DiagnosticsDialog

        DiagnosticsDialog(self.store, self.intents, self).open()

    def show_option(self, path: str) -> None:
        """Bring the form's field at ``path`` to the front."""
        self.intents.show_page("method")
        page = self.page("method")
        page.render(self.store.state)  # type: ignore[call-overload]
        focus = getattr(page, "focus_option", None)
        if focus is not None:
            QTimer.singleShot(0, self, lambda: focus(path))

    # ------------------------------------------------------------ dropping, pasting, closing

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.overlay.cover()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.overlay.hide()
        if take_paths(paths_of(event.mimeData()), self.intents):
            event.acceptProposedAction()

    def paste(self) -> None:
        """Import the files whose paths or URLs are on the clipboard, or the rows that were copied."""
        take_clipboard(QGuiApplication.clipboard(), self.intents)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._free or not self.store.state.train.job.active:
            event.accept()
            return
        event.ignore()
        if self._leaving:
            return
        dialog = CloseDialog(self.store.state.train, self)
        dialog.finished.connect(lambda: self._leave(dialog.choice))
        dialog.open()

    def _leave(self, choice: str) -> None:
        if choice == "background":
            self.intents.leave_running()
            self.close_now()
        elif choice in ("keep", "discard"):
            self._leaving = True
            self.intents.stop_run(keep=choice == "keep")

    def close_now(self) -> None:
        """Close without asking: the run, if any, goes on by itself."""
        self._free = True
        self.close()
