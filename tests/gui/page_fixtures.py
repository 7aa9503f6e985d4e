"""One page over a prepared state: what the tests of the pages share."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.state.model import AppState
from app.ui.theme import Theme
from tests.gui.stories import Recorder, SnapshotStore, stories


@dataclass
class Shown:
    """A page with the store and the intents behind it."""

    page: Any
    store: SnapshotStore
    intents: Recorder
    theme: Theme

    @property
    def state(self) -> AppState:
        """What the page shows."""
        return self.store.state

    def show(self, state: AppState) -> None:
        """Show another state, as the main window does on each change."""
        self.store.set(state)
        self.page.render(state)


@functools.cache
def light_theme() -> Theme:
    """One theme for all pages: laying it over the app takes longer than most tests."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = Theme()
    theme.apply(app, "light")
    return theme


def opener(kind: Callable[..., QWidget], qtbot: QtBot) -> Callable[..., Shown]:
    """``show_page`` of one page, which keeps what it showed to the end of the test."""
    kept: list[Shown] = []

    def open_page(state: AppState | str, **how: Any) -> Shown:
        kept.append(show_page(kind, qtbot.addWidget, state, **how))
        return kept[-1]

    return open_page


def show_page(
    kind: Callable[..., QWidget],
    add_widget: Callable[[QWidget], None],
    state: AppState | str,
    *,
    size: tuple[int, int] = (1252, 838),
) -> Shown:
    """Build and show a page in a state (or in one of the story's)."""
    theme = light_theme()
    store, intents = SnapshotStore(stories()[state] if isinstance(state, str) else state), Recorder()
    page = kind(store, intents, theme)
    add_widget(page)
    shown = Shown(page, store, intents, theme)
    page.resize(*size)
    page.render(store.state)
    page.show()
    return shown


def unnamed_controls(page: QWidget) -> list[str]:
    """Controls of ``page`` that a screen reader could not name."""
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QSlider

    found = []
    for control in page.findChildren(QWidget):
        if not isinstance(control, QAbstractButton | QAbstractSpinBox | QComboBox | QLineEdit | QSlider):
            continue
        if not control.isVisibleTo(page) or control.objectName().startswith("qt_"):
            continue
        if isinstance(control.parent(), QAbstractSpinBox | QComboBox):
            continue
        text = control.text() if isinstance(control, QAbstractButton) else ""
        if not (control.accessibleName() or text):
            found.append(f"{type(control).__name__} in {type(control.parent()).__name__}")
    return found
