"""The engine's sentences in another language: recognised by template, values put back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from app.ui import engine_text as module
from app.ui.engine_text import engine_text

WORDS = {
    ("Engine", "There is no run at {0}"): "在 {0} 没有运行",
    ("Engine", "{0}: saves {1}{2}."): "{0}：节省 {1}{2}。",
    ("Engine", "Hold the base model in 4 bits"): "以 4 位保存基础模型",
    ("Schema", "Learning rate"): "学习率",
}


class Dictionary(QTranslator):
    """Translates what the test says."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return WORDS.get((context, source))  # type: ignore[return-value]  # None: not known here

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def chinese(qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    translator = Dictionary()
    templates = [source for context, source in WORDS if context == "Engine"]
    patterns = tuple((text, module._expression(text)) for text in sorted(templates, key=len, reverse=True))
    monkeypatch.setattr(module, "_patterns", lambda: patterns)
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_values_are_put_back(chinese: None) -> None:
    assert engine_text("There is no run at /home/x (1)") == "在 /home/x (1) 没有运行"


def test_a_value_may_be_a_sentence(chinese: None) -> None:
    assert engine_text("Hold the base model in 4 bits: saves 1.2 GB.") == "以 4 位保存基础模型：节省 1.2 GB。"


def test_titles_of_the_schema_are_found_too(chinese: None) -> None:
    assert engine_text("Learning rate") == "学习率"


def test_the_unknown_stays(chinese: None) -> None:
    assert engine_text("Segmentation fault") == "Segmentation fault"
    assert engine_text("") == ""


def test_braces_and_marks_in_a_template_are_literal() -> None:
    assert module._expression("a (b) {0}?").fullmatch("a (b) c?")
    assert not module._expression("a (b) {0}?").fullmatch("a b c?")
