"""``models | download | convert | allow-code``."""

import argparse
from pathlib import Path

from engine.cli.foreground import run_foreground
from engine.cli.output import Output
from engine.cli.training import gb
from engine.server.tasks import Task


def models(arguments: argparse.Namespace, output: Output) -> int:
    """List the models on this computer."""
    from engine.models.inspect import list_models

    found = list_models(tuple(Path(folder) for folder in arguments.folders))
    if output.json:
        output.object(found)
        return 0
    for model in found.models:
        trainable = "trainable" if model.trainable else "chat only"
        output.text(
            f"{model.name}: {model.architecture}, {gb(model.size_bytes)}, {model.origin}, {trainable}"
        )
        output.text(f"  {model.path}")
    return 0


def convert(arguments: argparse.Namespace, output: Output) -> int:
    """Make a model trainable."""
    from engine.server.model_tasks import conversion

    return _carry_out(conversion(arguments.path), output)


def download(arguments: argparse.Namespace, output: Output) -> int:
    """Fetch a model from a hub."""
    from engine.contract.messages import DownloadModel
    from engine.server.model_tasks import download as fetch

    command = DownloadModel(
        name=arguments.name, revision=arguments.revision, hub=arguments.hub, endpoint=arguments.endpoint
    )
    return _carry_out(fetch(command), output)


def _carry_out(task: Task, output: Output) -> int:
    ended = run_foreground(task, output, quiet=output.json)
    if ended.finished.error is not None:
        output.failure(ended.finished.error)
    elif output.json:
        output.object(ended.finished.result)
    else:
        output.text(ended.finished.paths.get("model", ended.finished.status))
    return ended.code


def convert_here(arguments: argparse.Namespace, output: Output) -> int:
    """The part of ``convert`` that reads strangers' files."""
    from engine.models.convert_child import convert_here as work

    work(Path(arguments.source), Path(arguments.target))
    return 0


def allow_code(arguments: argparse.Namespace, output: Output) -> int:
    """Show the code of a model's folder or a file of rewards, allow it, or take the permission back."""
    from engine.models.consent import allow, code_of, is_allowed, withdraw

    folder = Path(arguments.folder).expanduser().resolve()
    code = code_of(folder)
    if code is None:
        output.text(f"{folder} asks for no code of its own.")
        return 0
    if arguments.withdraw:
        withdraw(code.digest)
    elif arguments.digest:
        allow(folder, arguments.digest)
    allowed = is_allowed(code)
    if output.json:
        output.object({"digest": code.digest, "files": code.files, "allowed": allowed})
        return 0
    for name, digest in code.files.items():
        output.text(f"{digest}  {name}")
    state = "is allowed" if allowed else f"is not allowed; --digest {code.digest} allows it"
    output.text(f"The code in {folder} {state}. It could do anything that you can.")
    return 0
