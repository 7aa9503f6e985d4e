"""``merge | export | chat``: what one does with a finished run."""

import argparse
import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

from pydantic import ValidationError

from engine.cli.foreground import Ended, run_foreground
from engine.cli.output import Output
from engine.cli.training import gb
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Sampling, StartMerge, Turn
from engine.contract.results import ChatReply, ExportReport
from engine.server.tasks import Task, export_task, merge_task

KEY_VARIABLE = "LUTHIER_SERVER_KEY"  # a variable, since everybody may read the arguments of a process

if TYPE_CHECKING:
    from engine.chat import ChatBackend


def merge(arguments: argparse.Namespace, output: Output) -> int:
    """Merge the adapter of a run, or those of several."""
    task = merge_task(arguments.run, out=arguments.out, wishes=_merge_wishes(arguments))
    ended = carry_out(task, output)
    if ended.code == 0 and not output.json:
        output.text(f"merged: {ended.finished.paths['merged']}")
        found = ended.finished.result
        if "loss_merged" in found:
            output.text(
                f"held-out loss: {found['loss_trained']:.4f} over the quantized base, {found['loss_merged']:.4f} merged"
            )
    return ended.code


def _merge_wishes(arguments: argparse.Namespace) -> StartMerge:
    others = {}
    for item in arguments.others:
        run, _, weight = item.rpartition("=")
        try:
            others[run] = float(weight)
        except ValueError:
            raise UserError(
                ErrorCode.BAD_COMMAND, f"{item!r} names no run and weight", hint="Write it as RUN=0.5."
            ) from None
    try:
        return StartMerge(
            id=0,
            run_dir=arguments.run,
            dtype=arguments.dtype,
            shard_gb=arguments.shard_gb,
            weight=arguments.weight,
            others=others,
            combination=arguments.combine,
            density=arguments.density,
            file_type="bin" if arguments.bin else "safetensors",
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(ErrorCode.BAD_COMMAND, f"{first['loc'][0]}: {first['msg']}") from None


def export(arguments: argparse.Namespace, output: Output) -> int:
    """Export and verify; fails when an export does not behave like the trained model."""
    task = export_task(arguments.run, targets=arguments.to, out=arguments.out, verify=not arguments.no_verify)
    ended = carry_out(task, output)
    if ended.code != 0:
        return ended.code
    report = ExportReport.model_validate(ended.finished.result)
    if not output.json:
        for item in report.targets:
            checked = item.verification
            output.text(f"{item.target}: {item.path} ({gb(item.size_bytes)})")
            output.text(
                f"  verification {checked.status}" + (f": {checked.detail}" if checked.detail else "")
            )
    return 1 if any(item.verification.status == "failed" for item in report.targets) else 0


def carry_out(task: Task, output: Output) -> Ended:
    """Run ``task`` here and say how it ended."""
    ended = run_foreground(task, output, quiet=output.json)
    finished = ended.finished
    if finished.error is not None:
        output.failure(finished.error)
    elif finished.status != "completed":
        output.failure(UserError(ErrorCode.CANCELLED, f"The {task.kind} was stopped").info)
    elif output.json:
        output.object(finished.result)
    return ended


# ---------------------------------------------------------------- chat


def chat(arguments: argparse.Namespace, output: Output) -> int:
    """Answer one prompt, or talk for as long as the user likes."""
    sampling = sampling_of(arguments)
    prompt = arguments.prompt
    if prompt is None and (output.json or not sys.stdin.isatty()):
        prompt = sys.stdin.read().strip()
    if prompt == "":
        raise UserError(
            ErrorCode.BAD_COMMAND, "There is no prompt", hint="Give one with --prompt or on stdin."
        )
    from engine.chat import open_chat
    from engine.server.room import require_room

    if not arguments.anyway:
        require_room(arguments.model, context_tokens=arguments.context)
    key = os.environ.get(KEY_VARIABLE, "")
    backend = open_chat(arguments.model, context_tokens=arguments.context, key=key)
    try:
        history = [Turn(role="system", content=arguments.system)] if arguments.system else []
        if prompt is None:
            _talk(backend, history, sampling, output)
            return 0
        history.append(Turn(role="user", content=prompt))
        reply = _answer(backend, history, sampling, output)
        if output.json:
            output.object(reply)
        return 0
    finally:
        backend.close()


def sampling_of(arguments: argparse.Namespace) -> Sampling:
    """The sampling asked for, everything else as declared in the contract."""
    asked = {name: getattr(arguments, name) for name in ("temperature", "max_tokens", "seed")}
    try:
        return Sampling.model_validate({name: value for name, value in asked.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]).replace("_", "-")
        raise UserError(ErrorCode.BAD_COMMAND, f"--{name}: {first['msg']}") from None


def _answer(backend: "ChatBackend", history: list[Turn], sampling: Sampling, output: Output) -> ChatReply:
    """Stream one answer; Ctrl+C ends the answer, not the program."""
    interrupts: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)

    def show(text: str) -> None:
        if not output.json:
            output.text(text, end="")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        reply = backend.send(tuple(history), sampling, on_text=show, should_stop=lambda: bool(interrupts))
    finally:
        signal.signal(signal.SIGINT, before)
    if not output.json:
        output.text()
        output.note(f"({reply.tokens} tokens, {reply.tokens_per_second:.1f} a second)")
    return reply


def _talk(backend: "ChatBackend", history: list[Turn], sampling: Sampling, output: Output) -> None:
    output.note("Ctrl+D ends the conversation, /new begins another one.")
    beginning = list(history)
    while True:
        output.text("> ", end="")
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            output.text()
            return
        if not line:
            output.text()
            return
        text = line.strip()
        if text == "/new":
            history = list(beginning)
        elif text:
            history.append(Turn(role="user", content=text))
            reply = _answer(backend, history, sampling, output)
            history.append(Turn(role="assistant", content=reply.text))
