"""The control file: only what is appended after opening counts, cut lines wait, junk is passed over."""

from pathlib import Path

from engine.train.control import CONTROL_FILE, ControlFile, request


def test_reads_only_new_wishes(tmp_path: Path) -> None:
    request(tmp_path, "stop")
    control = ControlFile(tmp_path)
    assert control.poll() is None
    request(tmp_path, "save")
    request(tmp_path, "pause")
    assert control.poll() == "pause"
    assert control.poll() is None


def test_cut_lines_and_junk(tmp_path: Path) -> None:
    control = ControlFile(tmp_path)
    path = tmp_path / CONTROL_FILE
    path.write_bytes(b'junk\n{"action": "fly"}\n[1]\n{"action": "pau')
    assert control.poll() is None
    with path.open("ab") as file:
        file.write(b'se"}\n')
    assert control.poll() == "pause"
