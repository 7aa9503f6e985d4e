"""Results appear whole or not at all."""

from pathlib import Path

import pytest

from engine.export.placing import in_words, place, size_of, work_folder


def test_nothing_is_left_of_a_broken_off_work(tmp_path: Path) -> None:
    with pytest.raises(KeyError), work_folder(tmp_path, "x") as work:
        (work / "half").write_bytes(b"1")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    with work_folder(tmp_path, "x") as work:
        name = work.name
    (tmp_path / name).mkdir()
    (tmp_path / name / "old").write_bytes(b"1")
    with work_folder(tmp_path, "x") as work:
        assert list(work.iterdir()) == []


@pytest.mark.parametrize("existing", [False, True])
def test_files_and_folders_are_replaced(tmp_path: Path, existing: bool) -> None:
    with work_folder(tmp_path, "x") as work:
        (work / "f").write_bytes(b"new")
        (work / "d").mkdir()
        (work / "d" / "inner").write_bytes(b"new!")
        if existing:
            (tmp_path / "f").write_bytes(b"old")
            (tmp_path / "d").mkdir()
            (tmp_path / "d" / "stale").write_bytes(b"old")
        place(work / "f", tmp_path / "f")
        place(work / "d", tmp_path / "d")
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["inner"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "f"]
    assert size_of(tmp_path / "d") == 4


def test_sizes_in_words() -> None:
    assert in_words(1_240_000_000) == "1.2 GB"
    assert in_words(340_000_000) == "340 MB"
    assert in_words(5) == "1 MB"
