"""What "Clean for me" does to steps that are there already."""

from collections.abc import Callable

from app.actions.data_steps import with_proposed
from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


def kinds(steps: list[dict[str, object]]) -> list[object]:
    return [step["kind"] for step in steps]


def test_proposed_steps_find_their_place_among_the_users() -> None:
    own = [
        {"kind": "manual_edits", "edits": []},
        {"kind": "near_duplicates", "threshold": 0.9},
        {"kind": "sampling"},
    ]
    proposed = [{"kind": name} for name in ("whitespace", "exact_duplicates", "near_duplicates", "refusals")]
    result = with_proposed(own, proposed)
    assert kinds(result) == [
        "manual_edits",
        "whitespace",
        "exact_duplicates",
        "near_duplicates",
        "sampling",
        "refusals",
    ]
    assert result[3] == own[1], "what the user set stays"
    assert with_proposed([], proposed) == proposed and with_proposed(own, []) == own


def test_only_what_is_new_is_put_in_and_told(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.set_steps([{"kind": "exact_duplicates"}])
    desk.do.clean_for_me()
    desk.wait(lambda s: s.data.proposed)
    assert kinds(desk.state.draft.recipe["data"]["steps"]) == ["repair_unicode", "exact_duplicates"]
    assert [step.kind for step in desk.state.data.proposed] == ["repair_unicode"]
    desk.do.dismiss_proposal()
    desk.do.clean_for_me()
    desk.wait(lambda s: "suggest" not in s.data.busy)
    assert desk.state.data.proposed == () and "clean already" in desk.texts()[-1]
    desk.do.undo_draft()
    assert kinds(desk.state.draft.recipe["data"]["steps"]) == ["exact_duplicates"]
