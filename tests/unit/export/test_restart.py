"""A merge that was killed leaves nothing half under its name, and the next one goes on or begins again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.export import merging
from engine.export.merging import MergeOptions
from engine.export.run import merge, open_run
from engine.export.tensor_files import read_entries
from tests.integration.quiet_job import QuietJob

KILLS = 20


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="doubles the process, which Windows cannot")
def test_killed_at_twenty_random_moments(tiny_run: Path, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    out = tmp_path / "results" / "merged"
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.export.killed_merges", str(tiny_run), str(out), str(KILLS)],
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert len(seen) == KILLS
    for index, found in enumerate(seen):
        assert found["whole_or_nothing"] and found["right_afterwards"] and found["nothing_else"], (
            index,
            found,
        )
    assert any(found["work_left"] for found in seen)  # it did hit merges at work


def _left_over(run: Path, out: Path, options: MergeOptions, key: str) -> Path:
    """What a killed merge leaves: its key, and a first finished file, marked so that it is known again."""
    result = out.parent / f".luthier-part-{out.name}" / out.name
    weights = merging.weights_of(open_run(run))
    result.mkdir(parents=True)
    merging.write_merged(weights, result, job=QuietJob(), options=options)
    files = sorted(result.glob("*.safetensors"))
    for path in files[1:]:
        path.unlink()
    (files[1].with_name(f"{files[1].name}.part")).write_bytes(b"half")
    (result.parent / "key").write_text(key)
    return files[0]


@pytest.mark.parametrize("same", [True, False])
def test_finished_files_are_kept_for_the_same_work_alone(tiny_run: Path, tmp_path: Path, same: bool) -> None:
    options = MergeOptions(shard_bytes=100_000)
    tuned = open_run(tiny_run)
    key = f"{options.mark(tuned)}\n{merging._stamp(tuned.base)}" if same else "another adapter"
    out = tmp_path / "out"
    first = _left_over(tiny_run, out, options, key)
    before = first.stat().st_ino
    os.link(first, tiny_run / "held")  # so that its number is not given to another file
    folder = merge(tiny_run, out=out, job=QuietJob(), options=options)
    assert ((folder / first.name).stat().st_ino == before) == same
    assert not list(folder.glob("*.part")) and [
        path.name for path in tmp_path.iterdir() if path != tiny_run
    ] == ["out"]
    weights = merging.weights_of(tuned)
    for entry in read_entries(folder):
        assert entry.read().equal(weights.tensor(entry.name)), entry.name
