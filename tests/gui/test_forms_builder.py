"""Widgets from the schema: each kind of field shows, changes and complains."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.forms.builder import Form
from app.forms.editors import ComboEdit, ModelEdit, PathEdit, SegmentEdit, SwitchEdit, TextEdit
from app.forms.fields import Field
from app.forms.number import NumberEdit
from engine.contract.errors import FieldError
from engine.contract.results import LocalModel

FIELDS = (
    Field("a.count", "integer", "Count", "How many.", 4, low=1, high=64, unit="rows"),
    Field("a.rate", "number", "Rate", "How fast.", 1e-4, widget="log", low=0.0, low_open=True),
    Field("a.limit", "integer", "Limit", "At most.", None, optional=True, low=1),
    Field("a.on", "boolean", "On", "Whether.", False),
    Field("a.short", "choice", "Short", "Which.", "x", choices=("x", "y")),
    Field("a.long", "choice", "Long", "Which.", "cosine", choices=("linear", "cosine", "constant", "warmup")),
    Field("a.word", "text", "Word", "Any.", "hello"),
    Field("a.names", "text_or_list", "Names", "One or more.", "all"),
    Field("a.file", "path", "File", "Where.", None, optional=True),
    Field("a.base", "model", "Base", "Model.", "starter"),
    Field("a.deep", "boolean", "Deep", "Expert.", True, expert=True),
)


class Changes:
    """What the form reported."""

    def __init__(self) -> None:
        self.values: list[tuple[str, Any]] = []
        self.helps: list[tuple[str, str]] = []

    def value(self, path: str, value: Any) -> None:
        self.values.append((path, value))

    def help(self, title: str, text: str) -> None:
        self.helps.append((title, text))


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def form(qtbot: QtBot, changes: Changes) -> Form:
    made = Form(FIELDS, changes.value, changes.help)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def editor(form: Form, path: str) -> Any:
    return form.rows[path].editor


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.count", NumberEdit), ("a.rate", NumberEdit), ("a.limit", NumberEdit), ("a.on", SwitchEdit),
        ("a.short", SegmentEdit), ("a.long", ComboEdit), ("a.word", TextEdit), ("a.names", TextEdit),
        ("a.file", PathEdit), ("a.base", ModelEdit),
    ],
)  # fmt: skip
def test_each_kind_has_its_editor(form: Form, path: str, kind: type[QWidget]) -> None:
    assert isinstance(editor(form, path), kind)


def test_values_are_shown_without_being_reported(form: Form, changes: Changes) -> None:
    form.set_values(
        {"a": {"count": 7, "rate": 2e-5, "limit": 9, "on": True, "short": "y", "long": "warmup", "word": "w",
               "names": ["q_proj", "v_proj"], "file": "/x", "base": "/models/own", "deep": False}}
    )  # fmt: skip
    assert editor(form, "a.count").lineEdit().text() == "7"
    assert editor(form, "a.rate").lineEdit().text() == "2e-5"
    assert editor(form, "a.limit").value() == 9
    assert editor(form, "a.on").value() is True
    assert editor(form, "a.short").value() == "y"
    assert editor(form, "a.long").currentData() == "warmup"
    assert editor(form, "a.names").text() == "q_proj, v_proj"
    assert editor(form, "a.file").value() == "/x"
    assert editor(form, "a.base").value() == "/models/own"
    assert editor(form, "a.base").combo.currentText() == "own"
    assert changes.values == []


def type_in(qtbot: QtBot, line: Any, text: str) -> None:
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_a_typed_number_is_reported_once(form: Form, changes: Changes, qtbot: QtBot) -> None:
    type_in(qtbot, editor(form, "a.rate").lineEdit(), "3e-4")
    assert changes.values == [("a.rate", 3e-4)]


def test_a_number_out_of_bounds_is_not_reported(form: Form, changes: Changes, qtbot: QtBot) -> None:
    type_in(qtbot, editor(form, "a.count").lineEdit(), "999")
    assert changes.values == []
    editor(form, "a.word").setFocus()
    assert editor(form, "a.count").lineEdit().text() == "4"


def test_arrows_step(form: Form, changes: Changes, qtbot: QtBot) -> None:
    qtbot.keyClick(editor(form, "a.count"), Qt.Key.Key_Up)
    qtbot.keyClick(editor(form, "a.rate"), Qt.Key.Key_Down)
    assert changes.values == [("a.count", 5), ("a.rate", 5e-5)]


def test_an_emptied_optional_number_is_none(form: Form, changes: Changes, qtbot: QtBot) -> None:
    form.set_values({"a": {"limit": 9}})
    line = editor(form, "a.limit").lineEdit()
    line.setFocus()
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert changes.values == [("a.limit", None)]


def test_switch_choice_and_text_are_reported(form: Form, changes: Changes, qtbot: QtBot) -> None:
    editor(form, "a.on").switch.click()
    editor(form, "a.short").segments.button("y").click()
    combo: QComboBox = editor(form, "a.long")
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    type_in(qtbot, editor(form, "a.names"), "q_proj, v_proj")
    type_in(qtbot, editor(form, "a.word"), "bye")
    assert changes.values == [
        ("a.on", True), ("a.short", "y"), ("a.long", "linear"), ("a.names", ["q_proj", "v_proj"]), ("a.word", "bye"),
    ]  # fmt: skip


def test_what_is_being_typed_is_not_overwritten(form: Form, qtbot: QtBot) -> None:
    line = editor(form, "a.word")
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "half")
    form.set_values({"a": {"word": "from elsewhere"}})
    assert line.text() == "half"


def test_the_wheel_changes_nothing_without_focus(form: Form, changes: Changes, qtbot: QtBot) -> None:
    editor(form, "a.word").setFocus()
    number = editor(form, "a.count")
    assert number.focusPolicy() == Qt.FocusPolicy.StrongFocus, "the wheel must not give it the focus"


def test_faults_stand_beside_their_fields(form: Form) -> None:
    fault = FieldError(path="a.count", reason="is too large", suggestion="64")
    form.set_errors((fault,))
    row = form.rows["a.count"]
    assert row.error.isVisible()
    assert row.error.text() == "⚠ is too large Did you mean 64?"
    assert row.editor.property("invalid") is True
    form.set_errors(())
    assert not row.error.isVisible()
    assert row.editor.property("invalid") is False


def test_expert_options_are_folded_until_one_is_wrong(form: Form, qtbot: QtBot) -> None:
    assert form.fold is not None
    assert "a.deep" not in form.rows, "made only when it is wanted"
    form.set_values({"a": {"deep": False}})
    form.set_errors((FieldError(path="a.deep", reason="no"),))
    qtbot.waitUntil(lambda: form.rows["a.deep"].isVisible())
    assert form.rows["a.deep"].error.isVisible()
    assert editor(form, "a.deep").value() is False


def test_focus_brings_help(form: Form, changes: Changes) -> None:
    row = form.focus_field("a.rate")
    assert row is form.rows["a.rate"]
    assert changes.helps[-1] == ("Rate", "How fast.\n\na.rate")
    assert form.focus_field("a.none") is None


def test_models_that_can_be_trained_are_offered(form: Form, changes: Changes) -> None:
    models = (
        LocalModel(name="Small", path="/s", origin="starter", format="safetensors", trainable=True),
        LocalModel(
            name="Seven",
            path="/seven",
            origin="folder",
            format="safetensors",
            trainable=True,
            size_bytes=2**30,
        ),
        LocalModel(name="Talks", path="/t.gguf", origin="lm_studio", format="gguf"),
    )
    form.set_models(models)
    combo = editor(form, "a.base").combo
    assert [combo.itemText(row) for row in range(combo.count())] == ["Small", "Seven · 1.0 GB"]
    assert [combo.itemData(row) for row in range(combo.count())] == ["starter", "/seven"]
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert changes.values == [("a.base", "/seven")]


def test_a_few_expert_options_alone_are_not_folded(qtbot: QtBot, changes: Changes) -> None:
    form = Form([FIELDS[-1]], changes.value, changes.help)
    qtbot.addWidget(form)
    assert form.fold is None
