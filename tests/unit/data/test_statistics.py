"""Statistics: each source by itself, duplicates before cleaning, languages of a part of very many rows."""

import json

import pytest

from engine.contract.recipe import Source
from engine.data import statistics
from engine.data.api import DataService
from engine.data.store import SourceStore


def talk(*turns, role="role", content="content"):
    words = ("user", "assistant")
    return {"messages": [{role: words[i % 2], content: text} for i, text in enumerate(turns)]}


@pytest.fixture
def files(write):
    english = "This is a longer sentence about the weather in the mountains."
    one = [
        talk(english, "Yes, it often rains there in the summer."),
        talk("q", "a", "q2", "a2"),
        talk("q", "a", "q2", "a2"),
    ]
    two = [
        talk("这是一个关于天气的问题，请回答。", "明天会下雨，请带伞。"),
        talk(english, "Yes, it often rains there in the summer."),
    ]
    return [
        write(name, "\n".join(json.dumps(item) for item in rows))
        for name, rows in (("one.jsonl", one), ("two.jsonl", two))
    ]  # fmt: skip


def test_rows_turns_roles_languages_and_duplicates_of_each_source(files):
    store = SourceStore()
    loaded = [store.load(Source(path=str(path))) for path in files]
    kept = [*loaded[0].rows[:2], *loaded[1].rows]
    one, two = statistics.source_statistics(loaded, kept, tokens={str(files[0]): (90, 40)})
    assert (one.path, one.rows, one.turns, one.roles) == (str(files[0]), 2, 6, {"user": 3, "assistant": 3})
    assert (one.tokens, one.trained_tokens, one.duplicates) == (90, 40, 1)
    assert (two.rows, two.tokens, two.duplicates) == (2, 0, 1), "a row of the file before counts"
    assert two.languages == {"zh": 1, "en": 1}


def test_of_very_many_rows_the_languages_of_some_stand_for_all(files, monkeypatch):
    monkeypatch.setattr(statistics, "_LANGUAGE_ROWS", 10)
    asked = []
    monkeypatch.setattr(statistics, "language_of", lambda text: asked.append(text) or "en")
    (loaded,) = [SourceStore().load(Source(path=str(files[1])))]
    (found,) = statistics.source_statistics([loaded], list(loaded.rows) * 50)
    assert (len(asked), found.rows, found.languages) == (10, 100, {"en": 100})


def test_a_model_counts_tokens(files, tokenizer):
    service = DataService(lambda path: tokenizer)
    source = Source(path=str(files[1]))
    assert service.counted(source).tokens == 0
    found = service.counted(source, model="any")
    assert 0 < found.trained_tokens < found.tokens


def test_the_report_of_a_recipe_has_all_of_it(files, tokenizer, recipe):
    made = recipe(*files, validation={"count": 1, "test_count": 2, "near_duplicates": False})
    report = DataService(lambda path: tokenizer).statistics(made)
    assert (report.train_rows, report.validation_rows, report.test_rows) == (2, 1, 2)
    assert report.leakage is not None and report.leakage.held_out == 3
    assert [item.rows for item in report.sources] == [3, 2]
    assert sum(item.tokens for item in report.sources) == report.tokens
    assert sum(item.trained_tokens for item in report.sources) == report.trained_tokens
    assert report.sources[1].languages["zh"] == 1
