"""The library is a copy of the run folders, and survives being thrown away."""

import json
from dataclasses import replace
from pathlib import Path

import yaml

from app.state.library import Library, disk_bytes, scan
from app.state.model import RunSummary

RUN = RunSummary(
    id="a", name="A", dir="/runs/a", status="completed", created=5.0, method="lora", loss=0.5, spark=(3.0, 0.5),
    total_steps=10, checkpoint_step=None,
)  # fmt: skip


def write_run(folder: Path, *, steps: int, finished: bool, name: str = "") -> Path:
    folder.mkdir(parents=True)
    recipe = {"name": name, "model": {"path": "starter"}, "method": {"kind": "lora"}}
    recipe["data"] = {"sources": [{"path": "/d/alpaca.json"}]}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    events = [{"type": "run.started", "run": "r", "kind": "train", "run_dir": str(folder), "wall": 100.0}]
    events.append({"type": "run.scope", "run": "r", "total_steps": 20, "train_rows": 9})
    events += [
        {"type": "metrics", "run": "r", "step": [n], "train/loss": [1.0 / n]} for n in range(1, steps + 1)
    ]
    events.append({"type": "checkpoint", "run": "r", "step": steps, "path": "c"})
    if finished:
        events.append({"type": "run.finished", "run": "r", "status": "completed"})
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    return folder


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.sqlite")
    library.put(RUN)
    library.put(replace(RUN, id="b", dir="/runs/b", created=9.0))
    library.put(replace(RUN, name="renamed"))
    library.close()
    again = Library(tmp_path / "library.sqlite")
    assert [(run.id, run.name) for run in again.all()] == [("b", "A"), ("a", "renamed")]
    assert again.get("a") == replace(RUN, name="renamed") and again.get("x") is None
    again.remove("a")
    assert [run.id for run in again.all()] == ["b"]


def test_two_apps_share_it(tmp_path: Path) -> None:
    one, two = Library(tmp_path / "library.sqlite"), Library(tmp_path / "library.sqlite")
    for number in range(50):
        (one if number % 2 else two).put(replace(RUN, id=str(number), dir=f"/runs/{number}"))
    assert len(one.all()) == len(two.all()) == 50


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(b"this is no database, and long enough to be read as one" * 100)
    library = Library(path)
    library.put(RUN)
    assert library.all() == (RUN,)
    assert path.with_suffix(".damaged").exists()


def test_rebuilt_from_the_folders(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    done = write_run(runs / "one", steps=8, finished=True, name="First")
    dead = write_run(runs / "two", steps=4, finished=False)
    (runs / "no-run").mkdir()
    found = {run.id: run for run in scan(sorted(runs.iterdir()), {})}
    assert set(found) == {"one", "two"}
    one = found["one"]
    assert (one.name, one.status, one.step, one.total_steps, one.rows) == ("First", "completed", 8, 20, 9)
    assert (one.method, one.base_model, one.dataset) == ("lora", "starter", "alpaca.json")
    assert one.created == 100.0 and one.checkpoint_step == 8 and one.loss == 0.125
    assert one.disk_bytes == disk_bytes(done) > 0 and len(one.spark) == 8
    assert found["two"].status == "crashed" and found["two"].dir == str(dead)


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    run = write_run(tmp_path / "runs" / "one", steps=3, finished=True)
    library = Library(tmp_path / "library.sqlite")
    for found in scan([run], {}):
        library.put(found)
    assert list(scan([run], library.known())) == []
    with (run / "events.jsonl").open("a") as file:
        file.write(json.dumps({"type": "metrics", "run": "r", "step": [4], "train/loss": [7.0]}) + "\n")
    assert [found.loss for found in scan([run], library.known())] == [7.0]


def test_a_new_name_is_found_in_the_folder(tmp_path: Path) -> None:
    run = write_run(tmp_path / "one", steps=1, finished=True, name="Old")
    (run / "name.txt").write_text("New\n")
    assert [found.name for found in scan([run], {})] == ["New"]
