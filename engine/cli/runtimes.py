"""``runtime list | install | use | remove | verify``."""

import argparse
from dataclasses import asdict

from engine import __version__
from engine.cli.foreground import run_foreground
from engine.cli.output import Output
from engine.cli.training import gb
from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.paths import data_dir
from engine.contract.runtimes import (
    BEST,
    OWN,
    InstallRuntime,
    RemoveRuntime,
    VerifyRuntime,
    best,
    choose,
    chosen_name,
    installed,
    kinds_here,
    runtimes_dir,
)
from engine.server.tasks import Task


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    runtime = commands.add_parser(
        "runtime", help="engines for other devices: list, install, use, remove, verify"
    )
    parts = runtime.add_subparsers(required=True, metavar="COMMAND")

    it = parts.add_parser("list", help="the runtimes on this computer, and which suits it best")
    it.set_defaults(command=listing)

    install = parts.add_parser("install", help="install a runtime from a file or an address")
    install.add_argument("source", metavar="FILE_OR_URL")
    install.add_argument("--sha256", default="", metavar="HASH", help="of the file, as its makers name it")
    install.set_defaults(command=installation)

    use = parts.add_parser("use", help="let the app start its engines from this runtime")
    use.add_argument(
        "name",
        metavar="NAME",
        help=f"as listed; {OWN}: the engine that Luthier brings; {BEST}: what suits this computer",
    )
    use.set_defaults(command=using)

    remove = parts.add_parser("remove", help="delete a runtime")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(command=removal)

    verify = parts.add_parser("verify", help="hold every file of a runtime against its hash")
    verify.add_argument("name", metavar="NAME")
    verify.set_defaults(command=verification)

    for one in (it, install, use, remove, verify):
        one.add_argument("--json", action="store_true", help="print one JSON object")


def listing(arguments: argparse.Namespace, output: Output) -> int:
    """Show what is installed."""
    from engine.runtimes.install import clean

    clean()
    items = installed(data_dir(), PROTOCOL_VERSION, own_version=__version__)
    kinds, chosen = kinds_here(), chosen_name(data_dir())
    suits = best(items, kinds)
    if output.json:
        output.object(
            {"runtimes": [asdict(item) for item in items], "chosen": chosen, "best": suits, "devices": kinds}
        )
        return 0
    for item in items:
        marks = [
            mark
            for mark, holds in (("in use", item.name == chosen), ("best here", item.name == suits))
            if holds
        ]
        words = ", ".join(
            [item.device, gb(item.size_bytes) if item.size_bytes else "comes with Luthier", *marks]
        )
        output.text(f"{item.name} {item.version}: {words}")
        if item.reason:
            output.text(f"  {item.reason}")
    output.text(f"folder: {runtimes_dir(data_dir())}")
    return 0


def installation(arguments: argparse.Namespace, output: Output) -> int:
    """Install one."""
    from engine.server.runtime_tasks import installation as task

    return _carry_out(task(InstallRuntime(source=arguments.source, sha256=arguments.sha256)), output)


def using(arguments: argparse.Namespace, output: Output) -> int:
    """Choose one."""
    name = arguments.name
    if name == BEST:
        name = best(installed(data_dir(), PROTOCOL_VERSION, own_version=__version__), kinds_here())
    choose(data_dir(), name, PROTOCOL_VERSION)
    if output.json:
        output.object({"chosen": name})
    else:
        output.text(f"The next engine that the app starts is that of {name}.")
    return 0


def removal(arguments: argparse.Namespace, output: Output) -> int:
    """Delete one."""
    from engine.server.runtime_tasks import removal as task

    return _carry_out(task(RemoveRuntime(name=arguments.name)), output)


def verification(arguments: argparse.Namespace, output: Output) -> int:
    """Check one."""
    from engine.server.runtime_tasks import verification as task

    return _carry_out(task(VerifyRuntime(name=arguments.name)), output)


def _carry_out(task: Task, output: Output) -> int:
    ended = run_foreground(task, output, quiet=output.json)
    if ended.finished.error is not None:
        output.failure(ended.finished.error)
    elif output.json:
        output.object(ended.finished.result)
    else:
        output.text(str(ended.finished.result.get("runtime", ended.finished.status)))
    return ended.code
