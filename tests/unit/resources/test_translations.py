"""Chinese is complete: what a fresh collection of strings finds, the committed files have."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from app.ui import format
from app.ui.engine_text import engine_text
from app.ui.i18n import Languages, resolve, schema_text
from engine.contract.paths import resources_dir
from engine.data.clean_for_me import suggest
from engine.data.formats.media import media_notes
from engine.data.rows import Message, Row

ROOT = Path(__file__).resolve().parents[3]
MARK = re.compile(r"\{\w*\}|%n")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "luthier_translations", ROOT / "packaging" / "translations.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_nothing_is_missing_unfinished_or_stale(tool: ModuleType) -> None:
    """Mend it with ``python packaging/translations.py update`` and by translating what is new."""
    assert tool.problems("zh_CN") == []


def test_every_title_and_help_of_the_schema_is_translated(tool: ModuleType) -> None:
    entries = tool.entries(tool.path_of("zh_CN"))
    wanted = tool.schema_strings()
    assert len(wanted) > 100
    assert [text for text in wanted if not entries.get(("Schema", text))] == []


def test_sentences_are_in_chinese_and_keep_their_places(tool: ModuleType) -> None:
    for (context, source), text in tool.entries(tool.path_of("zh_CN")).items():
        assert sorted(MARK.findall(source)) == sorted(MARK.findall(text)), (context, source)
        if len(MARK.sub("", source).split()) > 3:
            assert CHINESE.search(text), (context, source, text)


def test_the_templates_of_the_engine_are_up_to_date(tool: ModuleType) -> None:
    lines = (
        (resources_dir() / "translations" / "engine_templates.txt").read_text(encoding="utf-8").splitlines()
    )
    assert lines == tool.engine_templates()


def test_the_compiled_file_speaks_chinese(qapp: QCoreApplication) -> None:
    translator = QTranslator()
    assert translator.load("luthier_zh_CN", str(resources_dir() / "translations"))
    assert translator.translate("Schema", "Learning rate") == "学习率"
    assert translator.translate("Names", "Home") == "主页"


def test_the_compiled_file_is_as_new_as_its_source(tool: ModuleType, qapp: QCoreApplication) -> None:
    translator = QTranslator()
    assert translator.load("luthier_zh_CN", str(resources_dir() / "translations"))
    for (context, source), text in tool.entries(tool.path_of("zh_CN")).items():
        assert (translator.translate(context, source) or "").strip() == text, (context, source)


def test_switching_to_chinese_and_back(qapp: QCoreApplication) -> None:
    languages = Languages()
    told: list[str] = []
    languages.changed.connect(told.append)
    assert languages.apply("zh_CN")
    try:
        assert not languages.apply("zh_CN"), "already spoken"
        assert schema_text("Rank") == "秩"
        assert format.time_left((1080, 1260)) == "剩余 18 至 21 分钟"
        assert format.amount(1240, 2000, "steps") == "1,240 / 2,000 步"
        assert engine_text("There is no run at /x/y") == "/x/y 没有运行"
        assert (
            engine_text("Reduce the batch size to 2 with 4 accumulation steps") == "把批大小减到 2，累积 4 步"
        )
    finally:
        assert languages.apply("en")
    assert schema_text("Rank") == "Rank"
    assert told == ["zh_CN", "en"]


def test_what_the_engine_says_of_data_is_spoken_in_chinese(qapp: QCoreApplication) -> None:
    turns = [
        (Message("user", f"<b>q{place % 9}</b>?"), Message("assistant", f"Itâ€™s  a{place % 9}@b.org " * 3))
        for place in range(60)
    ]
    rows = [Row("a.jsonl", line, messages) for line, messages in enumerate(turns, start=1)]
    said = [step.reason for step in suggest(rows).steps]
    said += media_notes(("images", "audio"), {}, ())
    assert len(said) > 4
    languages = Languages()
    assert languages.apply("zh_CN")
    try:
        for sentence in said:
            words = engine_text(sentence)
            english = re.findall(r"[A-Za-z]{3,}", words.replace("images", "").replace("audio", ""))
            assert CHINESE.search(words) and set(english) <= {"image", "HTML"}, words
    finally:
        languages.apply("en")


@pytest.mark.parametrize(
    ("wanted", "system", "spoken"),
    [
        ("system", "zh_CN", "zh_CN"),
        ("system", "zh_TW", "zh_CN"),
        ("system", "de_DE", "en"),
        ("en", "zh_CN", "en"),
        ("xx", "zh_CN", "en"),
    ],
)
def test_the_system_decides_only_when_asked(wanted: str, system: str, spoken: str) -> None:
    assert resolve(wanted, system) == spoken
