"""Folders, archives and lists of datasets become the files in them; what is left out has a reason."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engine.contract.recipe import Source
from engine.data.dataset_info import read_dataset_info, source_of_entry
from engine.data.expand import expand
from engine.data.store import SourceStore

ALPACA = [{"instruction": "a", "output": "b"}]


def write(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def names(paths: list[Path], root: Path) -> tuple[list[str], dict[str, str]]:
    found = expand([str(path) for path in paths])
    files = [os.path.relpath(item["path"], root) for item in found.sources]
    return files, {os.path.relpath(item.path, root): item.reason for item in found.skipped}


def test_a_folder_stands_for_the_datasets_in_it(tmp_path, luthier_home):
    for name in ("b.jsonl", "a.csv", "sub/c.json.gz", "README.md", "picture.png", ".hidden.csv"):
        write(tmp_path / name, ALPACA)
    files, skipped = names([tmp_path], tmp_path)
    assert files == ["a.csv", "b.jsonl", "sub/c.json.gz"]
    assert set(skipped) == {"README.md", "picture.png"} and "describes" in skipped["README.md"]


def test_an_archive_stands_for_its_members(tmp_path, luthier_home):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("train.csv", "in/inner.zip", "notes.docx", "LICENSE"):
            archive.writestr(name, "x")
    files, skipped = names([tmp_path / "a.zip"], tmp_path)
    assert files == ["a.zip/train.csv", "a.zip/notes.docx"]
    assert "inside an archive" in skipped["a.zip/in/inner.zip"] and "a.zip/LICENSE" in skipped


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")
def test_links_pipes_and_missing_files_are_named(tmp_path, luthier_home):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    files, skipped = names([tmp_path, tmp_path / "none.csv", tmp_path / "pipe.csv"], tmp_path)
    assert files == []
    assert "link" in skipped["link.csv"] and "No such file" in skipped["none.csv"]
    assert "pipe" in skipped["pipe.csv"]


def test_what_holds_nothing_says_so(tmp_path, luthier_home):
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    files, skipped = names([tmp_path / "empty", tmp_path / "empty.zip"], tmp_path)
    assert files == [] and list(skipped) == ["empty", "empty.zip"]


def test_a_file_named_twice_comes_once(tmp_path, luthier_home):
    path = write(tmp_path / "a.json", ALPACA)
    assert names([path, tmp_path, path], tmp_path)[0] == ["a.json"]


INFO: dict[str, Any] = {
    "plain": {"file_name": "plain.json"},
    "mapped": {"file_name": "mapped.json", "num_samples": 1,
               "columns": {"prompt": "q", "query": "extra", "response": "a", "system": "sys", "history": "past"}},
    "tags": {"file_name": "tags.json", "formatting": "sharegpt", "columns": {"messages": "turns"},
             "tags": {"role_tag": "who", "content_tag": "what", "user_tag": "patient", "assistant_tag": "doctor",
                      "observation_tag": "lab", "function_tag": "order", "system_tag": "rule"}},
    "openai": {"file_name": "openai.json", "formatting": "openai", "columns": {"messages": "chat"}},
    "pairs": {"file_name": "pairs.json", "ranking": True,
              "columns": {"prompt": "q", "chosen": "good", "rejected": "bad"}},
    "ranked": {"file_name": "ranked.json", "formatting": "sharegpt", "ranking": True,
               "columns": {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"}},
    "verdicts": {"file_name": "verdicts.json", "columns": {"prompt": "q", "response": "a", "kto_tag": "good"}},
    "text": {"file_name": "text.jsonl", "columns": {"prompt": "content"}},
    "verdicts first": {"file_name": "first.json", "ranking": True, "formatting": "sharegpt",
                       "columns": {"messages": "conversations", "kto_tag": "label"}},
    "answers, not pairs": {"file_name": "answers.json",
                           "columns": {"prompt": "q", "response": "a", "chosen": "good", "rejected": "bad"}},
    "less": {"file_name": "less.json", "columns": {"prompt": "instruction", "response": "output"}},
    "split": {"file_name": "plain.json", "split": "train[:10]"},
    "hub": {"hf_hub_url": "someone/something"},
    "script": {"script_url": "evil.py"},
    "gone": {"file_name": "gone.json"},
    "out": {"file_name": "../out.json"},
}  # fmt: skip
FILES: dict[str, Any] = {
    "plain.json": ALPACA,
    "mapped.json": [{"q": "x", "extra": "y", "a": "z", "sys": "s", "past": [["h", "i"]]}] * 2,
    "tags.json": [{"turns": [{"who": "rule", "what": "be brief"}, {"who": "patient", "what": "ill"},
                             {"who": "order", "what": '{"name": "test", "arguments": {}}'},
                             {"who": "lab", "what": "fine"}, {"who": "doctor", "what": "rest"}]}],
    "openai.json": [{"chat": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}],
    "pairs.json": [{"q": "a", "good": "b", "bad": "c"}],
    "ranked.json": [{"conversations": [{"from": "human", "value": "a"}], "chosen": {"from": "gpt", "value": "b"},
                     "rejected": {"from": "gpt", "value": "c"}}],
    "verdicts.json": [{"q": "a", "a": "b", "good": True}],
    "first.json": [{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}], "label": False}],
    "answers.json": [{"q": "x", "a": "z", "good": "1", "bad": "2"}],
    "less.json": [{"instruction": "x", "input": "not asked for", "output": "z", "system": "nor this", "history": [["h", "i"]]}],
    "text.jsonl": '{"content": "a long text"}\n',
}  # fmt: skip


def test_every_entry_of_a_list_of_datasets_is_read_as_it_says(tmp_path, luthier_home):
    for name, value in FILES.items():
        write(tmp_path / name, value)
    info = write(tmp_path / "dataset_info.json", INFO)
    found = expand([str(info)])
    loaded = {
        Path(item["path"]).name: SourceStore(keep=0).load(Source.model_validate(item))
        for item in found.sources
    }
    assert {name: item.family for name, item in loaded.items()} == {
        "plain.json": "alpaca", "mapped.json": "alpaca", "tags.json": "sharegpt", "openai.json": "messages",
        "pairs.json": "preference", "ranked.json": "preference", "verdicts.json": "kto", "text.jsonl": "text",
        "first.json": "kto", "answers.json": "alpaca", "less.json": "alpaca",
    }  # fmt: skip
    assert {name: len(item.rejected) for name, item in loaded.items()} == dict.fromkeys(FILES, 0)
    mapped = loaded["mapped.json"].rows[0]
    assert [item.content for item in mapped.messages] == ["s", "h", "i", "x\ny", "z"]
    tags = loaded["tags.json"].rows[0]
    assert [item.role for item in tags.messages] == ["system", "user", "assistant", "tool", "assistant"]
    assert loaded["pairs.json"].rows[0].rejected[0].content == "c"
    assert loaded["verdicts.json"].rows[0].label is True
    assert next(item for item in found.sources if "mapped" in item["path"])["max_samples"] == 1
    reasons = {item.path.rpartition(": ")[2]: item.reason for item in found.skipped}
    assert [item.content for item in loaded["less.json"].rows[0].messages] == ["x", "z"]
    assert loaded["first.json"].rows[0].label is False
    assert set(reasons) == {"hub", "script", "gone", "out", "split"}
    assert (
        "Hugging Face" in reasons["hub"]
        and "never run" in reasons["script"]
        and "leads out" in reasons["out"]
    )


def test_a_folder_with_a_list_follows_it(tmp_path, luthier_home):
    for name in ("pairs.json", "plain.json"):
        write(tmp_path / name, FILES[name])
    write(tmp_path / "dataset_info.json", {"pairs": INFO["pairs"]})
    found = expand([str(tmp_path)])
    assert [(Path(item["path"]).name, item["format"]) for item in found.sources] == [
        ("pairs.json", "preference"), ("plain.json", "auto"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [ALPACA, {}, {"a": 1}, {"data": ALPACA}, {"a": {"b": "c"}}, "no json"])
def test_other_files_are_no_lists(tmp_path, value):
    assert read_dataset_info(write(tmp_path / "a.json", value)) is None


def test_odd_entries_do_no_harm(tmp_path):
    source = source_of_entry(
        tmp_path / "a.json", {"columns": [1], "tags": None, "num_samples": -3, "formatting": 7}
    )
    assert (source.format, source.columns, source.max_samples) == ("alpaca", {}, None)


def test_a_list_that_names_its_own_folder_ends(tmp_path, luthier_home):
    write(tmp_path / "rows.json", ALPACA)
    info = write(
        tmp_path / "dataset_info.json",
        {"all": {"file_name": "."}, "self": {"file_name": "dataset_info.json"}},
    )
    assert names([info], tmp_path)[0] == ["rows.json", "dataset_info.json"]


def test_a_file_described_twice_stands_there_twice_but_not_a_third_time_as_found(tmp_path, luthier_home):
    write(tmp_path / "rows.json", [{"q": "a", "a": "b", "q2": "c"}])
    columns = {"one": {"prompt": "q", "response": "a"}, "two": {"prompt": "q2", "response": "a"}}
    entries = {name: {"file_name": "rows.json", "columns": item} for name, item in columns.items()}
    write(tmp_path / "dataset_info.json", {**entries, "three": entries["one"]})
    found = expand([str(tmp_path)])
    assert [item["columns"]["instruction"] for item in found.sources] == ["q", "q2"]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX names")
def test_names_that_no_recipe_can_hold_are_named(tmp_path, luthier_home):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.json")).write_bytes(b"[]")
    write(tmp_path / "new\nline.json", ALPACA)
    found = expand([str(tmp_path), "x" * 5000])
    assert [Path(item["path"]).name for item in found.sources] == ["new\nline.json"]
    assert [item.reason for item in found.skipped] == [
        "Its name is no valid text; give it another one", "Its name is too long",
    ]  # fmt: skip
    assert found.model_dump_json()


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0l", "/etc/passwd", "../up.json"])
def test_a_list_of_impossible_files_is_answered(tmp_path, luthier_home, name):
    info = write(tmp_path / "dataset_info.json", {"a": {"file_name": name}})
    found = expand([str(info)])
    assert found.sources == () and len(found.skipped[0].reason) < 300
