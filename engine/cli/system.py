"""``serve | doctor | schema | starter | selftest | starter-project``."""

import argparse
import json

from engine.cli.foreground import run_foreground
from engine.cli.output import Output
from engine.cli.training import gb


def serve(arguments: argparse.Namespace, output: Output) -> int:
    """Speak the protocol until told to leave."""
    from engine.server.claim import claim_stdin
    from engine.server.serve import end_process
    from engine.server.serve import serve as speak

    stream = output.claimed
    assert stream is not None, "engine.__main__ claims stdout for serve"
    code = speak(claim_stdin(), stream)
    end_process(code)
    return code


def doctor(arguments: argparse.Namespace, output: Output) -> int:
    """Show the state of this computer; 1 when something must be mended."""
    from engine.server.doctor import examine

    report = examine()
    failed = any(check.state == "failed" for check in report.checks)
    if output.json:
        output.object(report)
        return int(failed)
    for name, version in report.versions.items():
        output.text(f"{name:<20} {version}")
    for device in report.devices:
        output.text(
            f"{device.kind:<20} {device.name}, {gb(device.free_bytes)} of {gb(device.memory_bytes)} free"
        )
    output.text(f"{'threads':<20} {report.cpu_threads}")
    output.text(f"{'runs':<20} {report.runs_dir}")
    for check in report.checks:
        output.text(f"{check.state:<8} {check.name}: {check.detail}")
        if check.fix:
            output.text(f"         {check.fix}")
    return int(failed)


def schema(arguments: argparse.Namespace, output: Output) -> int:
    """Print every option there is."""
    from engine.registry import schema_reply

    reply = schema_reply()
    if output.json:
        output.object(reply)
    else:
        output.text(json.dumps(reply.recipe_schema, indent=2, ensure_ascii=False))
    return 0


def starter(arguments: argparse.Namespace, output: Output) -> int:
    """Install the starter model."""
    from engine.server.tasks import starter_task

    ended = run_foreground(starter_task(), output, quiet=output.json)
    if ended.finished.error is not None:
        output.failure(ended.finished.error)
    elif output.json:
        output.object(ended.finished.result)
    else:
        output.text(ended.finished.paths.get("starter_model", ended.finished.status))
    return ended.code


def selftest(arguments: argparse.Namespace, output: Output) -> int:
    """Prove that this installation works."""
    from engine.cli.selftest import run_selftest

    return run_selftest(output)


def starter_project(arguments: argparse.Namespace, output: Output) -> int:
    """The whole path once."""
    from engine.cli.starter_project import run_starter_project

    return run_starter_project(output)
