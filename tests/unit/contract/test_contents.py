"""What a build has lost is named, and the source tree itself is never asked."""

import json
from pathlib import Path

import pytest

from engine.cli import contents as engine_contents
from engine.contract import contents
from engine.contract.errors import UserError


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a build that has exactly what the source tree has."""
    monkeypatch.setattr(contents.engine, "__file__", str(tmp_path / "__init__.py"))
    path = tmp_path / contents.NAME
    path.write_text(json.dumps({"engine": engine_contents.registries(), "app": {}}), encoding="utf-8")
    return path


def test_modules_of_a_folder_are_listed_as_the_file_system_has_them() -> None:
    folder = Path(contents.engine.__file__).parent / "data" / "readers"
    files = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    assert contents.listed(["engine.data.readers"]) == {"engine.data.readers": files}


def test_what_is_lost_and_what_is_strange_are_both_named() -> None:
    said = contents.differences({"a": ["x", "z"]}, {"a": ["x", "y"], "b": ["w"]})
    assert said == ["a lacks y.", "a has z, which the source tree has not.", "b lacks w."]


def test_the_source_tree_has_nothing_to_compare_with() -> None:
    assert contents.expected("engine") is None
    assert "no build" in engine_contents.compare()


@pytest.mark.usefixtures("built")
def test_a_whole_build_compares_as_such() -> None:
    assert engine_contents.compare().endswith("as in the source tree")


def test_a_build_without_a_method_says_so(built: Path) -> None:
    document = json.loads(built.read_text(encoding="utf-8"))
    document["engine"]["engine.methods"].append("sorcery")
    built.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UserError, match=r"engine\.methods lacks sorcery"):
        engine_contents.compare()


def test_every_folder_with_kinds_is_compared() -> None:
    found = engine_contents.registries()
    assert "lora" in found["engine.methods"] and "sft" in found["engine.objectives"]
    assert "gguf" in found["engine.export"] and "parquet" in found["engine.data.readers"]
