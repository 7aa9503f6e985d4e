"""All actions without a window, against the fake engine (or a given one): for tests of what intents do."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.actions.assemble import Actions
from app.actions.context import Context
from app.client.process import EngineProgram
from app.client.quick_engine import QuickEngine
from app.client.runtimes import Engines
from app.models.preferences import PreferencesFile
from app.state.library import Library
from app.state.model import AppState
from app.state.store import Store
from tests.gui.fakes.programs import fake_program

WAIT_MS = 60_000  # only ends a hanging test


class Desk:
    """One sitting at the desk: the same wiring as ``app.main``, less the window."""

    def __init__(self, qtbot: QtBot, home: Path, *engine: str, program: EngineProgram | None = None) -> None:
        self.qtbot, self.home = qtbot, home
        home.mkdir(parents=True, exist_ok=True)
        program = program or fake_program(*engine)
        preferences = PreferencesFile(home / "preferences.ini")
        self.parent = QObject()
        self.quick = QuickEngine(program, log_path=home / "logs" / "quick.log", parent=self.parent)
        self.store = Store(AppState(preferences=preferences.load()), parent=self.parent)
        self.library = Library(home / "library.sqlite")
        engines = Engines(program, home)
        context = Context(self.store, self.quick, engines, self.library, preferences, home, self.parent)
        self.do = Actions(context)
        self.do.load()
        self.do.begin()

    @property
    def state(self) -> AppState:
        """The state now."""
        return self.store.state

    def wait(self, condition: Callable[[AppState], object]) -> None:
        """Run the event loop until ``condition`` holds."""
        self.qtbot.waitUntil(lambda: bool(condition(self.store.state)), timeout=WAIT_MS)

    def import_sample(self, name: str = "a.json") -> Path:
        """A dataset file in the draft, checked, planned and counted."""
        path = self.home / name
        path.write_text('[{"instruction": "Hi", "output": "Hello"}]', encoding="utf-8")
        self.do.import_files([str(path)])
        self.wait(lambda s: s.draft.plan and s.data.report and s.data.preview and s.data.inspection)
        return path

    def ended(self) -> bool:
        """Whether the run on the Train page is over."""
        return self.state.train.run_id != "" and not self.state.train.job.active

    def texts(self) -> list[str]:
        """What the notices say."""
        return [notice.text for notice in self.state.notices]
