"""The draft as a document: paths, defaults, variants, undo."""

import pytest

from app.state.document import (
    History,
    completed,
    get_value,
    place_at,
    split_path,
    title_at,
    variant_defaults,
    with_value,
)
from engine.registry import schema_reply


def test_paths_with_names_and_places() -> None:
    assert split_path("data.sources[0].path") == ["data", "sources", 0, "path"]
    assert split_path("data.sources.1.path") == ["data", "sources", 1, "path"]


def test_setting_a_value_leaves_the_original_alone() -> None:
    before = {"data": {"sources": [{"path": "a"}, {"path": "b"}]}}
    after = with_value(before, "data.sources[1].path", "c")
    assert after == {"data": {"sources": [{"path": "a"}, {"path": "c"}]}}
    assert before["data"]["sources"][1]["path"] == "b"


def test_missing_sections_are_made() -> None:
    assert with_value({}, "optim.learning_rate", 1e-3) == {"optim": {"learning_rate": 1e-3}}
    assert get_value({"a": {"b": 1}}, "a.b") == 1
    assert get_value({"a": 3}, "a.b.c") is None


@pytest.mark.parametrize("path", ["data.sources[2].path", "data.sources[5]", "data.sources.name"])
def test_a_place_that_is_not_there(path: str) -> None:
    with pytest.raises(KeyError):
        with_value({"data": {"sources": [{"path": "a"}]}}, path, 1)


def test_defaults_fill_in_and_strangers_leave() -> None:
    default = {"name": "", "optim": {"rate": 1, "steps": 2}, "method": {"kind": "lora", "rank": 8}, "map": {}}
    draft = {"optim": {"rate": 5, "gone": 1}, "map": {"a": "b"}, "other": 1}
    expected = {
        "name": "",
        "optim": {"rate": 5, "steps": 2},
        "method": {"kind": "lora", "rank": 8},
        "map": {"a": "b"},
    }
    assert completed(draft, default) == expected


def test_another_variant_keeps_its_own_options() -> None:
    default = {"method": {"kind": "lora", "rank": 8}}
    assert completed({"method": {"kind": "full", "freeze": 2}}, default) == {
        "method": {"kind": "full", "freeze": 2}
    }


def test_a_variants_defaults_come_from_the_schema() -> None:
    schema = schema_reply().recipe_schema
    lora = variant_defaults(schema, "method", "lora")
    assert lora is not None and lora["kind"] == "lora" and lora["rank"] == 8
    assert variant_defaults(schema, "method", "full") != lora
    assert variant_defaults(schema, "objective", "lora") is None


def test_undo_and_redo() -> None:
    history = History()
    history.record({"v": 0})
    history.record({"v": 1})
    assert history.undo({"v": 2}) == {"v": 1}
    assert history.undo({"v": 1}) == {"v": 0}
    assert history.undo({"v": 0}) is None
    assert history.redo({"v": 0}) == {"v": 1}
    history.record({"v": 1})
    assert history.redo({"v": 9}) is None  # a new change forgets what was undone


def test_typing_in_one_field_is_one_step_until_a_pause() -> None:
    history = History()
    history.record({"v": 0}, "v")
    history.record({"v": 1}, "v")
    history.pause()
    history.record({"v": 2}, "v")
    assert history.undo({"v": 3}) == {"v": 2}
    assert history.undo({"v": 2}) == {"v": 0}


def test_options_have_titles_by_their_path() -> None:
    schema = schema_reply().recipe_schema
    assert title_at(schema, "data.cutoff_len") == "Cutoff length"
    assert title_at(schema, "data.sources[1].weight") == "Weight"
    assert title_at(schema, "data.validation.ratio") == "Validation share"
    assert title_at(schema, "data.nothing.of_the_kind") in ("", "Data")
    assert place_at(schema, "data.sources[0].max_samples")["unit"] == "rows"
    assert place_at(schema, "no.such") == {}


def test_undo_and_redo_know_what_they_take_back() -> None:
    history = History()
    assert history.undo_name is None and history.redo_name is None
    history.record({"a": 1}, what="first")
    history.record({"a": 2}, what="second")
    assert history.undo({"a": 3}) == {"a": 2}
    assert (history.undo_name, history.redo_name) == ("first", "second")
    assert history.redo({"a": 2}) == {"a": 3}
    assert (history.undo_name, history.redo_name) == ("second", None)
    history.undo({"a": 3})
    history.record({"a": 2}, what="other")
    assert history.redo_name is None, "a new change forgets what was undone"
