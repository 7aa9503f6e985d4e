"""The composition root: builds the store, the clients, the actions and the window, and wires them. Nothing else does.

Heavy things wait: the quick engine starts after the first paint, charts load with the page that shows them.
"""

import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from app import __version__
from app.actions.assemble import Actions
from app.actions.context import Context
from app.client.library_lock import Bell, Holder, LibraryLock, ring
from app.client.process import EngineProgram, default_program
from app.client.quick_engine import QuickEngine
from app.client.runtimes import Engines
from app.models.preferences import PreferencesFile
from app.state.library import Library
from app.state.model import PAGES, AppState, Page
from app.state.store import Store
from app.state.welcome import STEPS, WelcomeState
from app.ui.i18n import Languages
from app.ui.theme import Theme
from app.views.main_window import MainWindow
from engine.contract.errors import UserError
from engine.contract.library_version import open_library, refuse_newer
from engine.contract.paths import data_dir

REFUSED, ALREADY_OPEN = 2, 3  # exit codes
WARM_UP_MS = 2500


class FirstPaint(QObject):
    """Calls each once, right after the window was painted for the first time."""

    def __init__(self, window: QMainWindow, *calls: Callable[[], None]) -> None:
        super().__init__(window)
        self._calls = calls
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        if event.type() in (QEvent.Type.Paint, QEvent.Type.UpdateRequest):
            self._window.removeEventFilter(self)
            for call in self._calls:
                QTimer.singleShot(0, self, call)
        return False


class WarmUp(QObject):
    """Makes the Train page ready while nobody waits for it, so that a run's first events do not hold up the window.

    numpy, the larger half of the plotting libraries, loads in a thread; pyqtgraph makes Qt objects and must load here.
    ``then`` is called when all is done.
    """

    def __init__(self, window: MainWindow, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._then = then
        self._thread = threading.Thread(
            target=lambda: importlib.import_module("numpy"), name="warm-up", daemon=True
        )
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._step)
        self._steps = iter((self._load, self._build_page, self._build_charts, self._settle))

    def start(self) -> None:
        """Begin in a few seconds."""
        self._timer.start(WARM_UP_MS)

    def _step(self) -> None:
        """One step a turn, with room between them for whatever else happens."""
        if not self._thread.ident:
            self._thread.start()
        if not self._thread.is_alive():
            step = next(self._steps, None)
            if step is None:
                return
            step()
        self._timer.start(50)

    def _load(self) -> None:
        importlib.import_module("app.charts.plot.view")

    def _build_page(self) -> None:
        self._window.page("train")

    def _build_charts(self) -> None:
        from app.views.train import TrainPage

        page = self._window.page("train")
        if isinstance(page, TrainPage):
            page.warm_up()

    def _settle(self) -> None:
        gc.collect()
        gc.freeze()  # what stands now stays: later collections, 50 ms each while events stream, need not walk it
        self._then()


@dataclass
class App:
    """Everything that lives as long as the window."""

    qt: QApplication
    window: MainWindow
    store: Store
    intents: Actions
    lock: LibraryLock
    preferences: PreferencesFile
    closed: bool = False
    left_running: bool = False

    def close(self) -> bool:
        """Save and end everything but a live run; True if one is left running. Harmless when called again."""
        if not self.closed:
            self.closed = True
            self.preferences.geometry = bytes(self.window.saveGeometry().data())
            self.left_running = self.intents.close()
            self.lock.release()
        return self.left_running


class AlreadyOpen(Exception):
    """Another Luthier has this data folder."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(f"process {holder.pid}")
        self.holder = holder


def build(argv: Sequence[str] = (), *, program: EngineProgram | None = None) -> App:
    """Build the app without showing it or entering the event loop; ``window.show()`` starts the rest.

    ``program`` is the engine to talk to (default: the one that belongs to this installation).

    Raises:
        AlreadyOpen: the data folder is in use by another Luthier.
        UserError: the library in it is newer than this program, or could not be brought up to date.
    """
    files, page = _arguments(argv)
    home = data_dir()
    lock = _locked(home)
    qt = _application()
    preferences = PreferencesFile(home / "preferences.ini")
    known = preferences.load()
    fresh = not (known.welcomed or files or page)
    welcome = WelcomeState(step=STEPS[0]) if fresh else WelcomeState()
    store = Store(AppState(preferences=known, welcome=welcome), parent=qt)
    program = program or default_program()
    quick = QuickEngine(program, log_path=home / "logs" / "quick.log", app_version=__version__, parent=qt)
    library = Library(home / "library.sqlite")
    context = Context(store, quick, Engines(program, home), library, preferences, home, QObject(qt))
    actions = Actions(context)
    actions.load()
    window = _window(qt, store, actions, preferences)
    if page:
        actions.show_page(page)
    if files:
        actions.import_files(files)
    warm_up = WarmUp(window, actions.keep_ready)
    FirstPaint(window, actions.begin, warm_up.start, lock.sign, partial(_listen, home, window, actions))
    return App(qt, window, store, actions, lock, preferences)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the app; the exit code is 0 after a normal close or when the window that was open came to the front, 3 when
    it could not, 2 when this program must not open the library."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        app = build(argv)
    except AlreadyOpen as error:
        files, page = _arguments(argv)
        if ring(data_dir(), files, page or ""):
            return 0
        from app.views.refusal import refuse_open

        refuse_open(_application(), error.holder, data_dir())
        return ALREADY_OPEN
    except UserError as error:
        from app.views.refusal import refuse_library

        refuse_library(_application(), error.info)
        return REFUSED
    return run(app)


def _locked(home: Path) -> LibraryLock:
    """The lock of a library that this program may open, brought up to date."""
    refuse_newer(home, program=__version__)  # before the lock makes a file
    lock = LibraryLock(home)
    holder = lock.take()
    if holder is not None:
        raise AlreadyOpen(holder)
    try:
        open_library(home, program=__version__)
    except BaseException:
        lock.release()
        raise
    return lock


def _listen(home: Path, window: MainWindow, actions: Actions) -> None:
    """From now on a second start brings this window to the front, with the files that it was given."""

    def rung(files: Sequence[str], page: str) -> None:
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()
        if page in PAGES:
            actions.show_page(page)  # type: ignore[arg-type]  # one of them
        if files:
            actions.import_files(files)

    Bell(home, rung, window)


def run(app: App) -> int:
    """Show the window and stay until it is closed; does not return when a training run is left to itself."""
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # Ctrl+C in a terminal: Qt's loop would never hear of Python's own
    app.window.show()
    code = app.qt.exec()
    if app.close():
        # Qt ends its child processes when their objects go. A run that shall outlive us must not see that happen,
        # so nothing is taken down: everything is saved, and the system collects the rest.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _arguments(argv: Sequence[str]) -> tuple[list[str], Page | None]:
    """Files to open and the page to show first."""
    if not argv:
        return [], None
    import argparse  # here: most starts have nothing to parse

    parser = argparse.ArgumentParser(
        prog="luthier", description="Fine-tune language models on this computer."
    )
    parser.add_argument("files", nargs="*", help="dataset files or a recipe to open")
    parser.add_argument("--page", choices=PAGES, help="page to show first")
    options = parser.parse_args(list(argv))
    return list(options.files), options.page


def _application() -> QApplication:
    known = QApplication.instance()
    qt = known if isinstance(known, QApplication) else QApplication(sys.argv[:1])
    qt.setApplicationName("Luthier")
    qt.setDesktopFileName("luthier")
    qt.setApplicationVersion(__version__)
    return qt


def _window(qt: QApplication, store: Store, actions: Actions, preferences: PreferencesFile) -> MainWindow:
    window = MainWindow(store, actions, Theme(qt), Languages(qt))
    if preferences.geometry:
        window.restoreGeometry(preferences.geometry)
    return window
