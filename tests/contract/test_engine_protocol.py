"""The protocol from the outside: a real ``python -m engine serve``, and everything that can happen to a pipe."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.contract.codec import Framer, decode

ENGINE = [sys.executable, "-m", "engine", "serve"]
HELLO = b'{"id":1,"type":"hello","app_version":"\xe5\xb0\x8f\xe6\x9e\xab"}\n'
ANSWER_S = 60.0
ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path) -> dict[str, str]:
    """The engine of this tree, with a home of its own."""
    return {**os.environ, "LUTHIER_HOME": str(home), "PYTHONPATH": str(ROOT)}


class Child:
    """A process that speaks the protocol."""

    def __init__(self, command: list[str], home: Path) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(home),
        )
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self.stdin, self._stdout = self.process.stdin, self.process.stdout
        self._framer = Framer()
        self._lines: list[Any] = []
        self.stderr = bytearray()
        self._reader = threading.Thread(target=self._drain, args=(self.process.stderr,), daemon=True)
        self._reader.start()

    def _drain(self, stream: Any) -> None:
        while chunk := stream.read1(65536):
            self.stderr += chunk

    def send(self, data: bytes) -> None:
        self.stdin.write(data)
        self.stdin.flush()

    def command(self, **message: Any) -> dict[str, Any]:
        """Send a command and return its reply, passing over events."""
        self.send(json.dumps(message).encode() + b"\n")
        while (line := self.line()).get("id") != message["id"]:
            assert line["type"] not in ("ok", "error"), line
        return line

    def line(self) -> dict[str, Any]:
        """The next line, which must be a message."""
        while not self._lines:
            chunk = self._stdout.read1(65536)  # type: ignore[attr-defined]
            assert chunk, f"the engine said nothing more; stderr: {bytes(self.stderr[-2000:])!r}"
            self._lines += list(self._framer.feed(chunk))
        line = self._lines.pop(0)
        assert isinstance(line, bytes), line
        return decode(line)

    def event(self, kind: str) -> dict[str, Any]:
        """The next line of that type."""
        while (line := self.line())["type"] != kind:
            pass
        return line

    def end(self) -> int:
        """Close stdin and wait for the exit."""
        self.stdin.close()
        return self.process.wait(ANSWER_S)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Child]:
    child = Child(ENGINE, tmp_path)
    yield child
    child.process.kill()
    child.process.wait()


def script(tmp_path: Path, text: str) -> Child:
    path = tmp_path / "child.py"
    path.write_text(text, encoding="utf-8")
    return Child([sys.executable, str(path)], tmp_path)


def test_hello_is_answered_without_the_training_libraries(engine: Child) -> None:
    reply = engine.command(id=1, type="hello")["result"]
    assert reply["protocol"] == 1
    assert reply["pid"] == engine.process.pid
    assert reply["devices"][-1]["kind"] == "cpu" and reply["devices"][-1]["memory_bytes"] > 0
    assert {"luthier", "torch"} <= set(reply["versions"])
    if Path("/proc").is_dir():
        maps = Path(f"/proc/{engine.process.pid}/maps").read_text(encoding="utf-8", errors="replace")
        assert "libtorch" not in maps
    assert engine.end() == 0


def test_a_command_cut_at_every_byte_is_answered(engine: Child) -> None:
    for cut in range(1, len(HELLO)):
        engine.send(HELLO[:cut])
        engine.send(HELLO[cut:])
        assert engine.line()["type"] == "ok", cut
    assert engine.end() == 0


def test_bytes_that_come_one_by_one(engine: Child) -> None:
    for byte in HELLO:
        engine.send(bytes([byte]))
    assert engine.line()["id"] == 1


@pytest.mark.parametrize(
    "junk",
    [b"\xff\xfe\x00\n", b"{\n", b"[]\n", b'{"id":1,"type":"hello","x":"\xc3("}\n', b"[" * 60_000 + b"\n"],
)
def test_a_bad_line_gets_an_error_and_the_next_one_its_answer(engine: Child, junk: bytes) -> None:
    engine.send(junk + HELLO)
    refused, answered = engine.line(), engine.line()
    assert (refused["type"], refused["id"], refused["error"]["code"]) == ("error", None, "bad_command")
    assert (answered["type"], answered["id"]) == ("ok", 1)


def test_ten_megabytes_of_junk_get_one_error_and_the_next_command_its_answer(engine: Child) -> None:
    for _ in range(160):
        engine.send(b"\x00\xffjunk!!!" * 7300)
    engine.send(b"\n" + HELLO)
    refused, answered = engine.line(), engine.line()
    assert (refused["type"], refused["id"]) == ("error", None)
    assert (answered["type"], answered["id"]) == ("ok", 1)


def test_an_unknown_command_is_refused_with_its_number(engine: Child) -> None:
    reply = engine.command(id=77, type="make.coffee")
    assert (reply["type"], reply["error"]["code"]) == ("error", "bad_command")
    assert engine.command(id=78, type="hello")["type"] == "ok"


def test_another_protocol_is_refused_with_a_sentence(engine: Child) -> None:
    reply = engine.command(id=1, type="hello", protocol=99)
    assert reply["type"] == "error" and "99" in reply["error"]["message"]


def test_schema_and_recipe_check_agree(engine: Child) -> None:
    schema = engine.command(id=1, type="schema")["result"]
    good = engine.command(id=2, type="recipe.check", recipe=schema["default_recipe"])["result"]
    assert good["errors"] == [] and good["recipe"] == schema["default_recipe"]
    bad = {**schema["default_recipe"], "method": {"kind": "lora", "rnk": 1}}
    found = engine.command(id=3, type="recipe.check", recipe=bad)["result"]
    assert found["recipe"] is None
    assert [(item["path"], item["suggestion"]) for item in found["errors"]] == [("method.rnk", "rank")]


def test_commands_that_wait_when_stdin_ends_are_still_answered(tmp_path: Path) -> None:
    lines = HELLO + b'{"id":2,"type":"doctor"}\n{"id":3,"type":"models"}\n{"id":4,"type":"schema"}'
    done = subprocess.run(
        ENGINE,
        input=lines + b"\n",
        capture_output=True,
        timeout=ANSWER_S,
        env=environment(tmp_path),
    )
    replies = [decode(line) for line in done.stdout.splitlines()]
    assert sorted(reply["id"] for reply in replies) == [1, 2, 3, 4]
    assert all(reply["type"] == "ok" for reply in replies)
    assert done.returncode == 0


def test_shutdown_is_answered_and_ends_the_process(engine: Child) -> None:
    assert engine.command(id=9, type="shutdown") == {"type": "ok", "id": 9, "result": {}}
    assert engine.process.wait(ANSWER_S) == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_signal_ends_an_idle_engine(engine: Child) -> None:
    engine.command(id=1, type="hello")
    engine.process.send_signal(signal.SIGTERM)
    assert engine.process.wait(ANSWER_S) == 0


PRINTS = """
import ctypes, os, subprocess, sys
from engine.server.claim import claim_stdin, claim_stdout
out, source = claim_stdout(), claim_stdin()
print("python print")
sys.stdout.write("python write\\n"); sys.stdout.flush()
os.write(1, b"raw descriptor\\n")
libc = ctypes.CDLL(None)
libc.puts(b"C stdio"); libc.fflush(None)
subprocess.run([sys.executable, "-c", "print('a child of it')"], check=True)
assert sys.stdin.read() == "", "a library must not eat commands"
from engine.server.serve import serve, end_process
end_process(serve(source, out))
"""


@pytest.mark.skipif(os.name == "nt", reason="loads the C library by its POSIX name")
def test_what_libraries_print_goes_to_stderr_and_commands_stay_whole(tmp_path: Path) -> None:
    child = script(tmp_path, PRINTS)
    assert child.command(id=1, type="hello")["type"] == "ok"
    assert child.end() == 0
    child._reader.join(10)
    for text in (b"python print", b"python write", b"raw descriptor", b"C stdio", b"a child of it"):
        assert text in child.stderr


JOBS = """
import os, sys, threading, time
from pathlib import Path
from engine.server.claim import claim_stdin, claim_stdout
out, source = claim_stdout(), claim_stdin()
from engine.contract.messages import Metrics, Text
from engine.server.dispatch import Dispatcher, Question
from engine.server.outbox import Outbox
from engine.server.run_folder import RunFolder
from engine.server.serve import end_process, serve_with
from engine.server.tasks import Outcome, Task

def work(job):
    step = 0
    while job.wish() is None and step < {steps}:
        step += 1
        job.emit(Metrics(step=[step], **{{"train/loss": [1.0 / step]}}))
        time.sleep({pause})
    return Outcome("completed" if step == {steps} else "stopped", {{"steps": step}})

folder = Path(sys.argv[0]).parent / "run"
opener = lambda command: Task("train", "run", work, run_dir=str(folder), folder=RunFolder(folder), survives={survives})
box = Outbox(out)
dispatcher = Dispatcher(box, questions={{"doctor": Question(lambda c: {{}})}}, tasks={{"run.start": opener}})
end_process(serve_with(dispatcher, box, source))
"""
START = {"id": 1, "type": "run.start", "recipe": {}}


def jobs(tmp_path: Path, *, steps: int, pause: float, survives: bool = True) -> Child:
    return script(tmp_path, JOBS.format(steps=steps, pause=pause, survives=survives))


def journal(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_bytes().splitlines()]


def test_a_run_goes_on_to_its_end_when_the_app_is_gone(tmp_path: Path) -> None:
    child = jobs(tmp_path, steps=60, pause=0.01)
    assert child.command(**START)["result"] == {"run": "run", "run_dir": str(tmp_path / "run")}
    child.event("metrics")
    child._stdout.close()
    assert child.end() == 0
    events = journal(tmp_path)
    assert events[-1]["type"] == "run.finished" and events[-1]["status"] == "completed"
    assert [e["step"] for e in events if e["type"] == "metrics"] == [[step] for step in range(1, 61)]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert not (tmp_path / "run" / "process.json").exists()


def test_anything_else_ends_when_the_app_is_gone(tmp_path: Path) -> None:
    child = jobs(tmp_path, steps=100_000, pause=0.01, survives=False)
    child.command(**START)
    child.event("metrics")
    assert child.end() == 0
    assert journal(tmp_path)[-1]["status"] == "stopped"


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_signal_stops_a_run_and_keeps_it(tmp_path: Path) -> None:
    child = jobs(tmp_path, steps=100_000, pause=0.01)
    child.command(**START)
    child.event("metrics")
    child.process.send_signal(signal.SIGTERM)
    assert child.process.wait(ANSWER_S) == 0
    assert journal(tmp_path)[-1]["status"] == "stopped"


def test_a_run_is_busy_controlled_and_told_whole(tmp_path: Path) -> None:
    child = jobs(tmp_path, steps=100_000, pause=0.001)
    child.command(**START)
    assert child.command(**{**START, "id": 2})["error"]["code"] == "busy"
    assert child.command(id=3, type="doctor")["type"] == "ok"
    assert child.command(id=4, type="run.control", run="run", action="stop")["type"] == "ok"
    last = child.event("run.finished")
    assert last["status"] == "stopped"
    events = journal(tmp_path)
    assert events[-1] == last
    assert child.end() == 0


def test_a_second_engine_keeps_out_of_the_folder(tmp_path: Path) -> None:
    first = jobs(tmp_path, steps=100_000, pause=0.01)
    first.command(**START)
    process = json.loads((tmp_path / "run" / "process.json").read_text(encoding="utf-8"))
    assert process["pid"] == first.process.pid
    second = jobs(tmp_path, steps=1, pause=0.0)
    assert second.command(**START)["error"]["code"] == "busy"
    first.process.kill()
    first.process.wait()
    assert second.command(**{**START, "id": 2})["error"]["code"] == "recipe_invalid", (
        "killed, but it holds a run"
    )
    assert second.end() == 0


def test_a_reader_that_stalls_holds_up_neither_the_run_nor_its_journal(tmp_path: Path) -> None:
    child = jobs(tmp_path, steps=20_000, pause=0.0)
    child.command(**START)
    end = threading.Event()
    for _ in range(600):  # nothing is read from the pipe meanwhile
        if (
            journal(tmp_path)[-1:]
            and b"run.finished" in (tmp_path / "run" / "events.jsonl").read_bytes()[-400:]
        ):
            end.set()
            break
        threading.Event().wait(0.1)
    assert end.is_set()
    steps = [e["step"][0] for e in journal(tmp_path) if e["type"] == "metrics"]
    assert steps == list(range(1, 20_001))
    received: list[int] = []
    while (line := child.line())["type"] != "run.finished":
        received += line["step"] if line["type"] == "metrics" else []
    assert received == sorted(received) and received[-1] == 20_000
    assert child.end() == 0
