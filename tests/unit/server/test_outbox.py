"""The outbox: replies and events are never lost, metrics are merged, and nobody waits for a slow reader."""

import threading
import time
from collections.abc import Iterator

import pytest

from engine.contract import messages as m
from engine.contract.codec import Framer, decode
from engine.contract.errors import ErrorCode
from engine.server.outbox import MAX_PENDING_VALUES, Outbox


class Pipe:
    """A stream that takes at most ``piece`` bytes a write, and nothing at all while it is stalled."""

    def __init__(self, piece: int = 1 << 20) -> None:
        self.data = bytearray()
        self.times: list[tuple[float, int]] = []
        self.open = threading.Event()
        self.open.set()
        self.broken = False
        self._piece = piece

    def write(self, data: bytes, /) -> int:
        self.open.wait()
        if self.broken:
            raise BrokenPipeError
        taken = data[: self._piece]
        self.data += taken
        self.times.append((time.monotonic(), len(self.data)))
        return len(taken)

    def flush(self) -> None: ...

    def messages(self) -> list[dict[str, object]]:
        return [decode(line) for line in Framer().feed(bytes(self.data)) if isinstance(line, bytes)]

    def wait_for(self, count: int) -> list[dict[str, object]]:
        end = time.monotonic() + 10
        while len(self.messages()) < count:
            assert time.monotonic() < end, self.messages()
            time.sleep(0.005)
        return self.messages()


@pytest.fixture
def pipe() -> Pipe:
    return Pipe()


@pytest.fixture
def outbox(pipe: Pipe) -> Iterator[Outbox]:
    box = Outbox(pipe)
    yield box
    pipe.open.set()
    box.close()


def metrics(seq: int, step: int, run: str = "r", **series: float) -> m.Metrics:
    values = {name: [value] for name, value in (series or {"loss": float(step)}).items()}
    return m.Metrics(run=run, seq=seq, step=[step], **values)


def test_everything_else_keeps_its_order(pipe: Pipe, outbox: Outbox) -> None:
    for index in range(500):
        outbox.event(m.Text(run="r", seq=index, text=str(index)))
    got = pipe.wait_for(500)
    assert [message["text"] for message in got] == [str(index) for index in range(500)]


def test_short_writes_are_completed() -> None:
    pipe = Pipe(piece=7)
    box = Outbox(pipe)
    box.reply(m.Ok(id=1, result={"text": "x" * 1000}))
    box.close()
    assert pipe.messages() == [{"type": "ok", "id": 1, "result": {"text": "x" * 1000}}]


def test_metrics_are_merged_and_at_most_ten_lines_a_second_go_out() -> None:
    now = [0.0]
    pipe = Pipe()
    pipe.open.clear()
    box = Outbox(pipe, clock=lambda: now[0])
    for step in range(1, 1001):
        box.event(metrics(step, step))
    pipe.open.set()
    time.sleep(0.1)
    box.event(metrics(1001, 1001))
    time.sleep(0.1)
    lines = pipe.messages()
    assert len(lines) <= 2  # time stands still, so the next metrics must wait
    now[0] += 10.0
    box.close()
    steps = [step for line in pipe.messages() for step in line["step"]]  # type: ignore[attr-defined]
    assert steps == list(range(1, 1002))
    assert pipe.messages()[-1]["seq"] == 1001


def test_metrics_of_other_series_or_runs_are_not_mixed(pipe: Pipe) -> None:
    pipe.open.clear()
    box = Outbox(pipe)
    box.event(m.Text(run="r", text="blocks the writer"))
    time.sleep(0.05)
    for step in (1, 2):
        box.event(metrics(step, step, loss=1.0))
        box.event(metrics(step, step, other=2.0))
        box.event(metrics(step, step, run="s", loss=3.0))
    pipe.open.set()
    box.close()
    got = [line for line in pipe.messages() if line["type"] == "metrics"]
    assert sorted((str(line["run"]), line["step"], "loss" in line) for line in got) == [
        ("r", [1, 2], False),
        ("r", [1, 2], True),
        ("s", [1, 2], True),
    ]


def test_a_stalled_reader_thins_metrics_but_loses_no_control_message(pipe: Pipe) -> None:
    pipe.open.clear()
    box = Outbox(pipe)
    box.event(m.Text(run="r", text="blocks the writer"))
    time.sleep(0.05)
    total = 60_000
    for step in range(1, total + 1):
        box.event(metrics(step, step))
        if step % 10_000 == 0:
            box.event(m.Checkpoint(run="r", seq=step, step=step, path="p"))
    box.event(m.RunFinished(run="r", status="completed"))
    pipe.open.set()
    box.close()
    got = pipe.messages()
    assert [line["step"] for line in got if line["type"] == "checkpoint"] == list(
        range(10_000, total + 1, 10_000)
    )
    assert got[-1]["type"] == "run.finished"
    (line,) = [line for line in got if line["type"] == "metrics"]
    steps = line["step"]
    assert isinstance(steps, list)
    assert len(steps) * 2 <= MAX_PENDING_VALUES
    assert steps == sorted(set(steps)) and steps[-1] == total
    assert line["loss"] == [float(step) for step in steps]


@pytest.mark.parametrize("total", [MAX_PENDING_VALUES // 2 + 1, MAX_PENDING_VALUES // 2 + 2])
def test_thinning_never_takes_the_newest_point(pipe: Pipe, total: int) -> None:
    pipe.open.clear()
    box = Outbox(pipe)
    box.event(m.Text(run="r", text="blocks the writer"))
    time.sleep(0.05)
    for step in range(1, total + 1):
        box.event(metrics(step, step))
    pipe.open.set()
    box.close()
    last = pipe.messages()[-1]
    assert last["step"][-1] == total  # type: ignore[index]
    assert len(last["step"]) < total  # type: ignore[arg-type]


def test_sending_never_waits_for_the_reader(pipe: Pipe, outbox: Outbox) -> None:
    pipe.open.clear()
    done = threading.Event()

    def send() -> None:
        for index in range(20_000):
            outbox.event(m.Progress(run="r", name="train", done=index))
            outbox.event(m.Heartbeat(run="r", memory_bytes=index))
        outbox.reply(m.Ok(id=1))
        done.set()

    threading.Thread(target=send, daemon=True).start()
    assert done.wait(20), "a stalled pipe held up the sender"
    pipe.open.set()
    got = pipe.wait_for(3)
    newest = [line for line in got if line["type"] in ("progress", "heartbeat")]
    assert newest[-1].get("done") == 19_999 or newest[-1].get("memory_bytes") == 19_999
    assert len(got) < 20


def test_a_reply_overtakes_waiting_events(pipe: Pipe) -> None:
    pipe.open.clear()
    box = Outbox(pipe)
    box.event(m.Text(run="r", text="first"))
    time.sleep(0.05)
    for _ in range(3):
        box.event(m.Text(run="r", text="later"))
    box.reply(m.Ok(id=5))
    pipe.open.set()
    box.close()
    assert [line["type"] for line in pipe.messages()] == ["text", "ok", "text", "text", "text"]


def test_a_broken_pipe_silences_the_outbox_and_nothing_else(pipe: Pipe, outbox: Outbox) -> None:
    pipe.broken = True
    outbox.event(m.Text(run="r", text="into the void"))
    end = time.monotonic() + 10
    while not outbox.broken and time.monotonic() < end:
        time.sleep(0.005)
    assert outbox.broken
    for step in range(1000):
        outbox.event(metrics(step, step))
    outbox.reply(m.Ok(id=1))
    outbox.close(wait_s=5)
    assert pipe.data == b""


def test_an_answer_too_long_for_a_line_becomes_an_error(pipe: Pipe, outbox: Outbox) -> None:
    outbox.reply(m.Ok(id=3, result={"text": "x" * (1 << 20)}))
    (line,) = pipe.wait_for(1)
    assert line["type"] == "error" and line["id"] == 3
    assert line["error"]["code"] == ErrorCode.INTERNAL  # type: ignore[index]


def test_close_writes_what_waits(pipe: Pipe) -> None:
    box = Outbox(pipe)
    for step in range(1, 51):
        box.event(metrics(step, step))
    box.event(m.RunFinished(run="r", status="completed"))
    box.close()
    got = pipe.messages()
    assert got[-1]["type"] == "run.finished"
    assert [s for line in got if line["type"] == "metrics" for s in line["step"]] == list(range(1, 51))  # type: ignore[attr-defined]
