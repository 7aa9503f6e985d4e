"""The command line: what is printed where, and exit codes that mean something. Heavy parts are replaced by fakes."""

import argparse
import io
import json
import os
import signal
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from engine.cli import foreground, main, results, training
from engine.cli.output import Output
from engine.cli.reporter import Reporter
from engine.contract import messages as m
from engine.contract.codec import decode
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.results import Plan
from engine.server.tasks import Outcome, Task

RECIPE = "method: {kind: lora}\nobjective: {kind: sft}\nrun: {output_dir: out}\n"


class Machine:
    """Stands for the claimed stdout."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stream = FileIO(path, "wb")

    def objects(self) -> list[dict[str, Any]]:
        return [decode(line) for line in self.path.read_bytes().splitlines()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "stdout")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


def fake_training(monkeypatch: pytest.MonkeyPatch, work: Callable[[Job], Outcome]) -> None:
    real = training.train_task

    def task(recipe: Any, **options: Any) -> Task:
        opened = real(recipe, **options)
        return Task(opened.kind, opened.run, work, run_dir=opened.run_dir, folder=opened.folder)

    monkeypatch.setattr(training, "train_task", task)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "r.yaml", "--set", "a.b=c", "--set", "d=e", "--resume", "--json"],
        ["plan", "r.yaml"],
        ["data", "inspect", "a.json", "b.csv"],
        ["data", "preview", "r.yaml", "--row", "3"],
        ["data", "statistics", "r.yaml"],
        ["merge", "RUN", "--out", "dir"],
        ["export", "RUN", "--to", "gguf:q8_0", "--to", "merged", "--out", "dir", "--no-verify"],
        ["chat", "starter", "--prompt", "hi", "--temperature", "0", "--system", "s"],
        ["evaluate", "RUN"],
        ["doctor"],
        ["schema"],
        ["starter"],
        ["selftest"],
        ["starter-project", "--home", "dir"],
        ["serve"],
    ],
)
def test_every_command_is_there(arguments: list[str]) -> None:
    parsed = main.build_parser().parse_args(arguments)
    assert callable(parsed.command)


@pytest.mark.parametrize("arguments", [[], ["nope"], ["run"], ["export", "RUN"], ["data"]])
def test_wrong_usage_is_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(arguments, claimed=None) == 2
    assert "usage" in capsys.readouterr().err


def test_an_invalid_recipe_is_two_and_names_every_fault(
    tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("method: {kind: lora, rnk: 4}\nobjective: {kind: sft}\noptim: {max_step: 3}\n")
    assert main.run(["plan", str(path)], claimed=None) == 2
    text = capsys.readouterr()
    assert text.out == ""
    assert "method.rnk" in text.err and "optim.max_step" in text.err
    assert main.run(["plan", str(path), "--json"], claimed=machine.stream) == 2
    (answer,) = machine.objects()
    assert [item["path"] for item in answer["error"]["fields"]] == ["method.rnk", "optim.max_step"]


def test_a_missing_file_is_one_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["plan", "/nowhere/r.yaml"], claimed=None) == 1
    assert capsys.readouterr().err.startswith("error: There is no recipe at")


def test_our_own_mistake_shows_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import engine.registry

    def broken() -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(engine.registry, "schema_reply", broken)
    assert main.run(["schema"], claimed=None) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_run_with_json_prints_every_event_and_ends_with_all_paths(
    recipe: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(job: Job) -> Outcome:
        for step in range(1, 301):
            job.emit(m.Metrics(step=[step], **{"train/loss": [float("nan") if step == 7 else 1.0 / step]}))
        return Outcome("completed", {"steps": 300}, {"adapter": "/x/adapter"})

    fake_training(monkeypatch, work)
    assert main.run(["run", str(recipe), "--json"], claimed=machine.stream) == 0
    events = machine.objects()
    assert events[0]["type"] == "run.started" and events[-1]["type"] == "run.finished"
    assert events[-1]["paths"] == {"adapter": "/x/adapter"}
    assert [e["step"] for e in events if e["type"] == "metrics"] == [[step] for step in range(1, 301)]
    assert capsys.readouterr().out == ""
    written = (recipe.parent / "out" / "events.jsonl").read_bytes()
    assert written == machine.path.read_bytes()


def test_a_finished_run_is_not_overwritten_without_asking(
    recipe: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_training(monkeypatch, lambda job: Outcome())
    assert main.run(["run", str(recipe)], claimed=None) == 0
    assert main.run(["run", str(recipe), "--json"], claimed=machine.stream) == 2
    (last,) = machine.objects()
    assert (last["type"], last["status"], last["error"]["code"]) == (
        "run.finished",
        "failed",
        "recipe_invalid",
    )
    assert main.run(["run", str(recipe), "--resume"], claimed=None) == 0
    assert main.run(["run", str(recipe), "--overwrite"], claimed=None) == 0
    assert main.run(["run", str(recipe), "--set", "run.output_dir=other"], claimed=None) == 0


@pytest.mark.parametrize(
    "work, code",
    [
        (lambda job: Outcome("stopped"), 3),
        (lambda job: Outcome("paused"), 3),
        (lambda job: (_ for _ in ()).throw(UserError(ErrorCode.DATA_EMPTY, "no rows")), 1),
        (lambda job: (_ for _ in ()).throw(UserError(ErrorCode.RECIPE_INVALID, "bad")), 2),
        (lambda job: (_ for _ in ()).throw(MemoryError()), 1),
    ],
)
def test_the_exit_code_says_how_a_run_ended(
    recipe: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[[Job], Outcome], code: int
) -> None:
    fake_training(monkeypatch, work)
    assert main.run(["run", str(recipe)], claimed=None) == code


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_control_c_stops_and_keeps_and_says_so_with_130(
    recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes: list[str | None] = []

    def work(job: Job) -> Outcome:
        os.kill(os.getpid(), signal.SIGINT)
        wishes.append(job.wish())
        return Outcome("stopped")

    before = signal.getsignal(signal.SIGINT)
    fake_training(monkeypatch, work)
    assert main.run(["run", str(recipe)], claimed=None) == 130
    assert wishes == ["stop"]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_control_c_twice_breaks_off(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(job: Job) -> Outcome:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("unreachable")

    fake_training(monkeypatch, work)
    assert main.run(["run", str(recipe)], claimed=None) == 130
    assert (
        json.loads((recipe.parent / "out" / "events.jsonl").read_bytes().splitlines()[-1])["status"]
        == "failed"
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_polite_kill_stops_with_three(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(job: Job) -> Outcome:
        os.kill(os.getpid(), signal.SIGTERM)
        return Outcome("stopped" if job.wish() == "stop" else "completed")

    fake_training(monkeypatch, work)
    assert main.run(["run", str(recipe)], claimed=None) == 3


def export_of(status: str) -> Callable[..., Task]:
    report = {
        "targets": [
            {
                "target": "gguf:q8_0",
                "path": "/x.gguf",
                "size_bytes": 5,
                "verification": {"status": status},
                "seconds": 1.0,
            }
        ]
    }
    return lambda run, **options: Task("export", "e", lambda job: Outcome(result=report))


@pytest.mark.parametrize("status, code", [("passed", 0), ("warning", 0), ("skipped", 0), ("failed", 1)])
def test_an_export_that_fails_its_comparison_is_no_success(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, status: str, code: int
) -> None:
    monkeypatch.setattr(results, "export_task", export_of(status))
    assert main.run(["export", "RUN", "--to", "gguf:q8_0", "--json"], claimed=machine.stream) == code
    (answer,) = machine.objects()
    assert answer["targets"][0]["verification"]["status"] == status


def test_a_failed_job_with_json_is_one_object_with_the_error(machine: Machine, luthier_home: Path) -> None:
    assert main.run(["merge", "no-such-run", "--json"], claimed=machine.stream) == 1
    (answer,) = machine.objects()
    assert answer["error"]["code"] == "not_found"


def test_doctor_and_schema_are_one_object(machine: Machine, luthier_home: Path) -> None:
    assert main.run(["doctor", "--json"], claimed=machine.stream) in (0, 1)
    assert main.run(["schema", "--json"], claimed=machine.stream) == 0
    doctor, schema = machine.objects()
    assert doctor["starter_model"] is None and doctor["data_dir"] == str(luthier_home)
    starter = next(check for check in doctor["checks"] if check["name"] == "Starter model")
    assert starter["state"] == "warning" and starter["fix"]
    assert set(schema) >= {"recipe_schema", "default_recipe", "methods"}


def test_sampling_outside_its_bounds_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["chat", "starter", "--prompt", "x", "--temperature", "9"], claimed=None) == 2
    assert "--temperature" in capsys.readouterr().err


def test_chat_without_a_prompt_reads_stdin_and_refuses_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("  \n"))
    arguments = argparse.Namespace(prompt=None, temperature=None, max_tokens=None, seed=None)
    with pytest.raises(UserError) as caught:
        results.chat(arguments, Output())
    assert caught.value.info.code is ErrorCode.BAD_COMMAND


def test_a_part_of_something_larger_raises_what_went_wrong() -> None:
    def work(job: Job) -> Outcome:
        raise UserError(ErrorCode.NETWORK, "no network", hint="plug it in")

    with pytest.raises(UserError) as caught:
        foreground.run_to_result(Task("starter", "s", work), Output())
    assert (caught.value.info.code, caught.value.info.hint) == (ErrorCode.NETWORK, "plug it in")
    stopped = Task("starter", "s", lambda job: Outcome("stopped"))
    with pytest.raises(UserError) as caught:
        foreground.run_to_result(stopped, Output())
    assert foreground.exit_code(caught.value.info) == 3


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_control_c_in_a_part_of_something_larger_ends_all_of_it() -> None:
    def work(job: Job) -> Outcome:
        os.kill(os.getpid(), signal.SIGINT)
        return Outcome("stopped")

    with pytest.raises(KeyboardInterrupt):
        foreground.run_to_result(Task("train", "t", work), Output())


class Terminal(Output):
    """Remembers what is shown."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.shown = ""
        self._terminal = terminal

    @property
    def terminal(self) -> bool:
        return self._terminal

    def note(self, line: str, *, end: str = "\n") -> None:
        self.shown += line + end


EVENTS: tuple[m.Event, ...] = (
    m.Phase(t=1.0, name="load", state="started", detail="starter"),
    m.Phase(t=3.5, name="load", state="finished", detail="starter"),
    m.Metrics(step=[1], **{"train/loss": [2.0]}),
    m.Progress(name="train", done=1, total=4, unit="steps", eta_s=(60.0, 125.0)),
    m.Warn(code="x", message="careful", hint="do this"),
    m.Metrics(step=[4], **{"train/loss": [1.25]}),
    m.Progress(name="train", done=4, total=4, unit="steps"),
    m.Checkpoint(step=4, path="/run/checkpoints/step-000004"),
)


def test_a_log_gets_plain_lines() -> None:
    output = Terminal(terminal=False)
    reporter = Reporter(output)
    for event in EVENTS:
        reporter(event)
    assert output.shown.splitlines() == [
        "load (starter): 2.5 s",
        "train 1/4 steps  1:00 to 2:05 left  loss 2.0000",
        "warning: careful do this",
        "train 4/4 steps  loss 1.2500",
        "step 4: checkpoint /run/checkpoints/step-000004",
    ]


def test_a_terminal_gets_one_moving_line() -> None:
    output = Terminal(terminal=True)
    reporter = Reporter(output)
    for event in EVENTS:
        reporter(event)
    reporter.close()
    assert "\rtrain [#####...............]  25% 1/4 steps" in output.shown
    assert "[####################] 100%" in output.shown
    assert output.shown.count("\n") == 4, "one for each finished line"


@pytest.mark.parametrize("terminal", [False, True])
def test_what_is_complete_is_said_once_until_it_begins_again(terminal: bool) -> None:
    output = Terminal(terminal=terminal)
    reporter = Reporter(output)
    for done in (500, 1000, 1000, 1000, 500, 1000):
        reporter(m.Progress(name="clean", done=done, total=1000, unit="rows"))
    reporter.close()
    assert output.shown.count("1000/1000 rows") == 2


def test_a_plan_is_told_part_by_part() -> None:
    plan = Plan(
        memory={"weights": 540_000_000, "logits": 100_000_000}, memory_bytes=640_000_000, available_bytes=500_000_000,
        device="cpu", fits=False, total_steps=10, train_rows=40, tokens=4000, trainable_parameters=5, parameters=100,
        disk_bytes=1_000_000, free_disk_bytes=10**10, seconds=(30.0, 600.0), advice=("Take less.",),
    )  # fmt: skip
    text = "\n".join(training.describe_plan(plan))
    assert "weights      0.54 GB" in text and "does not fit" in text
    assert "30 s to 10 min" in text and text.endswith("advice: Take less.")
