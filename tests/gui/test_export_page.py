"""The Export page: choosing forms and sizes, starting, following, verified results, before and after."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from app.state.model import AppState, EngineState, ExportState, JobState, PhaseMark, PredictedSizes
from app.views.export import ExportPage
from app.views.export_targets import MoreChip
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.evaluation import EvaluationWish
from engine.contract.results import Verification
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.stories import stories


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(ExportPage, qtbot)


def exporting(**job: object) -> AppState:
    state = stories()["finished"]
    running = JobState(
        kind="export",
        status="running",
        t=30.0,
        phases=(PhaseMark("merge", 0.0, 8.0), PhaseMark("quantize", 8.0, None, "gguf:q8_0")),
        progress_name="quantize",
        progress_done=120,
        progress_total=272,
        progress_unit="tensors",
        eta_s=(6.0, 9.0),
    )
    return replace(
        state,
        export=replace(state.export, run_dir=state.train.job.run_dir, job=replace(running, **job)),  # type: ignore[arg-type]
    )


def test_without_a_run_the_way_leads_to_one(open_page: Callable[..., Shown]) -> None:
    shown = open_page(AppState())
    QTest.mouseClick(shown.page.empty.button, Qt.MouseButton.LeftButton)
    assert shown.intents.named("show_page") == [("train",)]


def test_every_form_of_every_target_is_offered(open_page: Callable[..., Shown]) -> None:
    shown = open_page("finished")
    schema = shown.state.engine.schema
    assert schema is not None
    offered = [choice.spelling for target in schema.export_targets for choice in target.choices]
    assert list(shown.page.targets.chips) == offered
    assert {"adapter", "merged", "gguf:q8_0", "gguf:q4_k_m"} <= set(offered)


def test_sizes_are_asked_of_the_engine_once_and_shown(open_page: Callable[..., Shown]) -> None:
    shown = open_page("finished")
    assert shown.intents.named("predict_sizes") == [()]
    state = shown.state
    known = PredictedSizes(state.train.job.run_dir, {"gguf:q8_0": 144_811_360, "merged": 541_000_000})
    shown.show(replace(state, sizes=known))
    chips = shown.page.targets.chips
    assert "138 MB" in chips["gguf:q8_0"].button.text() and "about 138 MB" in shown.page.start.text()
    assert shown.intents.named("predict_sizes") == [()]
    assert not chips["adapter"].button.isEnabled() and "no adapter" in chips["adapter"].button.toolTip()
    other = replace(known, run_dir="/another/run")
    shown.show(replace(state, sizes=other))
    assert chips["adapter"].button.isEnabled() and shown.intents.named("predict_sizes") == [(), ()]


def test_rare_forms_are_shown_when_asked_for(open_page: Callable[..., Shown]) -> None:
    shown = open_page("finished")
    chips = shown.page.targets.chips
    assert chips["gguf:q4_k_m"].isVisible() and not chips["gguf:iq2_xs"].isVisible()
    more = next(
        part for part in shown.page.targets.findChildren(MoreChip) if chips["gguf:iq2_xs"] in part._rare
    )
    assert more.button.text().startswith("16 more")
    more.button.click()
    assert chips["gguf:iq2_xs"].isVisible() and not chips["ollama:iq2_xs"].isVisible()
    chips["gguf:iq2_xs"].button.click()
    more.button.click()
    assert (
        chips["gguf:iq2_xs"].isVisible() and not chips["gguf:iq2_s"].isVisible()
    )  # what is chosen stays in sight
    assert "gguf:iq2_xs" in shown.page.targets.chosen() and not unnamed_controls(shown.page)


def test_one_click_exports_the_nearly_lossless_form(open_page: Callable[..., Shown]) -> None:
    shown = open_page("finished")
    assert shown.page.start.text() == "Merge and export: q8_0, about 136 MB"
    QTest.mouseClick(shown.page.start, Qt.MouseButton.LeftButton)
    assert shown.intents.named("merge_and_export") == [(["gguf:q8_0"], None)]


def test_starting_does_not_move_the_page(open_page: Callable[..., Shown]) -> None:
    shown = open_page("finished")
    shown.page.start.setFocus()
    assert shown.page.window().focusWidget() is shown.page.start
    shown.show(exporting())
    assert not shown.page.start.isEnabled()
    assert shown.page.window().focusWidget() is None


def test_the_button_says_what_is_chosen(
    open_page: Callable[..., Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = open_page("finished")
    page = shown.page
    for spelling in ("adapter", "gguf:q4_k_m"):
        QTest.mouseClick(page.targets.chips[spelling].button, Qt.MouseButton.LeftButton)
    assert page.start.text().startswith("Merge and export: adapter, q8_0 and 1 more, about ")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/media/usb")
    QTest.mouseClick(page.browse, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert shown.intents.named("merge_and_export") == [
        (["adapter", "gguf:q8_0", "gguf:q4_k_m"], "/media/usb")
    ]
    for spelling in ("adapter", "gguf:q4_k_m", "gguf:q8_0"):
        QTest.mouseClick(page.targets.chips[spelling].button, Qt.MouseButton.LeftButton)
    assert page.start.text() == "Choose what to export"
    assert not page.start.isEnabled()


def test_sizes_are_left_out_where_the_model_is_not_known(open_page: Callable[..., Shown]) -> None:
    state = stories()["finished"]
    schema = state.engine.schema
    unknown = replace(
        state, engine=EngineState(status="ready", schema=schema), draft=replace(state.draft, plan=None)
    )
    page = open_page(unknown).page
    assert page.targets.chips["gguf:q8_0"].button.text() == "✓ q8_0"
    assert page.start.text() == "Merge and export: q8_0"


def test_a_running_run_cannot_be_exported(open_page: Callable[..., Shown]) -> None:
    page = open_page("running").page
    assert page.start.text() == "The run is still going"
    assert not page.start.isEnabled()
    assert not page.evaluation.measure.isEnabled()


def test_progress_and_cancel(open_page: Callable[..., Shown]) -> None:
    shown = open_page(exporting())
    page = shown.page
    assert page.progress.what.text() == "Quantize q8_0"
    assert page.progress.how_much.text() == "120 of 272 tensors"
    assert not page.start.isEnabled()
    assert page._phase_words == ["✓ Merge 8 s", "● Quantize 22 s"]
    QTest.mouseClick(page.progress.cancel, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("cancel_export")) == 1
    shown.show(exporting(status="stopping"))
    assert page.progress.what.text() == "Cancelling"
    assert not page.progress.cancel.isEnabled()


def test_a_failed_export_says_why_and_a_cancelled_one_says_nothing(open_page: Callable[..., Shown]) -> None:
    full = ErrorInfo(
        code=ErrorCode.DISK_FULL, message="420 MB are needed, 96 MB are free.", hint="Choose another disk."
    )
    shown = open_page(exporting(status="failed", error=full))
    assert shown.page.error.isVisible()
    assert shown.page.start.isEnabled(), "it can be tried again"
    shown.show(exporting(status="failed", error=ErrorInfo(code=ErrorCode.CANCELLED, message="Cancelled")))
    assert not shown.page.error.isVisible()


def test_results_show_path_size_and_verification(open_page: Callable[..., Shown]) -> None:
    shown = open_page("exported")
    adapter, gguf = shown.page.results.cards
    assert adapter.status.text() == "○ not checked"
    assert not adapter.chat.isVisible(), "an adapter alone answers nothing"
    assert gguf.status.text() == "✓ verified"
    assert "97.0% of the first 32 answer tokens" in gguf.figures.text()
    QTest.mouseClick(gguf.path.copy_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(gguf.chat, Qt.MouseButton.LeftButton)
    path = gguf.path.path.full_text()
    assert shown.intents.named("copy_text") == [(path,)]
    assert shown.intents.named("load_chat") == [("tuned", path)]
    assert shown.intents.named("show_page") == [("chat",)]


def test_a_failed_verification_is_not_offered_for_chat(open_page: Callable[..., Shown]) -> None:
    state = stories()["exported"]
    report = state.export.report
    assert report is not None
    broken = Verification(status="failed", prompts=30, prompt_tokens_equal=False, greedy_agreement=0.1)
    targets = tuple(item.model_copy(update={"verification": broken}) for item in report.targets)
    changed = replace(state.export, report=report.model_copy(update={"targets": targets}))
    card = open_page(replace(state, export=changed)).page.results.cards[1]
    assert card.status.text() == "✕ not verified"
    assert "the prompt tokens differ" in card.figures.text()
    assert not card.chat.isVisible()


def test_results_of_another_run_are_not_shown(open_page: Callable[..., Shown]) -> None:
    state = stories()["exported"]
    other = replace(state.train, run_id="r9", job=replace(state.train.job, run_dir="/runs/r9"))
    page = open_page(replace(state, train=other)).page
    assert not page.results.isVisible()
    assert not page.evaluation.figures.isVisible()
    assert not page.evaluation.forgetting.isVisible()


def test_before_and_after(open_page: Callable[..., Shown]) -> None:
    shown = open_page("exported")
    card = shown.page.evaluation
    assert [label.text() for label in card.figures.lines["loss"]] == [
        "Held-out loss",
        "2.310",
        "0.710",
        "▼ better",
    ]
    words = {name: line[3].text() for name, line in card.figures.lines.items()}
    assert (
        words["bleu"] == "▲ better" and words["json_valid"] == "▼ worse" and words["exact_match"] == "○ equal"
    )
    assert "27 of 30 rows" in card.figures.lines["bleu"][0].toolTip()
    assert card.answers.where.text() == "Question 1 of 2"
    before = card.answers.prompt.text()
    QTest.mouseClick(card.answers.next, Qt.MouseButton.LeftButton)
    assert card.answers.prompt.text() != before
    assert not card.answers.next.isEnabled()


def test_verdicts_say_why_and_show_what_they_rest_on(open_page: Callable[..., Shown]) -> None:
    card = open_page("exported").page.evaluation
    assert card.overfitting.mark.text() == "✓ good" and card.overfitting.mark.property("tone") == "success"
    assert card.overfitting.curves is not None and card.overfitting.curves.isVisible()
    assert card.forgetting.mark.text() == "▲ look closer"
    assert "132 are answered right" in card.forgetting.sentence.text()
    texts = [label.text() for label in card.forgetting.table.findChildren(QLabel)]
    assert "18 → 17 of 20" in texts and "facts" in texts
    assert not card.forgetting.lost.content.isVisible()
    QTest.mouseClick(card.forgetting.lost.button, Qt.MouseButton.LeftButton)
    lost = [label.text() for label in card.forgetting.lost.content.findChildren(QLabel)]
    assert any("Africa" in text and "South America" in text for text in lost)


def test_what_is_measured_is_chosen_before(open_page: Callable[..., Shown]) -> None:
    shown = open_page("exported")
    card = shown.page.evaluation
    QTest.mouseClick(card.measure, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.options.button, Qt.MouseButton.LeftButton)
    card.choices.answers.setValue(5)
    card.choices.pattern.setText(" ^Yes ")
    QTest.mouseClick(card.choices.probe, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.measure, Qt.MouseButton.LeftButton)
    wishes = [arguments[0] for arguments in shown.intents.named("evaluate")]
    assert wishes == [EvaluationWish(), EvaluationWish(answers=5, pattern="^Yes", probe=False)]


def test_a_judge_is_chosen_among_the_models_and_its_view_shown(open_page: Callable[..., Shown]) -> None:
    shown = open_page("exported")
    card = shown.page.evaluation
    assert card.judgement.mark.text() == "19 better, 6 alike, 5 worse"
    assert card.judgement.mark.property("tone") == "success"
    assert "Qwen2.5-7B-Instruct compared 30 pairs" in card.judgement.sentence.text()
    assert card.answers.after_name.text() == "After · ✓ preferred by the judge"
    assert card.answers.before_name.text() == "Before"
    offered = [card.choices.judge.itemText(place) for place in range(card.choices.judge.count())]
    assert offered[0] == "nobody" and "Qwen2.5-7B-Instruct" in offered
    card.choices.judge.setCurrentText("Qwen2.5-7B-Instruct")
    shown.show(replace(shown.state, engine=replace(shown.state.engine, models=shown.state.engine.models[:2])))
    QTest.mouseClick(card.measure, Qt.MouseButton.LeftButton)
    (wish,) = (arguments[0] for arguments in shown.intents.named("evaluate"))
    assert wish.judge is not None and wish.judge.model.endswith("Qwen2.5-7B-Instruct")
    assert wish.judge.key == "", "keys stay with the actions"


def test_a_report_is_saved_as_a_page_or_a_document(
    open_page: Callable[..., Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = open_page("exported")
    save = shown.page.evaluation.save
    asked: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda _, __, place, kind: asked.append(place) or ("/tmp/it", kind)
    )
    save.as_page.trigger()
    save.as_pdf.trigger()
    assert shown.intents.named("save_evaluation") == [("/tmp/it.html",), ("/tmp/it.pdf",)]
    assert [Path(place).name for place in asked] == ["Workshop assistant.html", "Workshop assistant.pdf"]
    shown.show(replace(shown.state, export=ExportState()))
    assert not save.isVisible()


def test_a_report_kept_by_the_folder_is_shown_again(open_page: Callable[..., Shown]) -> None:
    state = stories()["exported"]
    kept = replace(
        state, export=ExportState(), train=replace(state.train, evaluation=state.export.evaluation)
    )
    card = open_page(kept).page.evaluation
    assert card.figures.isVisible() and card.forgetting.isVisible()
    assert card.measure.text() == "Measure again"


def test_measuring_shows_its_progress(open_page: Callable[..., Shown]) -> None:
    state = exporting()
    job = JobState(
        kind="evaluate", status="running", progress_name="evaluate", progress_done=3, progress_total=10
    )
    shown = open_page(replace(state, export=replace(state.export, job=JobState(), evaluation_job=job)))
    card = shown.page.evaluation
    assert card.progress.isVisible()
    assert card.progress.what.text() == "Evaluate"
    assert not card.measure.isEnabled()


@pytest.mark.parametrize("width", [836, 1252])
def test_the_page_fits_its_window(open_page: Callable[..., Shown], width: int) -> None:
    page = open_page("exported", size=(width, 700)).page
    assert page._stack.widget(1).widget().minimumSizeHint().width() <= width
    assert unnamed_controls(page) == []
