"""The Method page over the engine's own schema: what cannot be combined is grey and says why, and comes back at once."""

import copy
import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.state.document import variant_defaults, with_value
from app.state.model import AppState, DraftState
from app.views.method import MethodPage
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.results import SchemaReply
from engine.registry import schema_reply
from tests.gui.shell_fixtures import Shell, open_shell
from tests.gui.stories import stories


@pytest.fixture(scope="module")
def schema() -> SchemaReply:
    return schema_reply()


@pytest.fixture
def shell(qtbot: QtBot) -> Iterator[Shell]:
    with open_shell() as made:
        yield made


@functools.cache
def planned() -> AppState:
    return stories()["planned"]


def show(shell: Shell, schema: SchemaReply, **changes: Any) -> MethodPage:
    """The page over the default recipe with changes: a__b=value, or method="kind"."""
    recipe = copy.deepcopy(schema.default_recipe)
    for name, value in changes.items():
        if name in ("method", "objective"):
            recipe[name] = variant_defaults(schema.recipe_schema, name, value)
        else:
            recipe = with_value(recipe, name.replace("__", "."), value)
    story = planned()
    state = replace(
        story, page="method", engine=replace(story.engine, schema=schema), draft=DraftState(recipe=recipe)
    )
    shell.store.set(state)
    page = shell.window.page("method")
    assert isinstance(page, MethodPage)
    return page


def row(page: MethodPage, path: str) -> Any:
    card = page.cards[path.split(".")[0]]
    assert card.form is not None
    if path not in card.form.rows and card.form.fold is not None:
        card.form.fold.button.setChecked(True)
    return card.form.rows[path]


def choice_enabled(editor: Any, value: str) -> bool:
    return bool(editor.model().item(editor.findData(value)).isEnabled())


def test_a_quantized_base_greys_the_methods_that_move_it(shell: Shell, schema: SchemaReply) -> None:
    page = show(shell, schema)
    full = page.cards["method"].choices["full"]
    assert full.isEnabled() and not full.reason.isVisible()
    page = show(shell, schema, model__quantization="nf4")
    full = page.cards["method"].choices["full"]
    assert not full.isEnabled()
    assert full.reason.isVisible()
    assert "quantized base" in full.reason.text()
    QTest.mouseClick(full, Qt.MouseButton.LeftButton)
    assert shell.intents.named("choose_variant") == []
    assert (
        page.cards["method"].choices["dora" if "dora" in page.cards["method"].choices else "ia3"].isEnabled()
    )
    page = show(shell, schema)
    assert page.cards["method"].choices["full"].isEnabled()
    QTest.mouseClick(page.cards["method"].choices["full"], Qt.MouseButton.LeftButton)
    assert shell.intents.named("choose_variant") == [("method", "full")]


def test_a_method_greys_the_quantization_and_says_why(shell: Shell, schema: SchemaReply) -> None:
    page = show(shell, schema, method="full")
    quantization = row(page, "model.quantization")
    assert not choice_enabled(quantization.editor, "nf4")
    assert choice_enabled(quantization.editor, "none")
    assert quantization.reason.isVisibleTo(page)
    assert "nf4" in quantization.reason.text() and "holds them still" in quantization.reason.text()
    assert quantization.editor.model().item(1).toolTip()
    page = show(shell, schema)
    quantization = row(page, "model.quantization")
    assert choice_enabled(quantization.editor, "nf4")
    assert not quantization.reason.isVisibleTo(page)


def test_an_objectives_loss_leaves_options_alone_and_says_so(shell: Shell, schema: SchemaReply) -> None:
    page = show(shell, schema, objective="dpo", objective__loss="sigmoid")
    assert row(page, "objective.label_smoothing").editor.isEnabled()
    page = show(shell, schema, objective="dpo", objective__loss="hinge")
    smoothing = row(page, "objective.label_smoothing")
    assert not smoothing.editor.isEnabled()
    assert "no place for label smoothing" in smoothing.reason.text()


def test_every_reason_of_a_method_can_be_read(shell: Shell, schema: SchemaReply) -> None:
    """For each method the greyed values are those that its limits name, and no grey thing is without words."""
    for info in schema.methods:
        page = show(shell, schema, method=info.kind)
        for card in page.cards.values():
            for choice in card.choices.values():
                assert choice.isEnabled() == (not choice.reason.text()), (info.kind, choice.kind)
            for path, field in card.form.rows.items() if card.form is not None else ():
                grey = not field.editor.isEnabled()
                assert not grey or field.reason.text(), (info.kind, path)
        bound = any(limit.path == "model.quantization" and not limit.when for limit in info.limits)
        assert choice_enabled(row(page, "model.quantization").editor, "int8") == (not bound), info.kind


def test_another_method_and_stage_change_the_form_at_once(shell: Shell, schema: SchemaReply) -> None:
    seen = set()
    for info in schema.methods:
        form = show(shell, schema, method=info.kind).cards["method"].form
        seen.add(tuple(field.path for field in form.fields) if form is not None else ())
    for info in schema.objectives:
        page = show(shell, schema, objective=info.kind)
        assert page.cards["objective"].choices[info.kind].property("selected") is True
    assert len(seen) > 5


def darkest(card: QWidget) -> int:
    """Lightness of the darkest pixel of the card's title."""
    title = next(part for part in card.findChildren(QLabel) if part.property("role") == "strong")
    image = card.grab(QRect(title.mapTo(card, QPoint()), title.size())).toImage()
    return min(
        image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())
    )


def test_a_card_that_cannot_be_chosen_is_grey_with_its_title(shell: Shell, schema: SchemaReply) -> None:
    page = show(shell, schema, model__quantization="nf4")
    cards = page.cards["method"].choices
    refused = next(card for card in cards.values() if not card.isEnabled())
    free = next(card for card in cards.values() if card.isEnabled())
    assert darkest(refused) > darkest(free) + 20


def test_an_error_of_the_plan_leads_to_where_it_is_mended(shell: Shell) -> None:
    error = ErrorInfo(
        code=ErrorCode.MODEL_UNSUPPORTED, message="It needs code.", details={"code_folder": "/m"}
    )
    story = planned()
    shell.store.set(replace(story, page="method", draft=replace(story.draft, plan=None, plan_error=error)))
    page = shell.window.page("method")
    assert isinstance(page, MethodPage) and page.plan.way.isVisibleTo(page)
    page.plan.way.click()
    assert shell.intents.named("show_code") == [("/m",)] and not shell.intents.named("show_page")
    shell.store.set(replace(story, page="method"))
    assert not page.plan.way.isVisibleTo(page)
