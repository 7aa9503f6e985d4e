"""``luthier-engine data ...``: one JSON object, files where they are asked for, and exit codes that mean something."""

import csv
import hashlib
import itertools
import json
import os
import zipfile
from io import FileIO
from pathlib import Path

import pytest

from engine.cli import main
from engine.cli.output import Output
from engine.cli.reporter import Moving
from engine.contract.codec import decode

TALK = [
    {"instruction": f"What is the number {i} in words, please?", "output": f"It is called {i}."}
    for i in range(20)
]


class Terminal:
    """Runs command lines and keeps what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._claimed = folder / "stdout"
        self._capsys = capsys

    def json(self, *arguments: object, code: int = 0):
        with FileIO(self._claimed, "wb") as stream:
            assert main.run([*map(str, arguments), "--json"], claimed=stream) == code
        (answer,) = [decode(line) for line in self._claimed.read_bytes().splitlines()]
        assert self._capsys.readouterr().out == "", "a machine reads stdout"
        return answer

    def text(self, *arguments: object, code: int = 0) -> tuple[str, str]:
        assert main.run([*map(str, arguments)], claimed=None) == code
        found = self._capsys.readouterr()
        return found.out, found.err


@pytest.fixture
def terminal(tmp_path, capsys, monkeypatch, tokenizer):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("engine.data.api._load_tokenizer", lambda path: tokenizer)
    return Terminal(tmp_path, capsys)


@pytest.fixture
def rows(write):
    return write("rows.jsonl", "\n".join([*map(json.dumps, TALK), '{"instruction": "no answer"}', "{"]))


def test_inspect_says_what_a_machine_needs(terminal, rows):
    (file,) = terminal.json("data", "inspect", rows)["files"]
    assert (file["format"], file["family"], file["encoding"]) == ("jsonl", "alpaca", "utf-8")
    assert file["confidence"] > 0.9 and file["columns"] == ["instruction", "output"]
    assert file["rows"] == file["accepted"] + len(file["rejected"]) == 22
    assert [(item["line"], item["column"], item["code"]) for item in file["rejected"]] == [
        (21, "output", "missing_column"),
        (22, None, "bad_json"),
    ]
    counted = file["statistics"]
    assert (counted["rows"], counted["turns"], counted["tokens"]) == (20, 40, 0)
    assert counted["languages"] == {"en": 20}
    (file,) = terminal.json("data", "inspect", rows, "--model", "starter")["files"]
    assert file["statistics"]["tokens"] > file["statistics"]["trained_tokens"] > 0


def test_inspect_of_several_goes_on_after_one_that_cannot_be_read(terminal, rows, tmp_path):
    missing = tmp_path / "missing.jsonl"
    answer = terminal.json("data", "inspect", rows, missing, code=1)
    assert [Path(file["path"]).name for file in answer["files"]] == ["rows.jsonl"]
    assert answer["failed"][0]["path"] == str(missing)
    assert answer["failed"][0]["error"]["code"] == "not_found"
    out, err = terminal.text("data", "inspect", missing, rows, code=1)
    assert "20 of 22 rows can be used" in out and "line 22" in out and "missing.jsonl: Cannot be read" in err
    assert terminal.json("data", "inspect", missing, code=1)["error"]["code"] == "not_found"
    assert terminal.json("data", "build", rows, missing, code=1)["error"]["code"] == "not_found"


def test_a_folder_and_an_archive_stand_for_the_files_in_them(terminal, rows, write, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(rows.read_bytes())
    (folder / "README.md").write_text("About")
    with zipfile.ZipFile(tmp_path / "rows.zip", "w") as archive:
        archive.write(rows, "inner/b.jsonl")
    answer = terminal.json("data", "inspect", folder, tmp_path / "rows.zip")
    assert [(Path(file["path"]).name, file["accepted"]) for file in answer["files"]] == [
        ("a.jsonl", 20),
        ("b.jsonl", 20),
    ]
    assert [Path(item["path"]).name for item in answer["skipped"]] == ["README.md"] and not answer["failed"]
    files = terminal.json("data", "export", tmp_path / "rows.zip", "--form", "sharegpt")["files"]
    assert list(files.values()) == [str(tmp_path / "b.sharegpt.jsonl")], "beside the archive"
    options = ("--steps", "none", "--set", "data.mix=interleave_once", "--out", tmp_path / "out")
    built = terminal.json("data", "build", folder, tmp_path / "rows.zip", *options)
    lines = Path(built["files"]["train"]).read_text().splitlines()
    assert built["rows"] == {"train": 40} and lines[0] == lines[1] != lines[2], "one row of each in turn"
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    digest = hashlib.sha256(rows.read_bytes()).hexdigest()
    assert [source["sha256"] for source in card["sources"]] == [digest, digest], (
        "of the file, not of its archive"
    )


def test_build_of_files_with_chosen_steps(terminal, rows, tmp_path):
    twice = tmp_path / "twice.jsonl"
    twice.write_bytes(rows.read_bytes())
    out = tmp_path / "out"
    answer = terminal.json(
        "data", "build", rows, twice, "--steps", "drop_empty,exact_duplicates", "--out", out, "--type", "csv",
        "--form", "alpaca", "--licence", "CC0", "--set", "data.validation.count=4",
    )  # fmt: skip
    assert answer["rows"] == {"train": 16, "validation": 4}
    card = json.loads((out / "card.json").read_text())
    assert [step["kind"] for step in card["steps"]] == ["drop_empty", "exact_duplicates"]
    assert card["licence"] == "CC0" and len(card["sources"]) == 2
    with Path(answer["files"]["train"]).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 16


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ("none", 40),
        ('[{"kind": "exact_duplicates", "compare": "prompt"}]', 20),
        ('["exact_duplicates"]', 20),
        ('{"kind": "exact_duplicates"}', 20),
    ],
)
def test_steps_may_be_none_or_json(terminal, rows, tmp_path, steps, left):
    other = tmp_path / "other.jsonl"
    other.write_bytes(rows.read_bytes())
    answer = terminal.json("data", "build", rows, other, "--steps", steps, "--out", tmp_path / "out")
    assert answer["rows"] == {"train": left}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--steps", "exact_duplicate"), "Did you mean 'exact_duplicates'?"),
        (("--steps", "[{"), "--steps is no valid JSON"),
        (("--steps", '[{"kind": "too_long", "chars": 0}]'), "data.steps[0]"),
        (("--type", "xls"), "jsonl"),
        (("--form", "messagse"), "Did you mean 'messages'?"),
        (("--set", "data.validation.ratioo=1"), "data.validation.ratioo"),
    ],
)
def test_wrong_words_are_wrong_usage(terminal, rows, arguments, words):
    _, err = terminal.text("data", "build", rows, *arguments, code=2)
    assert words in err and "Traceback" not in err


def test_build_keeps_versions_whose_recipe_runs_on_new_data(terminal, rows, write, tmp_path):
    first = terminal.json("data", "build", rows, "--steps", "exact_duplicates", "--name", "Numbers")
    assert Path(first["path"]).parent == tmp_path / "home" / "datasets" / "Numbers"
    (kept,) = terminal.json("data", "versions")["versions"]
    assert (kept["name"], kept["rows"], kept["path"]) == ("Numbers", 20, first["path"])
    assert terminal.text("data", "versions")[0].startswith("Numbers: 20 rows")
    new = write("new.jsonl", json.dumps(TALK[0]) + "\n" + json.dumps(TALK[0]) + "\n" + json.dumps(TALK[1]))
    saved = Path(first["path"]) / "data.yaml"
    again = terminal.json("data", "build", saved, new, "--out", tmp_path / "new")
    assert again["rows"] == {"train": 2}, "the saved step ran on the new file"
    assert (
        terminal.json("data", "build", saved, "--out", tmp_path / "same")["content_hash"]
        == first["content_hash"]
    )
    again = terminal.json("data", "build", first["path"], "--out", tmp_path / "version")
    assert again["content_hash"] == first["content_hash"], "a version is a source"


def test_build_says_in_words_what_it_wrote(terminal, rows, tmp_path):
    out, _ = terminal.text("data", "build", rows, "--out", tmp_path / "out")
    assert f"train        20 rows: {tmp_path / 'out' / 'train.jsonl'}" in out and "card.md" in out
    out, _ = terminal.text("data", "build", rows, rows, "--steps", "drop_empty", "--out", tmp_path / "two")
    assert "Empty and too short: 20 -> 20 rows, 0 changed" in out
    _, err = terminal.text("data", "build", tmp_path / "nowhere.yaml", code=1)
    assert err.startswith("error: There is no recipe at")


def test_export_converts_and_protects_cells(terminal, write, tmp_path):
    path = write("sums.jsonl", json.dumps({"instruction": "=1+1", "output": "+2"}) + "\n{\n")
    answer = terminal.json("data", "export", path, "--type", "csv", "--form", "alpaca")
    target = Path(answer["files"][str(path)])
    assert target == tmp_path / "sums.alpaca.csv" and answer["skipped"][0]["rejected"] == 1
    assert target.read_text(encoding="utf-8-sig").splitlines()[1] == "'=1+1,,'+2"
    assert (
        "there already"
        in terminal.text("data", "export", path, "--type", "csv", "--form", "alpaca", code=1)[1]
    )
    arguments = ("--type", "csv", "--form", "alpaca", "--no-guard", "--overwrite")
    out, err = terminal.text("data", "export", path, *arguments)
    assert "1 rows" in out and "1 rows cannot be used" in err
    assert target.read_text(encoding="utf-8-sig").splitlines()[1] == "=1+1,,+2"


def test_export_refuses_what_a_form_cannot_hold_and_names_the_row(terminal, write):
    call = {"type": "function", "function": {"name": "f", "arguments": "{}"}}
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    path = write("calls.jsonl", json.dumps({"messages": turns}))
    error = terminal.json("data", "export", path, "--form", "alpaca", code=1)["error"]
    assert "calls.jsonl, line 1: the row calls tools" in error["message"]


def test_preview_of_a_file_or_a_recipe(terminal, rows, write):
    (row,) = terminal.json("data", "preview", rows, "--model", "starter", "--row", 3)["rows"]
    assert (row["index"], row["line"]) == (3, 4) and row["trained"] > 0
    recipe = write(
        "r.yaml", "method: {kind: lora}\nobjective: {kind: sft}\ndata: {sources: [{path: rows.jsonl}]}\n"
    )
    out, _ = terminal.text("data", "preview", recipe, "--row", 3)
    assert out.startswith("row 3 of 20:") and "[It]" in out.replace("[I][t]", "[It]")
    assert "no row 99" in terminal.text("data", "preview", recipe, "--row", 99, code=1)[1]


def test_statistics_with_and_without_a_model(terminal, rows):
    (counted,) = terminal.json("data", "statistics", rows)["sources"]
    assert (counted["rows"], counted["tokens"]) == (20, 0)
    assert "20 rows, 40 turns" in terminal.text("data", "statistics", rows)[0]
    report = terminal.json(
        "data", "statistics", rows, "--model", "starter", "--set", "data.validation.ratio=0.2"
    )
    assert (report["train_rows"], report["validation_rows"]) == (16, 4)
    assert report["leakage"]["held_out"] == 4 and report["sources"][0]["tokens"] == report["tokens"]
    out, _ = terminal.text(
        "data", "statistics", rows, "--model", "starter", "--set", "data.validation.ratio=0.2"
    )
    assert "16 to train, 4 held out" in out and "leakage     0 exact and 0 near" in out


def test_two_recipes_are_wrong_usage(terminal, tmp_path):
    assert "More than one recipe" in terminal.text("data", "build", "a.yaml", "b.yaml", code=2)[1]


def test_questions_show_how_far_they_are_only_to_people(monkeypatch):
    class Shown(Output):
        terminal = True
        lines = ""

        def note(self, line: str, *, end: str = "\n") -> None:
            self.lines += line + end

    clock = itertools.chain([0.0, 0.1, 0.3], itertools.repeat(9.0))
    monkeypatch.setattr("engine.cli.reporter.time.monotonic", lambda: next(clock))
    output = Shown()
    moving = Moving(output)
    for count in (500, 1000, 1500):
        moving("rows", count, None)
    moving.close()
    assert "500 rows" in output.lines and "1500 rows" in output.lines and "1000" not in output.lines
    assert output.lines.endswith("\n")
    with FileIO(os.devnull, "wb") as stream:
        silent = Shown(stream)
        Moving(silent)("rows", 1, None)
        assert silent.lines == ""
