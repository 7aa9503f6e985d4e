"""About Luthier: licences that can be searched, a report that is seen before it is saved, updates only when wanted."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.client.process import default_program
from app.models import diagnostics
from app.state.about import AboutState, DiagnosticFile, LookState
from app.state.model import AppState
from app.views.about_diagnostics import DiagnosticsDialog
from app.views.about_dialog import AboutDialog
from app.views.settings_about import AboutCard
from engine.contract.about import Update, WorkLine
from engine.contract.network import switch_offline
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import unnamed_controls
from tests.gui.shell_fixtures import open_shell
from tests.gui.stories import Recorder, SnapshotStore, stories
from tests.unit.server.test_about import feed, told

ROOT = Path(__file__).parents[2]
WORKS = (
    WorkLine(name="accelerate", version="1.0", licence="Apache-2.0"),
    WorkLine(name="PySide6_Essentials", version="6.11", licence="LGPL-3.0-only OR GPL-3.0-only"),
    WorkLine(name="torch", version="2.13", licence="BSD-3-Clause"),
)


def about(**fields: object) -> AppState:
    return replace(stories()["planned"], about=AboutState(**fields))  # type: ignore[arg-type]


# ---------------------------------------------------------------- licences


def test_the_list_is_searched_by_name_and_licence_and_its_text_stands_beside(qtbot: QtBot) -> None:
    store, intents = SnapshotStore(about()), Recorder()
    dialog = AboutDialog(store, intents)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    assert intents.named("list_works") == [()] and unnamed_controls(dialog) == []
    store.set(about(works=WORKS))
    assert dialog.list.count() == 3 and intents.named("read_licence")[-1] == ("accelerate",)
    dialog.search.setText("lgpl side")
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == ["PySide6_Essentials 6.11"]
    assert intents.named("read_licence")[-1] == ("PySide6_Essentials",)
    store.set(about(works=WORKS, reading="PySide6_Essentials", licence=None))
    assert "Reading" in dialog.text.toPlainText()
    store.set(about(works=WORKS, reading="PySide6_Essentials", licence="LESSER GENERAL"))
    assert "LGPL-3.0-only" in dialog.text.toPlainText() and "LESSER GENERAL" in dialog.text.toPlainText()
    store.set(about(works=WORKS, reading="torch", licence="another work's"))
    assert "another work's" not in dialog.text.toPlainText()
    dialog.search.setText("nothing like it")
    assert dialog.list.count() == 0 and dialog.text.toPlainText() == "" and "0 of 3" in dialog.count.text()


def test_versions_name_every_part(qtbot: QtBot) -> None:
    dialog = AboutDialog(SnapshotStore(about()), intents := Recorder())  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.copy.click()
    (text,) = intents.named("copy_text")[0]
    for name in (
        "Luthier ",
        "protocol 1",
        "Python ",
        "Qt ",
        "PySide6 ",
        "runtime own",
        "torch 2.9.1",
        "transformers 5.23",
    ):
        assert name in text


def test_palette_help_and_settings_lead_to_it(qtbot: QtBot) -> None:
    with open_shell("planned", "settings") as shell:
        commands = {command.title: command for command in shell.window.commands()}
        commands["About Luthier"].run()
        assert shell.window.findChild(AboutDialog).isVisible()
        shell.window.findChild(AboutDialog).close()
        commands["Diagnostics…"].run()
        assert shell.window.findChild(DiagnosticsDialog).isVisible()
        shell.window.findChild(DiagnosticsDialog).close()
        qtbot.waitUntil(lambda: shell.window.findChild(AboutDialog) is None)
        shell.window.help.more.click()
        assert shell.window.findChild(AboutDialog).isVisible()
        shell.window.findChild(AboutDialog).close()
        card = shell.window.page("settings").about
        qtbot.waitUntil(lambda: shell.window.findChild(AboutDialog) is None)
        card.licences.click()
        card.diagnostics.click()
        assert shell.window.findChild(AboutDialog) and shell.window.findChild(DiagnosticsDialog)


# ---------------------------------------------------------------- diagnostics


def test_a_report_is_seen_before_it_is_saved(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, intents = SnapshotStore(about()), Recorder()
    dialog = DiagnosticsDialog(store, intents)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    assert intents.named("collect_report") == [()] and not dialog.save.isEnabled()
    store.set(
        about(report=(DiagnosticFile("about.txt", "Luthier 0.1"), DiagnosticFile("logs/a.log", "line")))
    )
    assert dialog.text.toPlainText() == "Luthier 0.1" and dialog.save.isEnabled()
    dialog.list.setCurrentRow(1)
    assert dialog.text.toPlainText() == "line"
    assert unnamed_controls(dialog) == []
    target = str(tmp_path / "x.zip")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (target, ""))
    dialog.save.click()
    assert intents.named("save_report") == [(target,)]
    assert not dialog.isVisible() and intents.named("drop_report") == [()]


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name in ("LUTHIER_OFFLINE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    made = Desk(qtbot, tmp_path / "home", program=default_program())
    yield made
    made.do.close()


def test_with_a_real_engine_works_licences_updates_and_a_report(desk: Desk, tmp_path: Path) -> None:
    desk.wait(lambda s: s.engine.status == "ready")
    desk.do.list_works()
    desk.wait(lambda s: s.about.works)
    names = {work.name for work in desk.state.about.works}
    assert {"torch", "peft", "Python"} <= names
    desk.do.read_licence("peft")
    desk.wait(lambda s: s.about.licence is not None)
    assert "Apache License" in (desk.state.about.licence or "")
    with feed(told(version="99.0", notes="All new.", address="https://example.org")) as (address, asked):
        desk.do.look_for_update()  # no feed is set
        desk.do.set_update_feed(address)
        desk.do.look_for_update()
        desk.wait(lambda s: s.about.look.found)
        assert desk.state.about.look.found.newer and len(asked) == 1
        switch_offline(desk.home, True)
        desk.do.look_for_update()
        desk.wait(lambda s: s.about.look.error)
        assert len(asked) == 1
    desk.wait(lambda s: s.engine.doctor)
    desk.do.collect_report()
    desk.wait(lambda s: s.about.report)
    desk.do.save_report(str(tmp_path / "report.zip"))
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert {"about.txt", "versions.json", "settings.json", "doctor.json"} <= set(archive.namelist())
    assert any("Nothing was sent" in text for text in desk.texts())
    desk.do.save_report(str(tmp_path / "no such folder" / "report.zip"))
    assert any("Cannot write" in text for text in desk.texts())


# ---------------------------------------------------------------- updates


def card_with(qtbot: QtBot, **preferences: object) -> tuple[AboutCard, SnapshotStore, Recorder]:
    state = stories()["planned"]
    state = replace(state, preferences=replace(state.preferences, **preferences))  # type: ignore[arg-type]
    store, intents = SnapshotStore(state), Recorder()
    card = AboutCard(store, intents)  # type: ignore[arg-type]
    qtbot.addWidget(card)
    card.show()
    card.render_state(state)
    return card, store, intents


def test_updates_are_off_and_need_an_address(qtbot: QtBot) -> None:
    card, _, intents = card_with(qtbot)
    assert not card.at_start.isChecked() and not card.at_start.isEnabled() and not card.look.isEnabled()
    card.feed.setText(" https://example.org/f.json ")
    assert card.look.isEnabled()
    qtbot.mouseClick(card.look, Qt.MouseButton.LeftButton)
    assert intents.named("set_update_feed")[-1] == (" https://example.org/f.json ",)
    assert intents.named("look_for_update") == [()]
    card.at_start.click()
    assert intents.named("set_check_updates") == [(True,)]
    assert unnamed_controls(card) == []


def test_offline_nobody_can_be_asked(qtbot: QtBot) -> None:
    card, _, _ = card_with(qtbot, update_feed="https://example.org/f.json", offline=True)
    assert not card.look.isEnabled() and "offline" in card.look.toolTip()


def test_notes_and_address_are_shown_as_plain_text(qtbot: QtBot) -> None:
    card, store, intents = card_with(qtbot, update_feed="https://example.org/f.json")
    found = Update(version="9.0", newer=True, notes="<img src=x>\nFaster.", address="https://example.org/get")
    card.render_state(replace(store.state, about=AboutState(look=LookState(found=found))))
    assert card.notes.isVisible() and card.notes.textFormat() == Qt.TextFormat.PlainText
    assert card.notes.text().startswith("<img") and "9.0" in card.found.text()
    card.address.button.click()
    assert intents.named("copy_text") == [("https://example.org/get",)]
    same = Update(version="0.1.0", newer=False, notes="old", address="https://example.org/get")
    card.render_state(replace(store.state, about=AboutState(look=LookState(found=same))))
    assert not card.notes.isVisible() and not card.address.isVisible() and "newest" in card.found.text()


# ---------------------------------------------------------------- nothing else phones home

WATCH = """
import json, os, sys
def look(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"):
        if event.startswith("socket.get") or isinstance(args[1], tuple):
            with open(os.environ["SOCKETS"], "a") as file:
                file.write(json.dumps([sys.argv[0], event, repr(args[1:])]) + "\\n")
sys.addaudithook(look)
if os.environ.get("SOCKETS"):
    open(os.environ["SOCKETS"] + f".{os.getpid()}", "w").close()
"""
START = """
import sys
from app.main import build, run
from PySide6.QtCore import QTimer

app = build([])
left = [40]

def look():
    state = app.store.state
    known = state.engine.schema is not None and state.engine.doctor is not None and not state.models.scanning
    if known and not state.about.look.asking:
        left[0] -= 1
    if left[0] == 0:
        app.window.close()

timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
code = run(app)
network = [name for name in sys.modules if name in ("urllib.request", "http.client")]
sys.stdout.write(json.dumps([code, network]) + "\\n") if (json := __import__("json")) else None
"""


@pytest.mark.parametrize("wanted", [False, True])
def test_a_start_opens_no_connection_but_the_one_that_is_wanted(tmp_path: Path, wanted: bool) -> None:
    """App and engine as they really start, with every call that leaves the process written down."""
    home, watch = tmp_path / "home", tmp_path / "watch"
    home.mkdir()
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH)
    sockets = tmp_path / "sockets"
    with feed(told(version="99.0")) as (address, asked):
        flag = "true" if wanted else "false"
        (home / "preferences.ini").write_text(f"[General]\ncheck_updates={flag}\nupdate_feed={address}\n")
        kept = {
            name: value
            for name, value in os.environ.items()
            if "OFFLINE" not in name and "proxy" not in name.lower()
        }
        environment = {**kept, "QT_QPA_PLATFORM": "offscreen", "LUTHIER_HOME": str(home), "SOCKETS": str(sockets),
                       "PYTHONPATH": os.pathsep.join([str(watch), str(ROOT)])}  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", START],
            env=environment,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [0, []]
    assert len(list(tmp_path.glob("sockets.*"))) >= 2, "app and engine were both watched"
    calls = [json.loads(line) for line in sockets.read_text().splitlines()] if sockets.exists() else []
    port = address.rpartition(":")[2].partition("/")[0]
    assert all(port in where for _, _, where in calls)
    assert len(asked) == (1 if wanted else 0) and bool(calls) is wanted


def test_no_part_of_the_window_speaks_http() -> None:
    """What goes to the network goes through the engine, which knows the switch."""
    speaking = (
        "QNetworkAccessManager",
        "QTcpSocket",
        "QSslSocket",
        "QUdpSocket",
        "urllib.request",
        "http.client",
        "import requests",
        "import httpx",
        "import socket\n",
    )
    allowed = {"redaction.py": "import socket\n"}  # asks for this computer's name
    for path in (ROOT / "app").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found = [words for words in speaking if words in text and allowed.get(path.name) != words]
        assert not found, f"{path}: {found}"


def test_summaries_are_the_ones_of_the_settings() -> None:
    text = diagnostics.summary(stories()["crashed"])
    assert "check Training libraries: failed missing: peft" in text and "engine_died" in text
