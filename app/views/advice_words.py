"""The advisor's goals and the values of its proposals in the words of the page."""

from typing import Any

from PySide6.QtCore import QCoreApplication

from app.state.model import AppState
from app.ui import format
from app.ui.i18n import schema_text
from app.views import names
from engine.contract.advice import Choice

translate = QCoreApplication.translate


def goal_words(goal: str) -> tuple[str, str]:
    """A goal as a button says it, and what it means."""
    return {
        "style": (
            translate("Advice", "Style"),
            translate("Advice", "Answer in a certain manner, role or form"),
        ),
        "facts": (
            translate("Advice", "Facts"),
            translate("Advice", "Know something that the model does not know yet"),
        ),
        "preferences": (
            translate("Advice", "Preferences"),
            translate("Advice", "Prefer one kind of answer over another; needs pairs or verdicts"),
        ),
        "pretraining": (
            translate("Advice", "Read on"),
            translate("Advice", "Continued pretraining on running text of a field or a language"),
        ),
        "small_data": (
            translate("Advice", "Little data"),
            translate("Advice", "Make the most of a few dozen rows"),
        ),
    }[goal]


def value_words(choice: Choice, value: Any, state: AppState) -> str:
    """A value of a proposed option."""
    if value is None or value == "":
        return "–"
    if choice.path == "method.kind":
        return names.method_title(str(value), state)
    if choice.path == "objective.kind":
        schema = state.engine.schema
        known = {info.kind: info.title for info in schema.objectives} if schema else {}
        return schema_text(known.get(str(value), str(value)))
    if isinstance(value, bool):
        return translate("FieldRow", "on") if value else translate("FieldRow", "off")
    if isinstance(value, int | float):
        return format.number(value) if isinstance(value, int) else format.scientific(value)
    return schema_text(str(value)) if isinstance(value, str) else ", ".join(map(str, value))
