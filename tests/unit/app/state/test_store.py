"""The store: at once inside, together outside."""

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.state.changes import FocusHelpSet, PageShown
from app.state.model import AppState
from app.state.store import Store


def test_many_changes_are_told_once(qtbot: QtBot) -> None:
    store, told = Store(), []
    store.changed.connect(told.append)
    for number in range(1000):
        store.dispatch(FocusHelpSet(str(number), ""))
    assert store.state.focus_help == ("999", "") and told == []
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert [state.focus_help for state in told] == [("999", "")]


def test_flush_tells_now_and_only_once(qtbot: QtBot) -> None:
    store, told = Store(), []
    store.changed.connect(told.append)
    store.dispatch(PageShown("chat"))
    store.flush()
    store.flush()
    assert [state.page for state in told] == ["chat"]


def test_a_change_made_while_telling_is_told_next(qtbot: QtBot) -> None:
    store, told = Store(), []

    def view(state: AppState) -> None:
        told.append(state.page)
        if state.page == "data":
            store.dispatch(PageShown("train"))

    store.changed.connect(view)
    store.dispatch(PageShown("data"))
    qtbot.waitUntil(lambda: told == ["data", "train"], timeout=5000)


def test_slow_views_are_told_less_often(qtbot: QtBot) -> None:
    """While every redraw takes long, the rest of the event loop still gets its turns in between."""
    import time

    store, told, beats = Store(), [], []
    store.changed.connect(lambda state: (time.sleep(0.03), told.append(state)))
    busy, beat = QTimer(interval=0), QTimer(interval=1)
    busy.timeout.connect(lambda: store.dispatch(FocusHelpSet(str(time.monotonic()), "")))
    beat.timeout.connect(lambda: beats.append(1))
    busy.start(), beat.start()
    qtbot.waitUntil(lambda: len(told) >= 6, timeout=20_000)
    assert len(beats) > 2 * len(told)
