"""The advisor's panel: a goal asks, a proposal is changes to take or leave, taking them is one step of undo."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.client.engine_client import Reply
from app.state.advice import AdviceArrived, AdviceClosed, AdviceFailed, AdviceState
from app.state.document import get_value
from app.state.model import AppState
from app.state.reduce import reduce
from app.views.method import MethodPage
from engine.contract.errors import ErrorCode, ErrorInfo
from tests.gui.advice_story import advice
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import Shown, opener, unnamed_controls


@pytest.fixture
def page(qtbot: QtBot) -> Any:
    return opener(MethodPage, qtbot)


def test_a_goal_is_asked_with_one_click(page: Any) -> None:
    shown: Shown = page("planned")
    card = shown.page.advice
    assert card.goals.value() == "" and card.close_button.isHidden() and card.foot.isHidden()
    card.goals.button("facts").click()
    assert shown.intents.named("ask_advice") == [("facts",)]
    shown.show(replace(shown.state, advice=AdviceState("facts", asking=True)))
    assert not card.waiting.isHidden() and card.goals.value() == "facts"


def test_changes_are_taken_or_left_and_one_may_need_another(page: Any) -> None:
    shown: Shown = page("advised")
    card = shown.page.advice
    rows = {row.choice.path: row for row in card.rows}
    assert list(rows) == [
        "method.kind",
        "method.rank",
        "method.lora_alpha",
        "optim.learning_rate",
        "optim.num_train_epochs",
    ]
    assert rows["method.kind"].change.text() == "Full fine-tuning → LoRA"
    assert (
        rows["method.rank"].source.text().startswith("Source: Hu") and card.apply.text() == "Apply 5 changes"
    )
    rows["optim.learning_rate"].box.click()
    rows["method.kind"].box.click()
    assert not rows["method.rank"].box.isEnabled() and card.apply.text() == "Apply 1 changes"
    rows["method.kind"].box.click()
    card.apply.click()
    assert shown.intents.named("apply_advice") == [
        (["method.kind", "method.rank", "method.lora_alpha", "optim.num_train_epochs"],)
    ]
    assert not unnamed_controls(shown.page)


def test_why_there_is_no_proposal_is_said(page: Any) -> None:
    shown: Shown = page("planned")
    error = ErrorInfo(code=ErrorCode.NOT_FOUND, message="There is no model folder at /x", hint="Choose one.")
    shown.show(replace(shown.state, advice=AdviceState("style", error=error)))
    assert not shown.page.advice.error.isHidden() and shown.page.advice.foot.isHidden()


def test_the_state_follows() -> None:
    state = reduce(AppState(), AdviceArrived(advice()))
    assert state.advice.found is not None and state.advice.goal == "small_data"
    failed = reduce(state, AdviceFailed(ErrorInfo(code=ErrorCode.NOT_FOUND, message="x")))
    assert failed.advice.found is None and failed.advice.error is not None
    assert reduce(failed, AdviceClosed()).advice == AdviceState()


def test_applying_is_one_step_of_undo(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot, tmp_path / "home")
    desk.import_sample()
    desk.do.choose_variant("method", "full")
    before = desk.state.draft.recipe
    desk.store.dispatch(AdviceArrived(advice()))
    desk.do.apply_advice(["method.kind", "method.rank", "optim.learning_rate"])
    after = desk.state.draft.recipe
    assert [get_value(after, path) for path in ("method.kind", "method.rank", "optim.learning_rate")] == [
        "lora",
        4,
        2e-4,
    ]
    assert desk.state.advice == AdviceState() and desk.state.draft.undo == "advice"
    desk.do.undo_draft()
    assert desk.state.draft.recipe == before
    desk.store.dispatch(AdviceArrived(advice()))
    desk.do.apply_advice(["method.rank"])  # it needs the method, which is not taken
    assert desk.state.draft.recipe == before
    desk.do.close()


def test_a_refusal_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    """With the fake engine the question is refused, and the refusal is shown."""
    desk = Desk(qtbot, tmp_path / "home")
    desk.wait(lambda state: state.engine.schema)
    desk.do.show_page("method")
    desk.do.ask_advice("style")
    assert desk.state.advice.asking
    desk.wait(lambda state: state.advice.error)
    assert not desk.state.advice.asking
    desk.do.close()


@pytest.mark.parametrize("leave", ["close", "page"])
def test_who_closes_or_leaves_it_ends_the_counting(
    leave: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot, tmp_path / "home")
    desk.wait(lambda state: state.engine.schema)
    asked: list[str] = []

    def ask(command: Any, result: Any, **_: Any) -> Reply[Any]:
        asked.append(command.type)
        return Reply()  # which nobody answers

    monkeypatch.setattr(desk.quick, "ask", ask)
    desk.do.show_page("method")
    desk.do.ask_advice("style")
    desk.store.flush()
    assert desk.state.advice.asking and asked.count("advise") == 1 and "advise.stop" not in asked
    if leave == "close":
        desk.do.close_advice()
    else:
        desk.do.show_page("data")
        desk.store.flush()
    assert desk.state.advice == AdviceState() and asked.count("advise.stop") == 1
    desk.do.show_page("method")
    desk.do.close_advice()  # nothing is counted
    desk.store.flush()
    assert asked.count("advise.stop") == 1
    monkeypatch.undo()
    desk.do.close()
