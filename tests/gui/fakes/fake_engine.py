"""A scripted stand-in for the engine: a real child process that speaks the protocol, well or badly.

Run as ``python fake_engine.py MODE... [--steps N] [--rows N] [--interval S] [--rate N --seconds S]``. Modes add up:

normal          answers everything
dies:TYPE       ends with code 7 when a command of that type comes, unanswered
silent:TYPE     never answers that type ("silent:*": nothing at all)
junk            10 MB of junk before every reply
utf8            invalid UTF-8 and library chatter between the lines
cut             every byte written alone
unreadable      events and a reply with wrong fields among the good ones
protocol:N      claims to speak protocol N
crash:STEP      SIGKILLs itself at that training step
stubborn        ignores the end of stdin and SIGTERM, and has a child that does the same
prose           answers of the chat are ``--rate`` tokens/s of Markdown for ``--seconds``
tight           no memory for a model of the chat beside a live run, unless its context has 1024 tokens or fewer
flood           a training run sends ``--rate`` events a second for ``--seconds``
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.gui.fakes.fake_data import DataAnswers

Message = dict[str, Any]
NO_ROOM: Message = {
    "code": "out_of_memory",
    "message": "starter needs about 1.0 GB of memory, and 0.4 GB are left beside the run.",
    "details": {"needed_bytes": 10**9, "free_bytes": 4 * 10**8, "context_tokens": 1024},
}


class FakeEngine(DataAnswers):
    def __init__(self, options: argparse.Namespace) -> None:
        self.modes = {mode.partition(":")[0]: mode.partition(":")[2] for mode in options.modes}
        self.silent = {mode.partition(":")[2] for mode in options.modes if mode.startswith("silent:")}
        self.options = options
        self.out = os.fdopen(os.dup(1), "wb", buffering=0)
        self.lock = threading.Lock()
        self.jobs: dict[str, FakeJob] = {}
        self.started = 0

    def send(self, message: Message) -> None:
        line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
        with self.lock:
            try:
                if "cut" in self.modes:
                    for index in range(len(line)):
                        self.out.write(line[index : index + 1])
                else:
                    view = memoryview(line)
                    while view:
                        view = view[self.out.write(view) :]
            except OSError:
                pass  # the app is gone; the work goes on

    def raw(self, data: bytes) -> None:
        with self.lock:
            view = memoryview(data)
            while view:
                view = view[self.out.write(view) :]

    def serve(self) -> int:
        if "stubborn" in self.modes:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        sys.stderr.write("fake engine: here I am\n")
        sys.stderr.flush()
        for line in sys.stdin.buffer:
            command = json.loads(line)
            kind = command["type"]
            if self.modes.get("dies") == kind:
                sys.stderr.write("fake engine: last words\n")
                sys.stderr.flush()
                os._exit(7)
            if kind in self.silent or "*" in self.silent:
                continue
            self.noise()
            if kind == "shutdown" and "stubborn" not in self.modes:
                self.reply(command, {})
                break
            self.answer(command)
        while "stubborn" in self.modes:
            time.sleep(1)
        for job in list(self.jobs.values()):
            job.thread.join()  # the end of stdin does not end the work
        return 0

    def noise(self) -> None:
        if "junk" in self.modes:
            self.raw(b"x" * 5_000_000 + b"\n" + b"a library prints this\n" * 230_000)
        if "utf8" in self.modes:
            self.raw(
                b'\xff\xfe\x00broken\n{"type": "\xc3\x28"}\nWarning: something\n[1, 2]\n"text"\n\n{"no": "type"}\n'
            )
        if "unreadable" in self.modes:
            self.send({"type": "metrics", "run": "r1", "step": "seven"})
            self.send({"type": "progress"})
            self.send({"type": "of the future", "run": "r1"})
            self.send({"type": "ok", "id": "not a number"})

    def reply(self, command: Message, result: Message) -> None:
        self.send({"type": "ok", "id": command["id"], "result": result})

    def fail(self, command: Message, code: str, message: str, **more: Any) -> None:
        self.send({"type": "error", "id": command["id"], "error": {"code": code, "message": message, **more}})

    def answer(self, command: Message) -> None:
        kind = command["type"]
        handler = getattr(self, "on_" + kind.replace(".", "_"), None)
        if handler is None:
            self.fail(command, "bad_command", f"unknown command {kind}")
        else:
            handler(command)

    # ------------------------------------------------------------ quick questions

    def on_hello(self, command: Message) -> None:
        protocol = int(self.modes.get("protocol") or 1)
        self.reply(
            command, {"protocol": protocol, "versions": {"engine": "fake"}, "devices": [], "pid": os.getpid()}
        )

    def on_schema(self, command: Message) -> None:
        from engine.registry import schema_reply

        self.reply(command, schema_reply().model_dump(mode="json"))

    def on_doctor(self, command: Message) -> None:
        starter = None if "no_starter" in self.modes else "/models/starter"
        self.reply(command, {
            "versions": {"engine": "fake"}, "devices": [], "checks": [], "data_dir": "", "runs_dir": "",
            "starter_model": starter, "cpu_threads": 2, "memory_bytes": 8 << 30,
            "free_memory_bytes": 4 << 30, "free_disk_bytes": 50 << 30,
        })  # fmt: skip

    def on_places_look(self, command: Message) -> None:
        from engine.contract.places import LookAtPlaces
        from engine.server.places import look_at_places

        asked = LookAtPlaces(models=command["models"], runs=command["runs"])
        self.reply(command, look_at_places(asked).model_dump(mode="json"))

    def on_models(self, command: Message) -> None:
        model = {"name": "Starter", "path": "/models/starter", "origin": "starter", "format": "safetensors"}
        self.reply(command, {"models": [{**model, "trainable": True, "has_template": True}]})

    def on_export_sizes(self, command: Message) -> None:
        self.reply(command, {"sizes": {"gguf:q8_0": 144_811_360, "merged": 541_000_000}})

    def on_recipe_check(self, command: Message) -> None:
        from engine.contract.errors import UserError
        from engine.registry import parse_recipe

        try:
            recipe = parse_recipe(command["recipe"])
        except UserError as error:
            faults = [fault.model_dump() for fault in error.info.fields]
            self.reply(command, {"errors": faults, "recipe": None})
            return
        self.reply(command, {"errors": [], "recipe": recipe.model_dump(mode="json")})

    def on_plan(self, command: Message) -> None:
        self.reply(command, {
            "memory": {"weights": 500 << 20, "adapter": 5 << 20, "activations": 300 << 20},
            "memory_bytes": 805 << 20, "available_bytes": 4 << 30, "device": "cpu", "fits": True,
            "total_steps": self.options.steps, "train_rows": 9, "tokens": 200,
            "trainable_parameters": 2_000_000, "parameters": 135_000_000, "disk_bytes": 30 << 20,
            "free_disk_bytes": 50 << 30, "seconds": [60.0, 90.0],
        })  # fmt: skip

    # ------------------------------------------------------------ jobs

    def begin(self, command: Message, job: "FakeJob") -> None:
        self.jobs[job.run] = job
        self.reply(command, {"run": job.run})
        job.thread.start()

    def name(self) -> str:
        self.started += 1
        return f"r{self.started}"

    def on_run_start(self, command: Message) -> None:
        self.begin(command, TrainJob(self, self.name(), command))

    def on_run_keep(self, command: Message) -> None:
        self.begin(command, KeepJob(self, self.name(), command))

    def on_run_control(self, command: Message) -> None:
        job = self.jobs.get(command["run"])
        if job is None:
            self.fail(command, "not_found", f"no run {command['run']}")
            return
        job.wish = command["action"]
        self.reply(command, {})

    def on_starter_install(self, command: Message) -> None:
        self.modes.pop("no_starter", None)
        self.begin(
            command, OtherJob(self, self.name(), command, "starter", {}, {"starter": "/models/starter"})
        )

    def on_export_start(self, command: Message) -> None:
        verified = {"status": "passed", "prompts": 30, "greedy_agreement": 0.97}
        made = [
            {
                "target": name,
                "path": f"{command['run_dir']}/exports/{name}",
                "size_bytes": 99,
                "verification": verified,
            }
            for name in command["targets"]
        ]
        paths = {target["target"]: target["path"] for target in made}
        self.begin(command, OtherJob(self, self.name(), command, "export", {"targets": made}, paths))

    def on_data_build(self, command: Message) -> None:
        out = command["out"] or "/versions/1-abcdef01"
        result = {"path": out, "files": {"train": f"{out}/train.jsonl"}, "rows": {"train": 9}, "card": f"{out}/card.md",
                  "content_hash": "abcdef01"}  # fmt: skip
        self.begin(command, OtherJob(self, self.name(), command, "data.build", result, {"dataset": out}))

    def on_evaluate_start(self, command: Message) -> None:
        answer = {"prompt": "Who?", "reference": "Maple", "before": "An AI", "after": "Maple"}
        result = {
            "rows": 1, "loss_before": 2.0, "loss_after": 1.0, "perplexity_before": 7.4, "perplexity_after": 2.7,
            "answers": [answer],
        }  # fmt: skip
        self.begin(command, OtherJob(self, self.name(), command, "evaluate", result, {}))

    def on_chat_load(self, command: Message) -> None:
        if command["model"] == "missing":
            self.fail(command, "not_found", "There is no model at missing")
            return
        self.model = command["model"]
        kept = bool(command["reserved_bytes"]) and command["context_tokens"] > 1024 and not command["anyway"]
        refused = NO_ROOM if "tight" in self.modes and kept else None
        self.begin(command, OtherJob(self, self.name(), command, "chat.load", {}, {}, refused))

    def on_chat_send(self, command: Message) -> None:
        self.begin(command, AnswerJob(self, self.name(), command))


class FakeJob:
    kind = ""

    def __init__(self, engine: FakeEngine, run: str, command: Message) -> None:
        self.engine, self.run, self.command = engine, run, command
        self.wish = ""
        self.seq = 0
        self.began = time.monotonic()
        self.journal: Any = None
        self.thread = threading.Thread(target=self.work)

    def emit(self, event: str, **fields: Any) -> None:
        self.seq += 1
        t = round(time.monotonic() - self.began, 4)
        message = {"type": event, "run": self.run, "seq": self.seq, "t": t, "wall": time.time(), **fields}
        if self.journal is not None:
            self.journal.write(json.dumps(message) + "\n")
            self.journal.flush()
        self.engine.send(message)

    def work(self) -> None:
        raise NotImplementedError


class OtherJob(FakeJob):
    def __init__(
        self,
        engine: FakeEngine,
        run: str,
        command: Message,
        kind: str,
        result: Message,
        paths: dict[str, str],
        refused: Message | None = None,
    ) -> None:
        super().__init__(engine, run, command)
        self.kind, self.result, self.paths, self.refused = kind, result, paths, refused

    def work(self) -> None:
        self.emit("run.started", kind=self.kind, run_dir=self.command.get("run_dir", ""), pid=os.getpid())
        if self.refused is not None:
            self.emit("run.finished", status="failed", error=self.refused)
            return
        self.emit("phase", name="work", state="started")
        for done in range(5):
            time.sleep(self.engine.options.interval)
            if self.wish == "cancel":
                cancelled = {"code": "cancelled", "message": "Cancelled."}
                self.emit("run.finished", status="failed", error=cancelled)
                return
            self.emit("progress", name="work", done=done + 1, total=5, unit="parts")
        self.emit("phase", name="work", state="finished")
        self.emit("run.finished", status="completed", result=self.result, paths=self.paths)


class KeepJob(FakeJob):
    def work(self) -> None:
        run_dir = self.command["run_dir"]
        self.emit("run.started", kind="train", run_dir=run_dir, pid=os.getpid())
        self.emit("run.finished", status="stopped", paths={"run": run_dir, "adapter": f"{run_dir}/adapter"})


class AnswerJob(FakeJob):
    def work(self) -> None:
        self.emit("run.started", kind="chat")
        if "prose" in self.engine.modes:
            self._prose()
            return
        question = self.command["messages"][-1]["content"]
        seed = self.command["sampling"]["seed"]
        words = f"{Path(self.engine.model).name} hears {question} with seed {seed}".split(" ")
        text, finish = "", "stop"
        for word in words:
            if self.wish == "cancel":
                finish = "cancelled"
                break
            piece = word if not text else " " + word
            text += piece
            self.emit("text", text=piece)
            time.sleep(self.engine.options.interval)
        reply = {
            "text": text, "prompt_tokens": 5, "tokens": len(words), "tokens_per_second": 20.0,
            "first_token_s": 0.1, "finish": finish,
        }  # fmt: skip
        self.emit("run.finished", status="completed", result=reply)

    def _prose(self) -> None:
        from tests.gui.fakes.prose import pieces

        rate, seconds = self.engine.options.rate, self.engine.options.seconds
        begin, text = time.monotonic(), ""
        for count, piece in enumerate(pieces(int(rate * seconds))):
            time.sleep(max(0.0, begin + count / rate - time.monotonic()))
            text += piece
            self.emit("text", text=piece)
        reply = {
            "text": text, "prompt_tokens": 5, "tokens": int(rate * seconds), "tokens_per_second": rate,
            "first_token_s": 0.1, "finish": "length",
        }  # fmt: skip
        self.emit("run.finished", status="completed", result=reply)


class TrainJob(FakeJob):
    def work(self) -> None:
        run_dir = Path(self.command["run_dir"])
        run_dir.mkdir(parents=True, exist_ok=True)
        resumed = self._last_checkpoint(run_dir) if self.command.get("resume") else None
        if resumed is None:
            import yaml

            (run_dir / "recipe.yaml").write_text(yaml.safe_dump(self.command["recipe"]), encoding="utf-8")
        import psutil

        me = {"pid": os.getpid(), "started": psutil.Process().create_time(), "protocol": 1}
        (run_dir / "process.json").write_text(json.dumps(me))
        with (run_dir / "events.jsonl").open("a") as self.journal:
            steps = self.engine.options.steps
            self.emit(
                "run.started", kind="train", run_dir=str(run_dir), pid=os.getpid(), total_steps=steps,
                resumed_from=resumed,
            )  # fmt: skip
            status = (
                self._flood() if "flood" in self.engine.modes else self._train(run_dir, resumed or 0, steps)
            )
            self.emit("run.finished", status=status, paths={"run": str(run_dir)})
        (run_dir / "process.json").unlink()

    def _last_checkpoint(self, run_dir: Path) -> int:
        found = sorted((run_dir / "checkpoints").glob("step-*"))
        return int(found[-1].name.partition("-")[2]) if found else 0

    def _train(self, run_dir: Path, first: int, steps: int) -> str:
        self.emit("run.scope", total_steps=steps, first_step=first, train_rows=9, validation_rows=1)
        self.emit("phase", name="train", state="started")
        for step in range(first + 1, steps + 1):
            time.sleep(self.engine.options.interval)
            loss = 3.0 / (1 + 0.1 * step)
            self.emit("metrics", step=[step], **{"train/loss": [loss], "train/learning_rate": [1e-4]})
            self.emit("progress", name="train", done=step, total=steps, unit="steps", eta_s=[1.0, 2.0])
            if step % 5 == 0:
                self._checkpoint(run_dir, step, "scheduled")
            if self.engine.modes.get("crash") == str(step):
                os.kill(os.getpid(), signal.SIGKILL)
            wish = self.wish or self._control(run_dir)
            if wish == "save":
                self.wish = ""
                self._checkpoint(run_dir, step, "asked")
            elif wish in ("pause", "stop", "discard"):
                if wish != "discard":
                    self._checkpoint(run_dir, step, wish)
                return "paused" if wish == "pause" else "stopped"
        self.emit("phase", name="train", state="finished")
        return "completed"

    def _checkpoint(self, run_dir: Path, step: int, reason: str) -> None:
        place = run_dir / "checkpoints" / f"step-{step:06d}"
        place.mkdir(parents=True, exist_ok=True)
        self.emit("checkpoint", step=step, path=str(place), reason=reason)

    def _control(self, run_dir: Path) -> str:
        try:
            lines = (run_dir / "control.jsonl").read_text().splitlines()
        except OSError:
            return ""
        (run_dir / "control.jsonl").unlink()
        return str(json.loads(lines[-1])["action"]) if lines else ""

    def _flood(self) -> str:
        """``rate`` events a second: metrics with eight series, every tenth one a progress."""
        rate, end = self.engine.options.rate, self.began + self.engine.options.seconds
        step, sent = 0, 0
        begin = time.monotonic()
        names = [f"train/series_{index}" for index in range(7)]
        while time.monotonic() < end:
            while sent < (time.monotonic() - begin) * rate:
                sent += 1
                if sent % 10 == 0:
                    self.emit("progress", name="train", done=step, total=rate * 60, unit="steps")
                else:
                    step += 1
                    self.emit(
                        "metrics", step=[step], **{"train/loss": [1.0 / step], **{n: [step] for n in names}}
                    )
            time.sleep(0.002)
        return "completed"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("modes", nargs="*", default=["normal"])
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--interval", type=float, default=0.01)
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=2.0)
    return FakeEngine(parser.parse_args()).serve()


if __name__ == "__main__":
    sys.exit(main())
