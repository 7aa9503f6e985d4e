"""The journal: whole, in order, and readable after a kill at any byte."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contract import messages as m
from engine.contract.codec import encode
from engine.server.journal import Journal, replay


def event(seq: int) -> m.Event:
    if seq % 3 == 0:
        return m.Metrics(run="r", seq=seq, t=seq / 10, step=[seq], **{"train/loss": [math.inf], "x": [0.5]})
    if seq % 3 == 1:
        return m.Phase(run="r", seq=seq, t=seq / 10, name="读取", state="started")
    return m.Sample(run="r", seq=seq, t=seq / 10, step=seq, prompt="a\nb", answer="“ok”\u2028")


def write(path: Path, count: int) -> bytes:
    journal = Journal(path)
    for seq in range(1, count + 1):
        journal.append(event(seq))
    journal.close()
    return path.read_bytes()


def test_what_was_written_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "run" / "events.jsonl"
    write(path, 20)
    assert list(replay(path)) == [event(seq) for seq in range(1, 21)]


def test_each_event_is_on_disk_as_soon_as_it_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    journal = Journal(path)
    for seq in range(1, 6):
        journal.append(event(seq))
        assert len(list(replay(path))) == seq
    journal.close()


def test_a_journal_cut_at_every_byte_reads_and_goes_on_without_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    whole = write(path, 4)
    ends = [index + 1 for index, byte in enumerate(whole) if byte == 10]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        complete = sum(end <= cut for end in ends)
        assert [item.seq for item in replay(path)] == list(range(1, complete + 1)), cut
        journal = Journal(path)
        assert journal.last_seq == complete
        assert journal.last_t == complete / 10
        journal.append(event(complete + 1))
        journal.close()
        assert [item.seq for item in replay(path)] == list(range(1, complete + 2)), cut


@given(junk=st.binary(max_size=60).filter(lambda data: b"\n" not in data))
def test_a_damaged_line_in_the_middle_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("journal") / "events.jsonl"
    first, second = (encode(event(seq).model_dump(mode="json")) for seq in (1, 2))
    path.write_bytes(first + b"{" + junk + b"\n" + second)
    assert [item.seq for item in replay(path)] == [1, 2]


def test_events_of_a_newer_engine_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(encode({"type": "hologram", "seq": 1}) + encode(event(2).model_dump(mode="json")))
    assert [item.seq for item in replay(path)] == [2]


def test_a_long_journal_is_continued_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = encode(event(1).model_dump(mode="json"))
    last = encode(event(77_777).model_dump(mode="json"))
    path.write_bytes(line * (3 * (1 << 20) // len(line)) + last + b'{"type": "pha')
    journal = Journal(path)
    journal.close()
    assert journal.last_seq == 77_777
    assert path.read_bytes().endswith(last)


def test_a_write_that_fails_half_way_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    journal = Journal(path)
    journal.append(event(1))
    whole = path.read_bytes()
    real = journal._file

    class Full:
        """Takes ten bytes, then has no room."""

        writes = 0

        def tell(self) -> int:
            return real.tell()

        def truncate(self, size: int) -> int:
            return real.truncate(size)

        def write(self, data: memoryview) -> int:
            self.writes += 1
            if self.writes > 1:
                raise OSError(5, "Input/output error")
            return real.write(bytes(data[:10]))

    journal._file = Full()  # type: ignore[assignment]
    with pytest.raises(OSError):
        journal.append(event(2))
    assert path.read_bytes() == whole
    journal._file = real
    journal.append(event(2))
    journal.close()
    assert [item.seq for item in replay(path)] == [1, 2]


def test_a_full_disk_loses_no_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "events.jsonl"
    journal = Journal(path)
    journal.append(event(1))
    write, full = journal._write, [True]

    def held_up(data: bytes) -> None:
        if full[0]:
            raise OSError(28, "No space left on device")
        write(data)

    monkeypatch.setattr(journal, "_write", held_up)
    journal.append(event(2))
    journal.append(event(3))
    assert [item.seq for item in replay(path)] == [1]
    full[0] = False
    journal.append(event(4))
    assert [item.seq for item in replay(path)] == [1, 2, 3, 4]
    full[0] = True
    journal.append(event(5))
    full[0] = False
    journal.close()
    assert list(replay(path)) == [event(seq) for seq in range(1, 6)]


def test_what_is_held_for_a_full_disk_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "events.jsonl")

    def full(data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "_write", full)
    monkeypatch.setattr("engine.server.journal.HELD_BYTES", 200)
    with pytest.raises(OSError):
        for seq in range(1, 50):
            journal.append(event(seq))
