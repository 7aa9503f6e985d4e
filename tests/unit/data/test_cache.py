"""Converted files that outlive the process: found again, made again when damaged, bounded, left whole by a crash."""

import json
import os
import shutil
import sys

import pytest

from engine.contract.recipe import Source
from engine.data import store as module
from engine.data.cache import DatasetCache
from engine.data.store import SourceStore


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(module, "IN_MEMORY_BYTES", 1000)
    return tmp_path / "home" / "cache" / "datasets"


@pytest.fixture
def imports(monkeypatch):
    """Counts how often a file is really read."""
    counted = []
    original = module._Import.done
    monkeypatch.setattr(module._Import, "done", lambda self: counted.append(1) or original(self))
    return counted


def jsonl(count, word="a"):
    rows = [{"instruction": f"q{place}", "output": word} for place in range(count)]
    return "\n".join(map(json.dumps, [*rows, {"instruction": "q"}]))


def load(path, **options):
    return SourceStore().load(Source(path=str(path), **options))


def told(loaded):
    rows = [(row, dict(row.raw)) for row in loaded.rows]
    found = (loaded.family, loaded.detection, loaded.columns, loaded.file.encoding, loaded.rejected.groups)
    return rows, list(loaded.rejected), found, [dict(item.fields) for item in loaded.examples]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_large_file_is_read_once(home, imports, write, name):
    content = jsonl(50) if name == "a.jsonl" else "prompt,completion\n" + "q,a\nq,\n" * 200
    path = write(name, content)
    first, second = load(path), load(path)
    assert told(first) == told(second) and len(imports) == 1
    assert len(second.rejected) > 0 and second.rows.content_hash == first.rows.content_hash
    load(path, fill={"input": "x"})
    assert len(imports) == 2 and len(list(home.iterdir())) == 2
    write(name, content + "\n")
    assert len(load(path).rows) == len(first.rows) and len(imports) == 3


def test_a_small_file_leaves_nothing(home, write):
    load(write("a.jsonl", jsonl(3)))
    assert not home.exists()


@pytest.mark.parametrize("damage", ["short", "gone", "meta", "empty"])
def test_what_is_damaged_is_made_again(home, imports, write, damage):
    path = write("a.jsonl", jsonl(50))
    before = told(load(path))
    (place,) = home.iterdir()
    if damage == "short":
        data = (place / "rows.arrow").read_bytes()
        (place / "rows.arrow").write_bytes(data[: len(data) // 2])
    elif damage == "gone":
        (place / "rejected.arrow").unlink()
    elif damage == "meta":
        (place / "meta.json").write_text("{", encoding="utf-8")
    else:
        for file in place.iterdir():
            file.unlink()
    assert told(load(path)) == before
    assert len(imports) == 2 and [item.name for item in home.iterdir()] == [place.name]
    assert told(load(path)) == before and len(imports) == 2


def test_the_oldest_leave_first(tmp_path):
    cache = DatasetCache(tmp_path / "c", limit_bytes=2500)
    for number in range(4):
        with cache.part() as part:
            (part / "rows.arrow").write_bytes(b"x" * 1000)
            kept = cache.keep(part, cache.place(number), {})
        os.utime(kept / "meta.json", (number, number))
    assert [cache.meta(cache.place(number)) is not None for number in range(4)] == [False, False, True, True]


def test_two_that_finish_at_the_same_time(tmp_path):
    cache = DatasetCache(tmp_path / "c")
    place = cache.place("key")
    with cache.part() as one, cache.part() as other:
        for part in (one, other):
            (part / "rows.arrow").write_bytes(b"same")
        assert cache.keep(one, place, {"by": "one"}) == cache.keep(other, place, {"by": "other"}) == place
    meta = cache.meta(place)
    assert meta is not None and meta["by"] == "one"
    assert [item.name for item in (tmp_path / "c").iterdir()] == [place.name]


def test_what_a_crash_left_goes_with_time(tmp_path):
    folder = tmp_path / "c"
    dead = 2**22 + 1
    for owner, age in ((dead, 7200), (dead, 10), (os.getpid(), 7200)):
        part = folder / f"{owner}-{age}"
        part.mkdir(parents=True)
        (part / "rows.arrow").write_bytes(b"half")
        os.utime(part, (part.stat().st_mtime - age,) * 2)
    with DatasetCache(folder).part():
        names = {item.name for item in folder.iterdir()}
    assert f"{dead}-7200" not in names
    assert {f"{dead}-10", f"{os.getpid()}-7200"} <= names


@pytest.mark.skipif(sys.platform == "win32", reason="files that are open cannot be removed there")
def test_the_rows_in_hand_outlive_the_cache(home, write):
    loaded = load(write("a.jsonl", jsonl(50)))
    shutil.rmtree(home)
    assert len(list(loaded.rows)) == 50 and loaded.rejected[0].code == "missing_column"
