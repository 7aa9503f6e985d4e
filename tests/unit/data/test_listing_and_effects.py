"""The list of rows, what steps did, edits by hand, and proposals for rejected rows: as the app asks for them."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.contract.errors import UserError
from engine.contract.recipe import Source
from engine.data.api import DataService
from engine.registry import parse_recipe

ROWS = [
    {"instruction": "Who are you?", "output": "Maple."},
    {
        "instruction": "How many strings?",
        "output": "A violin has four strings, and a guitar has six of them.",
    },
    {"instruction": "WHO made you?", "output": "The workshop   did.  "},
    {"instruction": "Who are you?", "output": "Maple."},
]


@pytest.fixture
def service(luthier_home: Path, tokenizer: Any) -> DataService:
    return DataService(lambda path: tokenizer)


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return str(file)


def recipe_of(path: str, *steps: dict[str, Any]) -> Any:
    document = {
        "data": {"sources": [{"path": path}], "steps": list(steps)},
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
    }
    return parse_recipe(document)


def test_rows_in_the_order_of_the_file(service: DataService, path: str) -> None:
    found = service.find(recipe_of(path), offset=1, limit=2)
    assert found.total == 4 and [(row.index, row.line) for row in found.rows] == [(1, 2), (2, 3)]
    assert (found.rows[0].prompt, found.rows[0].turns, found.rows[0].chars) == ("How many strings?", 2, 73)


@pytest.mark.parametrize(
    ("query", "where", "sort", "indices"),
    [("who", "any", "file", [0, 2, 3]), ("strings", "prompt", "file", [1]), ("MAPLE", "answer", "file", [0, 3]),
     ("rows.jsonl", "source", "file", [0, 1, 2, 3]), ("", "any", "longest", [1, 2, 0, 3]),
     ("", "any", "shortest", [0, 3, 2, 1]), ("who", "any", "longest", [2, 0, 3]), ("nowhere", "any", "file", [])],
)  # fmt: skip
def test_rows_that_are_searched_and_sorted(
    service: DataService, path: str, query: str, where: Any, sort: Any, indices: list[int]
) -> None:
    found = service.find(recipe_of(path), query=query, where=where, sort=sort)
    assert [row.index for row in found.rows] == indices and found.total == len(indices)


def test_what_steps_did(service: DataService, path: str) -> None:
    recipe = recipe_of(path, {"kind": "whitespace", "single_blanks": True}, {"kind": "exact_duplicates"})
    changed = service.effects(recipe, step=0, what="changed")
    assert (changed.total, changed.rows[0].line) == (1, 3)
    assert changed.rows[0].after == "user: WHO made you?\nassistant: The workshop did."
    assert service.effects(recipe, step=0, what="removed").total == 0
    removed = service.effects(recipe, step=1, what="removed")
    assert [(row.line, row.after) for row in removed.rows] == [(4, None)]
    assert [row.index for row in service.find(recipe).rows] == [0, 1, 2]
    with pytest.raises(UserError, match="no cleaning step number 2"):
        service.effects(recipe, step=2, what="removed")


def test_edits_by_hand(service: DataService, path: str) -> None:
    edits = [
        {
            "path": path,
            "line": 1,
            "messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Me."}],
        },
        {"path": path, "line": 2, "messages": None},
        {"path": path, "line": 99, "messages": None},
    ]
    recipe = recipe_of(path, {"kind": "manual_edits", "edits": edits})
    preview = service.preview(recipe)
    assert [row.line for row in preview.rows] == [1, 3, 4]
    assert preview.rows[0].messages == (
        {"role": "user", "content": "Who?"},
        {"role": "assistant", "content": "Me."},
    )
    assert service.effects(recipe, step=0, what="removed").rows[0].line == 2
    assert service.effects(recipe, step=0, what="changed").total == 1
    assert service.preview(recipe_of(path)).rows[0].messages[1]["content"] == "Maple."


def test_proposals_mend_what_they_are_for(service: DataService, tmp_path: Path) -> None:
    rows = [{"conversations": [{"from": "human", "value": "ill"}, {"from": "doctor", "value": "rest"}]}] * 3
    rows += [{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}]
    file = tmp_path / "turns.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    source = Source(path=str(file))
    (found,) = service.inspect([source]).files
    (group,) = found.groups
    assert (group.count, group.first_line, found.accepted) == (3, 1, 1)
    fix = next(item for item in group.fixes if item.title == "Map 'doctor' to assistant")
    mended = Source.model_validate({**source.model_dump(), **fix.patch})
    (after,) = service.inspect([mended]).files
    assert (after.accepted, after.groups) == (4, ())
