"""After the run: export, evaluation, conversations."""

import json
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.actions.chat import correction_row
from app.state.model import ChatTurn
from engine.contract.evaluation import REPORT_NAME, EvaluationWish
from engine.contract.messages import Sampling
from tests.gui.evaluation_story import evaluation
from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


@pytest.fixture
def desk(sit_down: SitDown) -> Desk:
    """A desk with a finished run."""
    one = sit_down("normal", "--interval", "0.02", "--steps", "5")
    one.import_sample()
    one.do.start_run()
    one.wait(lambda s: one.ended())
    return one


def both_ready(desk: Desk) -> None:
    desk.wait(lambda s: s.chat.base.status == s.chat.tuned.status == "ready")


def test_export_with_progress_and_paths(desk: Desk) -> None:
    desk.do.merge_and_export(["merged", "gguf:q8_0"])
    assert desk.state.export.job.active
    desk.wait(lambda s: s.export.report)
    assert [target.target for target in desk.state.export.report.targets] == ["merged", "gguf:q8_0"]
    assert set(desk.state.export.job.paths) == {"merged", "gguf:q8_0"}
    assert desk.state.export.job.progress_done == 5
    assert desk.state.notices[-1].intent.startswith("reveal:")


def test_an_export_can_be_cancelled(desk: Desk) -> None:
    desk.do.merge_and_export(["merged"])
    desk.wait(lambda s: s.export.job.status == "running")
    desk.do.cancel_export()
    desk.wait(lambda s: not s.export.job.active)
    assert desk.state.export.report is None and desk.state.export.job.error.code == "cancelled"
    desk.do.merge_and_export(["merged"])
    desk.wait(lambda s: s.export.report)


def test_evaluation(desk: Desk) -> None:
    desk.do.evaluate(EvaluationWish(answers=3, probe=False))
    desk.wait(lambda s: s.export.evaluation)
    assert desk.state.export.evaluation.answers[0].after == "Maple"


def test_the_evaluation_of_a_run_is_there_again_when_it_is_opened(sit_down: SitDown, desk: Desk) -> None:
    kept = Path(desk.state.train.job.run_dir) / REPORT_NAME
    kept.write_text(evaluation().model_dump_json(), encoding="utf-8")
    other = sit_down(home=desk.home)
    other.do.open_run(desk.state.train.run_id)
    other.wait(lambda s: s.train.run_id)
    assert other.state.train.evaluation == evaluation()


def test_without_a_run_there_is_nothing_to_export(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.do.merge_and_export(["merged"])
    assert not desk.state.export.job.active and "finished run" in desk.texts()[-1]


def test_an_engine_that_dies_exporting(sit_down: SitDown, desk: Desk) -> None:
    other = sit_down("dies:export.start", home=desk.home)
    other.do.open_run(desk.state.train.run_id)
    other.wait(lambda s: s.train.run_id)
    other.do.merge_and_export(["merged"])
    other.wait(lambda s: not s.export.job.active and s.export.job.error)
    assert other.state.export.job.status in ("failed", "crashed")


def test_two_models_answer_the_same_question(desk: Desk) -> None:
    desk.do.load_chat("base", "/models/starter")
    desk.do.load_chat("tuned", desk.state.train.job.run_dir)
    assert desk.state.chat.base.title == "Starter" and desk.state.chat.base.status == "loading"
    both_ready(desk)
    desk.do.set_sampling(Sampling(seed=7))
    desk.do.send_chat("  hello ")
    assert desk.state.chat.base.turns == (ChatTurn("user", "hello"),)
    both_ready(desk)
    assert desk.state.chat.base.turns[-1].content == "starter hears hello with seed 7"
    assert desk.state.chat.tuned.turns[-1].content.endswith("hears hello with seed 7")
    desk.do.regenerate()
    both_ready(desk)
    assert desk.state.chat.base.turns[-1].content.endswith("seed 8") and len(desk.state.chat.base.turns) == 2
    desk.do.send_chat("more")
    both_ready(desk)
    desk.do.edit_turn(0, "bye")
    both_ready(desk)
    assert [turn.content for turn in desk.state.chat.tuned.turns if turn.role == "user"] == ["bye"]
    desk.do.clear_chat()
    assert desk.state.chat.base.turns == desk.state.chat.tuned.turns == ()


def test_models_are_loaded_one_after_the_other(sit_down: SitDown) -> None:
    desk = sit_down("normal", "--interval", "0.1")
    for side, model in (("base", "one"), ("tuned", "two")):
        desk.do.load_chat(side, model)
    columns = desk.do._chat._columns
    assert desk.state.chat.base.status == desk.state.chat.tuned.status == "loading"
    assert columns["base"].at_work and not columns["tuned"].at_work
    desk.do.load_chat("tuned", "three")  # another wish before its turn has come
    desk.wait(lambda s: s.chat.base.status == "ready")
    both_ready(desk)
    assert desk.state.chat.tuned.model == "three"
    desk.do.load_chat("base", "one")
    desk.do.load_chat("tuned", "five")
    desk.do.load_chat("base", "six")  # another wish for the side whose turn it is
    both_ready(desk)
    assert (desk.state.chat.base.model, desk.state.chat.tuned.model) == ("six", "five")
    desk.do.load_chat("base", "missing")
    desk.do.load_chat("tuned", "four")
    desk.wait(lambda s: s.chat.base.status == "failed" and s.chat.tuned.status == "ready")
    assert desk.state.chat.tuned.model == "four"


def test_an_answer_can_be_stopped_and_is_kept(sit_down: SitDown) -> None:
    desk = sit_down("normal", "--interval", "0.2")
    desk.do.load_chat("base", "starter")
    desk.wait(lambda s: s.chat.base.status == "ready")
    desk.do.send_chat("hello")
    desk.wait(lambda s: s.chat.base.partial)
    desk.do.stop_chat()
    desk.wait(lambda s: s.chat.base.status == "ready")
    last = desk.state.chat.base.turns[-1]
    assert last.reply is not None and last.reply.finish == "cancelled" and "seed" not in last.content


def test_a_missing_model_and_a_dying_engine(sit_down: SitDown) -> None:
    desk = sit_down("normal", "--interval", "0.2")
    desk.do.send_chat("hello")
    assert "Load a model" in desk.texts()[-1]
    desk.do.load_chat("base", "missing")
    desk.wait(lambda s: s.chat.base.status == "failed")
    assert "missing" in desk.state.chat.base.error.message
    desk.do.load_chat("tuned", "starter")
    desk.wait(lambda s: s.chat.tuned.status == "ready")
    desk.do.send_chat("hello")
    desk.wait(lambda s: s.chat.tuned.partial)
    psutil.Process(desk.do._chat._columns["tuned"]._client.pid).kill()
    desk.wait(lambda s: s.chat.tuned.status == "failed")
    assert desk.state.chat.tuned.turns[-1].role == "assistant" and desk.state.chat.tuned.error is not None
    desk.do.load_chat("tuned", "starter")
    desk.wait(lambda s: s.chat.tuned.status == "ready")


def test_conversations_are_saved_and_corrected(desk: Desk) -> None:
    desk.do.set_system("Be brief.")
    desk.do.load_chat("base", "starter")
    desk.wait(lambda s: s.chat.base.status == "ready")
    for text in ("one", "two"):
        desk.do.send_chat(text)
        desk.wait(lambda s: s.chat.base.status == "ready")
    desk.do.save_chat(str(desk.home / "chat.json"))
    saved = json.loads((desk.home / "chat.json").read_text())
    assert [m["role"] for m in saved["conversations"][0]["messages"]] == [
        "system",
        *["user", "assistant"] * 2,
    ]
    desk.do.save_chat(str(desk.home / "chat.md"))
    assert "**user:** two" in (desk.home / "chat.md").read_text()
    desk.do.add_correction("base", 1, "Better.")
    desk.do.add_correction("base", 9, "Nobody asked.")
    rows = [json.loads(line) for line in (desk.home / "corrections.jsonl").read_text().splitlines()]
    assert len(rows) == 1 and rows[0]["instruction"] == "two" and rows[0]["output"] == "Better."
    assert rows[0]["system"] == "Be brief." and rows[0]["history"][0][0] == "one"
    assert desk.state.draft.recipe["data"]["sources"][-1]["path"].endswith("corrections.jsonl")


def test_a_correction_of_the_first_answer_has_no_history() -> None:
    assert correction_row([ChatTurn("user", "Hi")], "Hello") == {
        "instruction": "Hi",
        "input": "",
        "output": "Hello",
    }
