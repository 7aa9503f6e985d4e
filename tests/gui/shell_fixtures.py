"""A real main window over prepared states: what the tests of the shell share."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QEvent

from app.state.model import AppState
from app.ui.theme import Theme
from app.views.main_window import MainWindow
from tests.gui.stories import Recorder, SnapshotStore, stories


@dataclass
class Shell:
    """The window with the store and the intents behind it."""

    window: MainWindow
    store: SnapshotStore
    intents: Recorder

    def show(self, story: str, page: str, **preferences: object) -> AppState:
        """Bring the window into a state of the story."""
        state = stories()[story]
        chosen = replace(state.preferences, theme="light", language="en", **preferences)  # type: ignore[arg-type]
        state = replace(state, page=page, preferences=chosen)  # type: ignore[arg-type]
        self.store.set(state)
        return state


@functools.cache
def shared_theme() -> Theme:
    """One theme for all tests of a process: laying a style sheet over an application takes its time."""
    return Theme()


@contextmanager
def open_shell(story: str = "empty", page: str = "home") -> Iterator[Shell]:
    """Build and show a window, and really take it down afterwards."""
    state = replace(stories()[story], page=page)  # type: ignore[arg-type]
    store, intents = SnapshotStore(state), Recorder()
    window = MainWindow(store, intents, shared_theme())  # type: ignore[arg-type]
    shell = Shell(window, store, intents)
    shell.show(story, page)
    window.show()
    try:
        yield shell
    finally:
        window.close_now()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]
