"""Runtimes in the Settings: a real page, real engines, and a stand-in runtime that starts this Python's."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.client.process import EngineProgram, default_program
from app.state.model import AppState
from app.views.asks import take_paths
from app.views.settings import SettingsPage
from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.network import switch_offline
from engine.contract.runtimes import OWN, choose, chosen_name, runtimes_dir
from engine.runtimes.install import install
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import light_theme, unnamed_controls
from tests.integration.quiet_job import QuietJob
from tests.unit.models.hub_server import COMMIT, HubState, serving
from tests.unit.runtimes.stand_in import ROOT, make_file, shown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def sit(qtbot: QtBot, tmp_path: Path, home: Path) -> Iterator[Callable[..., Desk]]:
    """Opens desks with the real engine, or with a program of the test's."""
    made: list[Desk] = []

    def sit_down(*engine: str, real: bool = True) -> Desk:
        usual = default_program()
        places = {"HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")}
        off = dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "LUTHIER_OFFLINE"), "0")
        program = EngineProgram(usual.program, usual.arguments, {**usual.environment, **places, **off})
        made.append(Desk(qtbot, home, *engine, program=program if real else None))
        return made[-1]

    yield sit_down
    for desk in made:
        desk.do.close()


@contextmanager
def page_of(qtbot: QtBot, desk: Desk) -> Iterator[SettingsPage]:
    page = SettingsPage(desk.store, desk.do, light_theme())
    qtbot.addWidget(page)
    seeing = desk.store.changed.connect(lambda *_: page.render(desk.state))
    page.resize(1200, 900)
    page.render(desk.state)
    page.show()
    try:
        yield page
    finally:
        desk.store.changed.disconnect(seeing)


@pytest.fixture
def look(qtbot: QtBot) -> Iterator[Callable[[Desk], SettingsPage]]:
    with ExitStack() as pages:
        yield lambda desk: pages.enter_context(page_of(qtbot, desk))


def see(desk: Desk, page: SettingsPage, condition: Callable[[AppState], object]) -> None:
    desk.wait(condition)
    page.render(desk.state)  # the store tells of changes when the event loop turns


def marked(tmp_path: Path) -> tuple[Path, str]:
    """A program that notes each of its starts."""
    mark = tmp_path / "starts"
    return mark, f'#!/bin/sh\necho x >> "{mark}"\ncd "{ROOT}" && exec "{sys.executable}" -m engine "$@"\n'


def starts(mark: Path) -> int:
    return len(mark.read_text().splitlines()) if mark.exists() else 0


def test_installed_from_a_file_used_verified_and_removed(
    look: Callable[[Desk], SettingsPage], sit: Callable[..., Desk], tmp_path: Path, home: Path
) -> None:
    desk = sit()
    page = look(desk)
    see(desk, page, lambda s: s.engine.status == "ready")
    card = page.runtimes
    assert list(card.rows) == [OWN] and not hasattr(card.rows[OWN], "remove")
    mark, program = marked(tmp_path)
    assert take_paths([str(make_file(tmp_path, program=program))], desk.do)  # as a drop onto the window does
    assert desk.state.page == "settings"
    see(desk, page, lambda s: len(s.runtimes.items) == 2 and not s.runtime_job.active)
    row = card.rows["cuda-0.1"]
    assert "NVIDIA" in row.facts.text() and row.use.isEnabled() and starts(mark) == 0
    assert not unnamed_controls(page)

    row.use.click()
    see(desk, page, lambda s: starts(mark) == 1 and s.engine.status == "ready")
    assert desk.state.runtimes.used == "cuda-0.1" and not card.rows["cuda-0.1"].use.isEnabled()
    desk.do.refresh_doctor()
    doctor = desk.state.engine.doctor
    see(desk, page, lambda s: s.engine.doctor is not doctor)
    assert desk.state.engine.doctor and desk.state.engine.doctor.data_dir == str(home)

    card.rows["cuda-0.1"].verify.click()
    see(desk, page, lambda s: any("as it should be" in text for text in desk.texts()))
    assert starts(mark) == 1, "work on runtimes is done by the own engine"

    card.rows["cuda-0.1"].remove.click()
    see(desk, page, lambda s: len(s.runtimes.items) == 1 and s.engine.status == "ready")
    assert shown(home) == {"chosen"} and chosen_name(home) == OWN


def test_from_an_address_that_breaks_off_with_progress_and_not_while_offline(
    look: Callable[[Desk], SettingsPage], sit: Callable[..., Desk], tmp_path: Path, home: Path
) -> None:
    data = make_file(tmp_path, size=300_000).read_bytes()
    state = HubState({"x": data}, cuts=[len(data), 150_000, 60_000])
    desk = sit()
    page = look(desk)
    card = page.runtimes
    with serving(state) as base:
        desk.do.set_offline(True)
        page.render(desk.state)
        card.address.setText(f"{base}/resolve/{COMMIT}/x")
        assert not card.go.isEnabled() and not card.offline_words.isHidden()
        desk.do.install_runtime(card.address.text())  # whoever asks: the engine refuses
        see(desk, page, lambda s: s.runtime_job.error)
        assert "stay offline" in card.error.message.text() and state.sent == 0
        desk.do.set_offline(False)
        page.render(desk.state)
        card.go.click()
        told: list[float] = []
        desk.store.changed.connect(lambda *_: told.append(desk.state.runtime_job.progress_done))
        see(desk, page, lambda s: len(s.runtimes.items) == 2)
    assert state.ranges and max(told) > 100_000
    assert card.rows["cuda-0.1"].facts.text()


@pytest.mark.parametrize(
    "program", ["#!/bin/sh\nexit 1\n", "no program at all", '#!/bin/sh\necho "{}"\nsleep 0.1\n']
)
def test_one_that_does_not_start_gives_way_to_the_own_engine(
    program: str, look: Callable[[Desk], SettingsPage], sit: Callable[..., Desk], tmp_path: Path, home: Path
) -> None:
    install(str(make_file(tmp_path, program=program)), job=QuietJob())
    choose(home, "cuda-0.1", PROTOCOL_VERSION)
    desk = sit()
    page = look(desk)
    see(desk, page, lambda s: s.engine.status == "ready" and s.engine.schema)
    assert desk.state.runtimes.used == OWN and desk.state.runtimes.chosen == "cuda-0.1"
    assert any("cuda-0.1 does not start. Luthier uses" in text for text in desk.texts())
    row = page.runtimes.rows["cuda-0.1"]
    assert "does not start" in row.reason.text() and row.use.isEnabled(), "it can be tried again"


def test_one_that_is_gone_gives_way_with_a_sentence(
    look: Callable[[Desk], SettingsPage], sit: Callable[..., Desk], tmp_path: Path, home: Path
) -> None:
    install(str(make_file(tmp_path)), job=QuietJob())
    choose(home, "cuda-0.1", PROTOCOL_VERSION)
    (runtimes_dir(home) / "cuda-0.1").rename(tmp_path / "elsewhere")
    left = runtimes_dir(home) / ".staging-killed"
    left.mkdir()
    desk = sit()
    assert any("is not there. Luthier uses" in text for text in desk.texts())
    desk.wait(lambda s: s.engine.status == "ready")
    desk.wait(lambda s: not left.exists() and not s.runtime_job.active)  # what was left is swept away


def test_a_live_run_is_not_touched_by_a_switch(
    look: Callable[[Desk], SettingsPage], sit: Callable[..., Desk], tmp_path: Path, home: Path
) -> None:
    mark, program = marked(tmp_path)
    install(str(make_file(tmp_path, program=program)), job=QuietJob())
    desk = sit("--steps", "100000", real=False)
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: s.train.step > 3)
    desk.do.use_runtime("cuda-0.1")
    desk.wait(lambda s: starts(mark) == 1 and s.engine.status == "ready")
    before = desk.state.train.step
    desk.wait(lambda s: s.train.step > before)
    assert desk.state.train.job.status == "running" and any(
        "What runs now goes on" in t for t in desk.texts()
    )
    desk.do.remove_runtime("cuda-0.1")
    assert any("is at work" in text for text in desk.texts()) and "cuda-0.1" in shown(home)
    desk.do.stop_run(keep=False)
    desk.wait(lambda s: desk.ended())


def test_what_cannot_be_chosen_is_told(sit: Callable[..., Desk], home: Path) -> None:
    home.mkdir()
    switch_offline(home, False)
    desk = sit(real=False)
    desk.do.use_runtime("nothing")
    assert any("There is no runtime nothing here" in text for text in desk.texts())
    assert desk.state.runtimes.used == OWN
