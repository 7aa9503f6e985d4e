"""The first run's actions with a real child process: what is remembered, where things are kept, and the sample's tour."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.models.preferences import PreferencesFile
from app.state.welcome import WelcomeShown
from engine.contract.places import read_places
from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]
QUICK = ("--interval", "0.02", "--steps", "5")


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))


def ready(desk: Desk) -> Desk:
    desk.wait(lambda s: s.engine.schema and s.engine.doctor)
    return desk


def toured(desk: Desk) -> list[str]:
    """The stages of the tour in order, noted from now on."""
    stages = [desk.state.welcome.tour]

    def note(*_: object) -> None:
        if desk.state.welcome.tour != stages[-1]:
            stages.append(desk.state.welcome.tour)

    desk.store.changed.connect(note)
    return stages


def test_the_end_is_remembered(sit_down: SitDown, tmp_path: Path) -> None:
    desk = sit_down()
    desk.do.show_welcome("look")
    assert desk.state.welcome.step == "look" and not desk.state.preferences.welcomed
    desk.do.end_welcome()
    assert desk.state.welcome.step == "" and desk.state.preferences.welcomed
    assert PreferencesFile(tmp_path / "home" / "preferences.ini").load().welcomed


def test_a_page_that_is_asked_for_comes_out(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.do.show_welcome("checks")
    desk.do.show_page("chat")
    assert desk.state.welcome.step == "" and desk.state.page == "chat"


def test_a_step_asks_when_the_engine_is_there(sit_down: SitDown, tmp_path: Path) -> None:
    desk = sit_down()
    desk.store.dispatch(WelcomeShown("places"))  # as the window starts with it, before the engine answers
    desk.wait(lambda s: s.welcome.places)
    assert desk.state.welcome.places.models.path == str(tmp_path / "home" / "models")


def test_folders_are_chosen(sit_down: SitDown, tmp_path: Path) -> None:
    desk = ready(sit_down())
    home, big = tmp_path / "home", tmp_path / "big"
    desk.do.choose_places(str(big / "models"), "")
    assert read_places(home).models == (big / "models", home / "models") and (big / "models").is_dir()
    desk.wait(lambda s: s.welcome.places and s.welcome.places.models.path == str(big / "models"))
    (tmp_path / "file").write_text("")
    desk.do.choose_places(str(tmp_path / "file" / "below"), "")
    assert read_places(home).models[0] == big / "models"
    assert "cannot be used" in desk.state.notices[-1].text


def test_the_sample_goes_by_itself_to_an_answer(sit_down: SitDown) -> None:
    desk = ready(sit_down("normal", *QUICK))
    desk.do.show_welcome("start")
    stages = toured(desk)
    desk.do.tour_sample()
    assert desk.state.preferences.welcomed and desk.state.welcome.step == ""
    desk.wait(lambda s: len(s.chat.base.turns) == len(s.chat.tuned.turns) == 2 and not s.welcome.tour)
    assert [stage for stage in stages if stage != "data"] == ["", "train", "export", "chat", ""]
    assert desk.state.page == "chat"
    assert [target.target for target in desk.state.export.report.targets] == ["gguf:q8_0"]
    assert (
        desk.state.chat.tuned.model == desk.state.train.job.run_dir
        and desk.state.chat.base.model == "starter"
    )
    assert "who I am chatting with" in desk.state.chat.tuned.turns[0].content


def test_the_tour_ends_with_a_run_that_breaks_off(sit_down: SitDown) -> None:
    desk = ready(sit_down("normal", "crash:3", *QUICK))
    stages = toured(desk)
    desk.do.tour_sample()
    desk.wait(lambda s: s.train.job.status == "crashed" and not s.welcome.tour)
    assert [stage for stage in stages if stage != "data"][:2] == [
        "",
        "train",
    ] and desk.state.export.job.status == "idle"


def test_the_user_takes_over(sit_down: SitDown) -> None:
    desk = ready(sit_down("normal", "--interval", "0.05", "--steps", "30"))
    desk.do.tour_sample()
    desk.wait(lambda s: s.train.step >= 2)
    offer = next(notice for notice in desk.state.notices if notice.action == "Do it myself")
    desk.do.run_intent(offer.intent)
    assert desk.state.welcome.tour == ""
    desk.wait(lambda s: s.train.job.status == "completed")
    assert desk.state.export.job.status == "idle"


def test_no_tour_beside_a_run(sit_down: SitDown) -> None:
    desk = ready(sit_down("normal", "--interval", "0.05", "--steps", "100"))
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: s.train.step >= 1)
    desk.do.tour_sample()
    assert desk.state.welcome.tour == "" and "in progress" in desk.state.notices[-1].text
    desk.do.stop_run(keep=False)
    desk.wait(lambda s: not s.train.job.active)


def test_a_run_in_a_chosen_folder_is_thrown_away_on_its_own_disk(sit_down: SitDown, tmp_path: Path) -> None:
    desk = ready(sit_down("normal", *QUICK))
    desk.do.choose_places("", str(tmp_path / "runs"))
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: desk.ended())
    run = desk.state.runs[0]
    assert Path(run.dir).parent == tmp_path / "runs"
    desk.do.delete_run(run.id)
    assert (tmp_path / "runs" / ".trash" / run.id).is_dir() and not Path(run.dir).exists()
    desk.do.run_intent(f"undo:{run.id}")
    assert Path(run.dir).is_dir() and desk.state.runs[0].id == run.id
