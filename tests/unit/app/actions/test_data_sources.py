"""What is dropped, pasted and mended, without a window."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.actions.data_sources import guess_suffix, merged
from app.client.engine_client import Reply
from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ('[{"a": 1}]', ".json"),
        ('{"a": 1}\n{"a": 2}\n', ".jsonl"),
        ('{\n "a": 1\n}', ".json"),
        ("a\tb\n1\t2", ".tsv"),
        ("a,b\n1,2", ".csv"),
        ("Once upon a time,\nthere was a bench.", ".txt"),
        ("[not json\nat all", ".txt"),
        ("one word", ""),
        ("  \n ", ""),
        ("bin\0ary\nrows", ""),
    ],
)
def test_copied_text_is_told_by_its_looks(text: str, suffix: str) -> None:
    assert guess_suffix(text) == suffix


def test_a_proposal_is_laid_over_and_changes_nothing_else() -> None:
    source = {"path": "a", "roles": {"nurse": "user"}, "columns": {"x": "y"}}
    patched = merged(source, {"roles": {"doctor": "assistant"}, "format": "sharegpt"})
    assert patched == {
        "path": "a",
        "roles": {"nurse": "user", "doctor": "assistant"},
        "columns": {"x": "y"},
        "format": "sharegpt",
    }
    assert source["roles"] == {"nurse": "user"}


def test_without_an_answer_about_folders_the_files_go_in_as_they_are(sit_down: SitDown) -> None:
    desk = sit_down("normal", "dies:data.expand")
    desk.wait(lambda s: s.engine.schema)
    path = desk.home / "a.json"
    path.write_text("[]", encoding="utf-8")
    desk.do.import_files([str(path)])
    desk.wait(lambda s: s.draft.recipe["data"]["sources"])
    assert Path(desk.state.draft.recipe["data"]["sources"][0]["path"]) == path
    assert desk.state.data.busy.isdisjoint({"expand"})


def test_every_change_of_the_data_has_a_name(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    names = [desk.state.draft.undo]
    for change in (
        lambda: desk.do.set_source_format(0, "alpaca"),
        lambda: desk.do.map_column(0, "instruction", "question"),
        lambda: desk.do.mend_source(0, {"fill": {"input": "none"}}, "Fill with 'none'"),
        lambda: desk.do.set_option("data.sources[0].weight", 2.0),
        lambda: desk.do.set_option("data.cutoff_len", 64),
        lambda: desk.do.set_steps([{"kind": "html"}], what="HTML on"),
        lambda: desk.do.remove_source(0),
    ):
        change()
        names.append(desk.state.draft.undo)
    assert names == [
        "added a.json",
        "format of a.json",
        "column of instruction",
        "Fill with 'none'",
        "Weight",
        "Cutoff length",
        "HTML on",
        "removed a.json",
    ]
    before = desk.state.draft.redo
    for name in reversed(names):
        assert desk.state.draft.undo == name
        desk.do.undo_draft()
        assert desk.state.draft.redo == name
    assert before is None and desk.state.draft.undo is None
    assert desk.state.draft.recipe["data"]["sources"] == []


def test_a_version_is_used_again_without_touching_the_model(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.set_option("method.rank", 21)
    folder = desk.home / "datasets" / "notes" / "1-abcdef01"
    folder.mkdir(parents=True)
    (folder / "data.yaml").write_text(
        "schema_version: 1\ndata:\n  sources:\n  - path: /b.json\n  steps:\n  - kind: html\nobjective:\n  kind: sft\n",
        encoding="utf-8",
    )
    desk.do.use_version(str(folder))
    desk.wait(lambda s: s.draft.recipe["data"]["steps"])
    assert desk.state.draft.recipe["data"]["sources"][0]["path"] == "/b.json"
    assert desk.state.draft.recipe["method"]["rank"] == 21 and desk.state.draft.undo == "version of notes"
    desk.do.use_rows_of_version(str(folder))
    assert [item["path"] for item in desk.state.draft.recipe["data"]["sources"]] == [str(folder)]
    desk.do.use_version(str(desk.home / "nowhere"))
    assert "Cannot read the version" in desk.texts()[-1]


def test_an_answer_about_files_that_are_gone_is_nobodys(sit_down: SitDown) -> None:
    from engine.contract.messages import DataStatistics, InspectData

    desk = sit_down()
    desk.import_sample()
    inspection = desk.state.data.inspection
    held = []
    ask = desk.quick.ask

    def slow(command: object, result: object, **more: object) -> object:
        if not isinstance(command, InspectData | DataStatistics):
            return ask(command, result, **more)  # type: ignore[arg-type,type-var]
        held.append((command, Reply()))
        return held[-1][1]

    desk.quick.ask = slow  # type: ignore[method-assign,assignment]
    desk.do.set_source_format(0, "alpaca")
    desk.wait(lambda s: "inspect" in s.data.busy and held)
    desk.do.remove_source(0)
    desk.wait(lambda s: s.data.inspection is None)
    next(reply for command, reply in held if isinstance(command, InspectData)).settle(inspection)
    assert desk.state.data.inspection is None and desk.state.data.busy == frozenset()
