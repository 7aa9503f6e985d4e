"""Building: files by side with a card that is true, versions that list and can be used again, nothing of others lost."""

import hashlib
import json
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.contract.recipe import Source
from engine.data import versions
from engine.data.build import build, content_hash
from engine.data.card import Card
from engine.data.convert import convert
from engine.data.store import SourceStore
from engine.data.write import Shape
from engine.registry import parse_recipe, read_document


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("LUTHIER_HOME", str(folder))
    return folder


@pytest.fixture
def rows(write):
    talks = [
        {"instruction": f"Question number {i} about topic {i * 7}", "output": f"  Answer {i}"}
        for i in range(20)
    ]
    return write("my rows.jsonl", "\n".join(map(json.dumps, [*talks, talks[0], {"instruction": "x"}])))


@pytest.fixture
def made(recipe, rows):
    return recipe(
        rows,
        steps=[{"kind": "exact_duplicates"}, {"kind": "too_long", "max_chars": 1, "enabled": False}],
        validation={"count": 4, "test_count": 2},
        run={"seed": 5},
    )


def read(path):
    return SourceStore().load(Source(path=str(path))).rows


def test_every_side_is_a_file_and_the_card_is_true(made, rows, tmp_path, job):
    out = tmp_path / "out"
    found = build(made, job=job, shape=Shape.named("jsonl", "alpaca"), out=out, licence="CC BY | 4.0")
    assert found.rows == {"train": 14, "validation": 4, "test": 2}
    assert {side: len(read(path)) for side, path in found.files.items()} == found.rows
    card = Card.model_validate_json((out / "card.json").read_bytes())
    (source,) = card.sources
    assert source.sha256 == hashlib.sha256(rows.read_bytes()).hexdigest()
    assert (source.rows, source.accepted, sum(source.rejected.values())) == (22, 21, 1)
    for file in card.files:
        data = (out / file.name).read_bytes()
        assert (file.size_bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    (step,) = card.steps
    assert (step.kind, step.before, step.after) == ("exact_duplicates", 21, 20)
    assert card.leakage is not None and (card.leakage.held_out, card.leakage.exact) == (6, 0)
    assert card.statistics[0].duplicates == 1 and card.statistics[0].rows == 20
    assert (card.seed, card.content_hash, card.licence) == (5, found.content_hash, "CC BY | 4.0")
    page = Path(found.card).read_text(encoding="utf-8")
    assert (
        "Licence: CC BY \\| 4.0" in page and source.sha256 in page and "| train | train.jsonl | 14 |" in page
    )
    assert sorted(path.name for path in out.iterdir()) == [
        "card.json", "card.md", "data.yaml", "test.jsonl", "train.jsonl", "validation.jsonl",
    ]  # fmt: skip


def test_the_hash_is_of_what_rows_say_and_not_of_how_they_are_written(made, tmp_path, job):
    hashes = {
        build(made, job=job, shape=Shape.named(file_type, form), out=tmp_path / file_type).content_hash
        for file_type, form in (("jsonl", "alpaca"), ("parquet", "messages"), ("csv", "sharegpt"))
    }
    assert len(hashes) == 1
    (row,) = read(tmp_path / "jsonl" / "train.jsonl")[:1]
    assert content_hash({"train": [row]}) != content_hash({"test": [row]})


def test_a_version_is_kept_listed_and_not_made_twice(made, home, job):
    first = build(made, job=job, licence="MIT")
    folder = Path(first.path)
    assert folder == home / "datasets" / "my rows" / f"1-{first.content_hash[:8]}"
    assert {Path(path).suffix for path in first.files.values()} == {".parquet"}
    assert build(made, job=job, licence="MIT") == first
    second = build(made.replace(run=made.run.model_copy(update={"seed": 6})), job=job, licence="MIT")
    assert Path(second.path).name == f"2-{second.content_hash[:8]}"
    found = versions.list_versions().versions
    assert [(item.name, item.path, item.rows) for item in found] == [
        ("my rows", second.path, 20),
        ("my rows", first.path, 20),
    ]
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_damaged_versions_are_left_out_of_the_list(made, job):
    found = build(made, job=job)
    (Path(found.path) / "card.json").write_text("{")
    assert versions.list_versions().versions == ()
    assert Path(build(made, job=job).path).name.startswith("2-"), "its number is not used again"


def test_a_version_can_be_used_as_a_source(made, job):
    found = build(made, job=job)
    loaded = SourceStore().load(Source(path=found.path))
    assert len(loaded.rows) == 14 and loaded.file.path == Path(found.files["train"])
    plain = Source(path=str(Path(found.path).parent))
    assert versions.as_source(plain) is plain
    validation = versions.file_of(Path(found.path), "validation")
    assert validation is not None and len(read(validation)) == 4


def test_saved_steps_run_again_and_on_new_data(made, write, tmp_path, job):
    found = build(made, job=job, out=tmp_path / "one")
    section = {**read_document(tmp_path / "one" / "data.yaml"), "method": {"kind": "lora"}}
    again = build(parse_recipe(section), job=job, out=tmp_path / "two")
    assert (again.content_hash, again.rows) == (found.content_hash, found.rows)
    new = write(
        "new.jsonl", '{"instruction": "q", "output": "a"}\n' * 3 + '{"instruction": "r", "output": "b"}\n' * 2
    )
    section["data"] = {**section["data"], "sources": [{"path": str(new)}], "validation": {}}
    assert build(parse_recipe(section), job=job, out=tmp_path / "three").rows == {"train": 2}


def test_rows_of_any_objective_are_built(recipe, write, tmp_path, job):
    pairs = [{"prompt": f"q{i}", "chosen": "a", "rejected": "b"} for i in range(3)]
    path = write("pairs.jsonl", "\n".join(map(json.dumps, pairs)))
    found = build(recipe(path), job=job, shape=Shape.named("jsonl", "sharegpt"), out=tmp_path / "out")
    first = json.loads(Path(found.files["train"]).read_text().splitlines()[0])
    assert first == {
        "conversations": [{"from": "human", "value": "q0"}],
        "chosen": {"from": "gpt", "value": "a"},
        "rejected": {"from": "gpt", "value": "b"},
    }


def test_files_of_others_are_not_replaced(made, tmp_path, job):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "train.jsonl").write_text("mine")
    with pytest.raises(UserError, match="not written by Luthier") as caught:
        build(made, job=job, out=tmp_path / "out")
    assert caught.value.info.code is ErrorCode.EXPORT_FAILED
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["train.jsonl"]


def test_our_own_files_are_replaced_and_stale_ones_go(made, recipe, rows, tmp_path, job):
    out = tmp_path / "out"
    build(made, job=job, out=out)
    (out / "notes.txt").write_text("mine")
    found = build(recipe(rows), job=job, shape=Shape.named("csv", "alpaca"), out=out)
    assert sorted(path.name for path in out.iterdir()) == [
        "card.json", "card.md", "data.yaml", "notes.txt", "train.csv",
    ]  # fmt: skip
    assert found.rows == {"train": 21}


def test_a_file_that_is_read_is_never_replaced(made, recipe, tmp_path, job):
    out = tmp_path / "out"
    found = build(made, job=job, out=out)
    before = Path(found.files["train"]).read_bytes()
    with pytest.raises(UserError, match="one of the files that the dataset is made of"):
        build(recipe(Path(found.files["train"])), job=job, out=out)
    assert Path(found.files["train"]).read_bytes() == before


def test_a_cancelled_build_leaves_nothing(made, tmp_path, home, cancelled_job):
    for left in range(0, 12, 3):
        cancelled_job.left = left
        for out in (tmp_path / "out", None):
            with pytest.raises(Cancelled):
                build(made, job=cancelled_job, out=out)
            cancelled_job.left = left
    assert not list(tmp_path.glob("out/*")) and not list(home.glob("datasets/*/*"))


@pytest.mark.parametrize(
    ("name", "expected"), [("a/b\\c:d", "a-b-c-d"), ("..", "dataset"), ("数据 集", "数据 集")]
)
def test_a_name_is_a_folder_on_every_system(name, expected):
    assert versions.dataset_name(name) == expected


def test_converting_writes_what_is_there_and_nothing_else(rows, tmp_path, job):
    source = [Source(path=str(rows))]
    shape = Shape.named("csv", "alpaca")
    found = convert(source, shape=shape, out=None, overwrite=False, job=job)
    target = rows.with_name("my rows.alpaca.csv")
    assert found.files == {str(rows): str(target)} and found.rows == {str(rows): 21}
    assert [(item.path, item.rejected) for item in found.skipped] == [(str(rows), 1)]
    assert [row.messages for row in read(target)] == [row.messages for row in read(rows)]
    with pytest.raises(UserError, match="there already"):
        convert(source, shape=shape, out=None, overwrite=False, job=job)
    convert(source, shape=shape, out=None, overwrite=True, job=job)
    elsewhere = convert([*source, *source], shape=shape, out=tmp_path / "new", overwrite=False, job=job)
    assert len(elsewhere.files) == 1


def test_converting_a_file_without_a_usable_row_is_a_sentence(write, job):
    path = write("empty.jsonl", '{"instruction": "q"}\n')
    with pytest.raises(UserError, match="no row that can be used"):
        convert(
            [Source(path=str(path))],
            shape=Shape.named("jsonl", "messages"),
            out=None,
            overwrite=False,
            job=job,
        )
