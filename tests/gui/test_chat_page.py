"""The Chat page through its real widgets: what each state shows, and which intents each control sends."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.state.model import (
    AppState,
    ChatSide,
    ChatState,
    ChatTurn,
    EngineState,
    ExportState,
    JobState,
    RunSummary,
    TrainState,
)
from app.ui.theme import Theme
from app.views.chat import ChatPage
from app.views.chat_heldout import read_heldout
from app.views.chat_models import choices, pair_on_offer
from app.views.chat_sampling import PRESETS, preset_of
from app.views.chat_text import RENDER_MS, TextView
from app.views.chat_turn import AnswerTurn, UserTurn
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.evaluation import EvaluationReport
from engine.contract.messages import Sampling
from engine.contract.results import (
    ChatReply,
    ExportedTarget,
    ExportReport,
    LocalModel,
    Verification,
)

RUN_DIR = "/runs/r7"
GGUF = "/runs/r7/exports/r7-q8_0.gguf"
QUESTION = "Why does glue creep?"


class FakeStore(QObject):
    changed = Signal(object)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state


class Recorder:
    """Takes every intent and remembers it."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **named: self.calls.append((name, *args, *named.values()))

    def of(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]


def reply(text: str, *, prompt: int = 151, tokens: int = 61, finish: Any = "stop") -> ChatReply:
    return ChatReply(
        text=text,
        prompt_tokens=prompt,
        tokens=tokens,
        tokens_per_second=47.2,
        first_token_s=0.21,
        finish=finish,
    )


def side(
    status: Any = "ready", *, model: str = "starter", answer: str | None = "It creeps.", **more: Any
) -> ChatSide:
    turns = (ChatTurn("user", QUESTION),)
    if answer is not None:
        turns = (*turns, ChatTurn("assistant", answer, reply(answer)))
    return ChatSide(**{"model": model, "title": Path(model).name, "status": status, "turns": turns, **more})


def state(base: ChatSide | None = None, tuned: ChatSide | None = None, **chat: Any) -> AppState:
    """A finished run 7 with a verified export, and two columns."""
    run = TrainState(
        job=JobState(run="r7", kind="train", status="completed", run_dir=RUN_DIR),
        run_id="r7",
        name="Run 7",
        recipe={"model": {"path": "starter"}},
    )
    target = ExportedTarget(
        target="gguf:q8_0",
        path=GGUF,
        size_bytes=1,
        verification=Verification(status="passed", detail="99% equal"),
    )
    starter = LocalModel(name="SmolLM2", path="starter", origin="starter", format="safetensors")
    return AppState(
        page="chat",
        engine=EngineState(status="ready", models=(starter,)),
        train=run,
        export=ExportState(run_dir=RUN_DIR, report=ExportReport(targets=(target,))),
        chat=ChatState(base or ChatSide(), tuned or ChatSide(), **chat),
    )


BOTH = state(side(), side(model=GGUF))


class Stage:
    """A page with its store and the intents it sent."""

    def __init__(self, qtbot: QtBot, start: AppState) -> None:
        self.intents = Recorder()
        self.store = FakeStore(start)
        self.page = ChatPage(self.store, self.intents, Theme())  # type: ignore[arg-type]
        qtbot.addWidget(self.page)
        self.page.resize(1250, 830)
        self.page.render(start)
        self.page.show()
        qtbot.waitExposed(self.page)

    def show(self, new: AppState) -> None:
        self.store.state = new
        self.page.render(new)


@pytest.fixture
def stage(qtbot: QtBot) -> Any:
    return lambda start: Stage(qtbot, start)


def answer_of(column: Any) -> AnswerTurn:
    return next(view for view in reversed(column.turns) if isinstance(view, AnswerTurn))


def question_of(column: Any) -> UserTurn:
    return next(view for view in reversed(column.turns) if isinstance(view, UserTurn))


# ---------------------------------------------------------------- nothing loaded


def test_load_both_takes_the_base_and_the_export_of_the_open_run(stage: Any) -> None:
    shown = stage(state())
    assert shown.intents.of("load_chat") == []  # never by itself
    shown.page.nothing.empty.button.click()
    assert shown.intents.of("load_chat") == [("base", "starter"), ("tuned", GGUF)]


def test_without_an_open_run_the_newest_finished_one_is_offered() -> None:
    runs = tuple(
        RunSummary(id, id, f"/runs/{id}", status, created, base_model="starter")
        for id, status, created in (
            ("old", "completed", 1.0),
            ("new", "stopped", 2.0),
            ("live", "running", 3.0),
        )
    )
    pair = pair_on_offer(AppState(runs=runs))
    assert pair is not None
    assert (pair.run, pair.base.path, pair.tuned.path) == ("new", "starter", "/runs/new")
    assert pair_on_offer(AppState()) is None


def test_without_any_run_a_model_can_be_chosen_or_data_prepared(stage: Any) -> None:
    shown = stage(replace(AppState(page="chat"), engine=state().engine))
    button = shown.page.nothing.empty.button
    button.menu().fill()
    chosen = next(action for action in button.menu().actions() if action.data() == "starter")
    chosen.trigger()
    assert shown.intents.of("load_chat") == [("base", "starter")]
    assert not shown.page.composer.send.isEnabled()
    assert shown.page.composer.send.text() == "Load a model first"


def test_each_model_stands_once_in_the_menu_and_the_likeliest_first() -> None:
    paths = [choice.path for choice in choices(state(), "tuned")]
    assert paths == [GGUF, RUN_DIR, "starter"]
    assert [choice.path for choice in choices(state(), "base")] == ["starter", GGUF, RUN_DIR]


# ---------------------------------------------------------------- loading, failing


def test_loading_names_the_model_and_cannot_send(stage: Any) -> None:
    shown = stage(state(side("loading", answer=None, turns=()), side("loading", model=GGUF, turns=())))
    assert "SmolLM2" in shown.page.base.loading.progress.what.text()
    assert shown.page.base.stack.currentIndex() == 1
    assert (shown.page.composer.send.text(), shown.page.composer.send.isEnabled()) == ("Loading…", False)


def test_what_is_sent_while_models_load_goes_out_when_they_are_there(stage: Any) -> None:
    loading = state(side("loading", answer=None, turns=()), side("loading", model=GGUF, turns=()))
    ready = state(side(turns=()), side(model=GGUF, turns=()))
    shown = stage(loading)
    edit = shown.page.composer.input
    QTest.keyClicks(edit, QUESTION)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert shown.intents.of("send_chat") == [] and edit.toPlainText() == QUESTION
    shown.show(ready)
    assert shown.intents.of("send_chat") == [(QUESTION,)] and edit.toPlainText() == ""

    again = stage(loading)
    QTest.keyClicks(again.page.composer.input, QUESTION)
    QTest.keyClick(again.page.composer.input, Qt.Key.Key_Return)
    QTest.keyClicks(again.page.composer.input, "!")
    again.show(ready)
    assert again.intents.of("send_chat") == [], "it is being written again"


def test_a_failed_load_says_why_and_tries_again(stage: Any) -> None:
    error = ErrorInfo(code=ErrorCode.UNREADABLE, message="This is no GGUF file.", hint="Export it again.")
    shown = stage(state(side(), side("failed", model=GGUF, turns=(), error=error)))
    banner = shown.page.tuned.banner
    assert banner.isVisible() and banner.message.text() == "This is no GGUF file."
    shown.page.tuned.retry.click()
    assert shown.intents.of("load_chat") == [("tuned", GGUF)]
    shown.show(BOTH)
    assert not banner.isVisible()


def test_an_answer_that_failed_is_asked_again_without_loading(stage: Any) -> None:
    error = ErrorInfo(code=ErrorCode.TIMEOUT, message="No answer in time.")
    shown = stage(state(side(answer=None, error=error), side(model=GGUF)))
    shown.page.base.retry.click()
    assert shown.intents.of("regenerate") == [()]
    assert shown.intents.of("load_chat") == []


# ---------------------------------------------------------------- the conversation


def test_both_columns_show_model_verification_answer_and_figures(stage: Any) -> None:
    shown = stage(BOTH)
    assert shown.page.base.model.accessibleName() == "SmolLM2"
    assert shown.page.tuned.model.accessibleName() == "Run 7 · q8_0"
    assert not shown.page.base.verified.isVisible()
    assert shown.page.tuned.verified.text() == "✓ export verified"
    assert shown.page.tuned.verified.toolTip() == "99% equal"
    answer = answer_of(shown.page.tuned)
    assert answer.figures.text() == "61 tokens · 47.2 tokens/s · first after 0.21 s"
    assert shown.page.header.same.text() == "same prompt, same seed 42"
    assert shown.page.composer.meter.text() == "212 of 4,096 tokens"


@pytest.mark.parametrize(("finish", "words"), [("length", "cut at the most"), ("cancelled", "stopped")])
def test_the_end_of_an_answer_is_named(stage: Any, finish: str, words: str) -> None:
    turns = (ChatTurn("user", "a"), ChatTurn("assistant", "b", reply("b", finish=finish)))
    shown = stage(state(side(turns=turns)))
    assert words in answer_of(shown.page.base).figures.text()


def test_an_answer_streams_in_place_and_keeps_its_widget(stage: Any, qtbot: QtBot) -> None:
    shown = stage(state(side("answering", answer=None), side(model=GGUF)))
    view = answer_of(shown.page.base)
    assert view.waiting.isVisible() and not view.words.isVisible()
    for partial in ("It", "It cre", "It creeps **slowly**"):
        shown.show(state(side("answering", answer=None, partial=partial), side(model=GGUF)))
    qtbot.waitUntil(lambda: view.words.toPlainText() == "It creeps slowly")
    assert not view.deeds.isVisible()
    shown.show(state(side(answer="It creeps **slowly**."), side(model=GGUF)))
    assert answer_of(shown.page.base) is view
    assert view.words.toPlainText() == "It creeps slowly."
    assert view.again.isVisible() and view.take.isVisible()


def test_fewer_turns_take_their_widgets_away(stage: Any) -> None:
    shown = stage(BOTH)
    assert len(shown.page.base.turns) == 2
    shown.show(state(side(turns=()), side(model=GGUF)))
    assert shown.page.base.turns == []


def test_small_actions_send_their_intents(stage: Any) -> None:
    shown = stage(BOTH)
    answer = answer_of(shown.page.tuned)
    answer.again.click()
    answer.take.click()
    assert shown.intents.calls[-2:] == [("regenerate",), ("copy_text", "It creeps.")]


def test_a_corrected_answer_goes_to_the_data(stage: Any, qtbot: QtBot) -> None:
    first = side(model=GGUF).turns
    shown = stage(state(side(), side(model=GGUF, turns=(*first, *first))))
    answer = answer_of(shown.page.tuned)
    answer.correct.click()
    assert answer.editor.edit.toPlainText() == "It creeps."
    qtbot.keyClick(answer.editor.edit, Qt.Key.Key_Escape)
    assert not answer.editor.isVisible() and answer.deeds.isVisible()
    answer.correct.click()
    answer.editor.edit.setPlainText("  Because it never hardens. ")
    answer.editor.accept.click()
    assert shown.intents.of("add_correction") == [("tuned", 1, "Because it never hardens.")]


def test_the_last_question_can_be_asked_differently(stage: Any) -> None:
    first = side().turns
    shown = stage(state(side(turns=(*first, *first)), side(model=GGUF)))
    questions = [view for view in shown.page.base.turns if isinstance(view, UserTurn)]
    assert [view.edit.isVisible() for view in questions] == [False, True]
    questions[1].edit.click()
    questions[1].editor.edit.setPlainText("And wax?")
    questions[1].editor.accept.click()
    assert shown.intents.of("edit_turn") == [(1, "And wax?")]


# ---------------------------------------------------------------- text of a model


def test_an_answer_cannot_load_pictures_or_run_html(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    image = int(QTextDocument.ResourceType.ImageResource.value)
    assert view.loadResource(image, QUrl("file:///etc/hostname")) is None
    assert not view.openLinks() and not view.openExternalLinks()
    view.set_text("a <b>bold</b> word")
    assert view.toPlainText() == "a <b>bold</b> word"


def test_a_link_shows_its_address_and_only_opens_known_schemes(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    web = view.link_menu(QUrl("https://example.org/x")).actions()
    assert (web[0].text(), len(web)) == ("https://example.org/x", 3)
    assert len(view.link_menu(QUrl("file:///etc/passwd")).actions()) == 2
    with qtbot.waitSignal(view.copy_wanted) as copied:
        web[-1].trigger()
    assert copied.args == ["https://example.org/x"]


def test_streaming_lays_out_at_most_every_few_milliseconds(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = TextView()
    qtbot.addWidget(view)
    laid: list[str] = []
    monkeypatch.setattr(view._growing, "show", lambda text, colors: laid.append(text))
    monkeypatch.setattr(view, "_lay_out", lambda: None)  # a change of the palette
    for length in range(1, 200):
        view.set_text("x" * length, streaming=True)
    assert laid[0] == "x" and len(laid) < 199
    qtbot.waitUntil(lambda: laid[-1] == "x" * 199, timeout=20 * RENDER_MS)


def test_long_code_wraps_and_the_view_is_as_tall_as_its_text(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    view.resize(300, 20)
    view.show()
    view.set_text("```\n" + "word " * 80 + "\n```\nafter")
    assert view.document().size().width() <= 300
    assert view.height() > 6 * view.fontMetrics().lineSpacing()
    assert view.toPlainText().strip().endswith("after")


# ---------------------------------------------------------------- composer


def test_enter_sends_and_shift_enter_begins_a_line(stage: Any, qtbot: QtBot) -> None:
    shown = stage(BOTH)
    box = shown.page.composer.input
    assert shown.page.composer.send.text() == "Send to both"
    assert not shown.page.composer.send.isEnabled()
    qtbot.keyClicks(box, "one")
    qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(box, "two")
    assert shown.intents.of("send_chat") == []
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert shown.intents.of("send_chat") == [("one\ntwo",)]
    assert box.toPlainText() == ""


def test_the_box_grows_to_five_lines(stage: Any, qtbot: QtBot) -> None:
    shown = stage(BOTH)
    box = shown.page.composer.input
    heights = []
    for lines in (1, 3, 5, 9):
        box.setPlainText("\n".join("x" * lines))
        heights.append(box.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_one_loaded_model_is_asked_alone(stage: Any) -> None:
    shown = stage(state(side()))
    shown.page.composer.compose("hello")
    assert shown.page.composer.send.text() == "Send"
    shown.page.composer.send.click()
    assert shown.intents.of("send_chat") == [("hello",)]


def test_stop_by_button_and_by_escape_only_while_answering(stage: Any, qtbot: QtBot) -> None:
    shown = stage(BOTH)
    shown.page.activateWindow()
    shown.page.composer.input.setFocus()
    qtbot.waitUntil(shown.page.composer.input.hasFocus)
    qtbot.keyClick(shown.page.composer.input, Qt.Key.Key_Escape)
    assert shown.intents.of("stop_chat") == []
    shown.show(state(side("answering", answer=None), side(model=GGUF)))
    assert shown.page.composer.send.text() == "Stop"
    shown.page.composer.send.click()
    shown.page.composer.input.setFocus()
    qtbot.keyClick(shown.page.composer.input, Qt.Key.Key_Escape)
    assert len(shown.intents.of("stop_chat")) == 2


def test_the_system_prompt_is_told_before_the_question(stage: Any) -> None:
    shown = stage(BOTH)
    composer = shown.page.composer
    composer.system_chip.click()
    assert composer.system.isVisible()
    composer.system.setPlainText("Be brief.")
    composer.compose("hello")
    composer.send.click()
    assert shown.intents.calls[-2:] == [("set_system", "Be brief."), ("send_chat", "hello")]


def test_writing_a_system_prompt_is_not_overwritten_by_the_state(stage: Any, qtbot: QtBot) -> None:
    shown = stage(BOTH)
    shown.page.composer.system.setPlainText("Be br")
    shown.show(state(side(), side(model=GGUF), system=""))
    assert shown.page.composer.system.toPlainText() == "Be br"
    qtbot.waitUntil(lambda: shown.intents.of("set_system") == [("Be br",)])
    shown.show(state(side(), side(model=GGUF), system="Taken from elsewhere"))
    assert shown.page.composer.system.toPlainText() == "Taken from elsewhere"


# ---------------------------------------------------------------- sampling, cards, files


def test_sliders_presets_and_seed_set_the_sampling(stage: Any) -> None:
    shown = stage(BOTH)
    card = shown.page.sampling
    assert shown.intents.of("set_sampling") == []
    card.rows["temperature"].slider.setValue(20)
    card.rows["max_tokens"].slider.setValue(15)
    card.seed.setValue(2**32 - 1)
    sent = [call[0] for call in shown.intents.of("set_sampling")]
    assert (sent[0].temperature, sent[1].max_tokens, sent[2].seed) == (1.0, 256, 2**32 - 1)
    assert isinstance(sent[1].max_tokens, int) and isinstance(sent[2].seed, int)
    card.take_preset("precise")
    last = shown.intents.of("set_sampling")[-1][0]
    assert preset_of(last) == "precise" and last.seed == 2**32 - 1
    assert Sampling.model_validate(last.model_dump()) == last


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_valid_and_told_apart(stage: Any, name: str) -> None:
    sampling = Sampling.model_validate({**Sampling().model_dump(), **PRESETS[name]})
    assert preset_of(sampling) == name
    shown = stage(state(side(), side(model=GGUF), sampling=sampling))
    assert shown.page.sampling.preset.text() == f"{name.capitalize()} ▾"
    assert preset_of(Sampling(temperature=0.33)) == ""


def test_before_and_after_show_only_with_an_evaluation(stage: Any) -> None:
    shown = stage(BOTH)
    assert not shown.page.facts.isVisible()
    report = EvaluationReport(
        rows=30, loss_before=1.62, loss_after=0.81, perplexity_before=5, perplexity_after=2.2
    )
    shown.show(replace(BOTH, export=replace(BOTH.export, evaluation=report)))
    assert shown.page.facts.isVisible()
    assert shown.page.facts.loss.value.text() == "1.62 → 0.81"
    assert shown.page.facts.verdict.text() == "✓ loss 50% lower"
    shown.show(replace(BOTH, export=ExportState(run_dir="/runs/other", evaluation=report)))
    assert not shown.page.facts.isVisible()  # of another run
    worse = report.model_copy(update={"loss_after": 1.7})
    shown.show(replace(BOTH, export=replace(BOTH.export, evaluation=worse)))
    assert shown.page.facts.verdict.text() == "⚠ not better than the base"


def test_held_out_rows_of_the_run_come_before_the_samples(tmp_path: Path) -> None:
    rows = [
        {"messages": [{"role": "user", "content": "Q1"}], "reference": "A1"},
        {"messages": [{"role": "user", "content": "x"}, {"role": "user", "content": "y"}], "reference": "z"},
    ]
    (tmp_path / "heldout.json").write_text(json.dumps(rows), encoding="utf-8")
    assert [(row.prompt, row.reference) for row in read_heldout(str(tmp_path))] == [("Q1", "A1")]
    (tmp_path / "heldout.json").write_text("{broken", encoding="utf-8")
    assert len(read_heldout(str(tmp_path))) >= 10


def test_a_held_out_row_fills_the_box_and_shows_what_is_expected(stage: Any) -> None:
    shown = stage(BOTH)
    menu = shown.page.header.heldout_menu
    menu.aboutToShow.emit()
    row = shown.page._rows[0]
    menu.actions()[2].trigger()
    assert shown.page.composer.input.toPlainText() == row.prompt
    assert shown.page.reference.isVisible() and shown.page.reference.words.text() == row.reference
    shown.page.composer.input.setPlainText("something else")
    shown.page.render(BOTH)
    assert not shown.page.reference.isVisible()


def test_conversations_are_saved_and_begun_anew(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = stage(state(side(turns=())))
    assert not shown.page.header.save.isEnabled()
    shown.show(BOTH)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/out/talk.md", ""))
    shown.page.header.as_markdown.trigger()
    shown.page.header.new.click()
    assert shown.intents.calls[-2:] == [("save_chat", "/out/talk.md"), ("clear_chat",)]


@pytest.mark.parametrize(("width", "height"), [(960, 638), (1252, 838)])
def test_nothing_is_wider_than_the_page(stage: Any, qtbot: QtBot, width: int, height: int) -> None:
    shown = stage(state(side(answer="word " * 200), side(model=GGUF, answer="x" * 400)))
    shown.page.resize(width, height)
    qtbot.waitUntil(lambda: shown.page.base.width() > 0)
    assert shown.page.minimumSizeHint().width() <= width
    for column in (shown.page.base, shown.page.tuned):
        assert column.area.widget().width() <= column.area.viewport().width()
    assert shown.page.composer.geometry().bottom() <= height
