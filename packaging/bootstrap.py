#!/usr/bin/env python3
"""One program that sets Luthier up and runs its chores, the same on Linux and Windows.

    python packaging/bootstrap.py setup | run | test | lint | format | bundle | installers | runtime | verify-installers
        | screenshots | bench | soak

It uses only the standard library, because it starts before anything is installed. Every command first
makes sure that `.venv` holds the pinned versions (a stamp makes that free when nothing changed), and
every failure the user can mend ends in one sentence. See packaging/README.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

# Before the sibling modules: an old Python must get a sentence, not a SyntaxError or a missing tomllib.
if sys.version_info < (3, 11):  # noqa: UP036 -- it may well be started by an older one
    sys.exit(
        "Luthier needs Python 3.11 to 3.13, and this is Python {}.{}: install one of those and run the same "
        "command with it, for example `make run PYTHON=python3.11`.".format(*sys.version_info[:2])
    )

import environment
import host
from console import Console, SetupError, say_duration

ROOT = environment.ROOT
BUILD = ROOT / "build"
VENV_NEEDS_BYTES = 6_000_000_000  # 2 GB installed with CPU PyTorch, three times that with CUDA libraries
STARTER_NEEDS_BYTES = 2_000_000_000

LEFTOVERS = (
    "build",
    "dist",
    "luthier.egg-info",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
)

BENCHMARKS = (("app_start",), ("ui_stall",))  # the others take a dataset or a model as their argument

Check = tuple[str, list[str]]


# --- set-up ---------------------------------------------------------------------------------------


def set_up(*, dev: bool, packages: Sequence[str] = (), starter: bool = True) -> None:
    """Bring the machine to where Luthier runs; silent and instant when it is there already.

    Args:
        dev: also the tools of development (pytest, ruff, mypy, PyInstaller, ...).
        packages: Debian packages this command needs besides Qt's.
        starter: also the starter model.

    Raises:
        SetupError: with one sentence that says what to do.
    """
    fingerprint = environment.current_digest()
    stamp = environment.read_stamp()
    ready = environment.is_current(stamp, fingerprint=fingerprint, dev=dev)
    missing = _missing_system_packages(packages, filling=not ready)
    starter_ready = not starter or _starter_is_ready(stamp)
    if ready and not missing and starter_ready:
        return
    # system packages, four steps of Python, the starter model
    console = Console(total_steps=int(bool(missing)) + 4 * (not ready) + (not starter_ready))
    if missing:
        _install_system_packages(console, missing)
    if not ready:
        dev = dev or bool(stamp.get("dev"))  # a plain `run` must not let the development tools go stale
        _fill_venv(console, dev=dev)
        stamp = {**stamp, "digest": fingerprint, "dev": dev}
        environment.write_stamp(stamp)
    if not starter_ready:
        stamp["starter"] = _install_starter(console)
        environment.write_stamp(stamp)


def _missing_system_packages(packages: Sequence[str], *, filling: bool) -> list[str]:
    """What apt must bring; `filling` when `.venv` is about to be made or filled, which takes more."""
    if not host.is_debian():
        return []
    wanted = [*host.QT_PACKAGES, *packages]
    if filling:
        wanted += host.build_packages()
    return host.missing_debian_packages(wanted)


def _install_system_packages(console: Console, missing: list[str]) -> None:
    """Through apt as root; otherwise the line to run, which is fatal only when nothing can work without."""
    with console.step(f"System libraries: {' '.join(missing)}"):
        if host.is_root():
            host.install_debian_packages(missing, console)
            return
        sentence = f"Some system libraries are missing: run `{host.apt_line(missing)}` and try again."
        if host.has_display(os.environ) or set(missing) & set(host.build_packages()):
            raise SetupError(sentence)
        console.line(sentence)


def _fill_venv(console: Console, *, dev: bool) -> None:
    problem = host.disk_problem(ROOT, need_bytes=0 if _has_torch() else VENV_NEEDS_BYTES)
    if problem:
        raise SetupError(problem)
    with console.step(f"Python environment in {environment.VENV}"):
        environment.create_venv(console)
        tools = [environment.pinned("pip"), environment.pinned("setuptools")]
        environment.install(console, tools, package="pip", old_pip=True)
    with console.step("PyTorch (the largest download)"):
        environment.install(console, [environment.pinned("torch")], package="torch")
    with console.step("Libraries, the first time with llama.cpp compiled for this machine"):
        environment.install(console, environment.requirements(dev=dev), package="the libraries")
    with console.step("Luthier itself"):
        own = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        environment.install(console, own, package="luthier")


def _has_torch() -> bool:
    return any(environment.VENV.glob("**/site-packages/torch/version.py"))


# --- starter model --------------------------------------------------------------------------------


def _starter_is_ready(stamp: dict[str, object]) -> bool:
    """From the stamp alone: asking the engine would cost the second start a Python with libraries."""
    starter = stamp.get("starter")
    if not isinstance(starter, dict) or starter.get("home") != os.environ.get("LUTHIER_HOME", ""):
        return False
    return (Path(str(starter.get("path"))) / "model.safetensors").is_file()


def _install_starter(console: Console) -> dict[str, str]:
    with console.step("Starter model (SmolLM2-135M-Instruct, Apache-2.0)"):
        home = Path(os.environ.get("LUTHIER_HOME") or Path.home())
        problem = host.disk_problem(home, need_bytes=STARTER_NEEDS_BYTES)
        if problem:
            raise SetupError(problem)
        script = Path(__file__).with_name("install_starter.py")
        child = subprocess.Popen(
            [environment.venv_program("python"), str(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=ROOT,
        )
        assert child.stdout is not None and child.stderr is not None
        path = ""
        for line in child.stdout:
            kind, _, text = line.rstrip("\n").partition(" ")
            if kind == "path":
                path = text
            else:
                console.progress(text)
        complaint = child.stderr.read().strip()
        if child.wait() != 0:
            last = complaint.splitlines()[-1] if complaint else "no reason given"
            raise SetupError(f"The starter model could not be installed: {last}")
        console.line(path)
    return {"home": os.environ.get("LUTHIER_HOME", ""), "path": path}


# --- commands -------------------------------------------------------------------------------------


def _python(*arguments: str) -> list[str]:
    return [str(environment.venv_program("python")), *arguments]


def _call(command: list[str], **environ: str) -> int:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=False).returncode


def command_setup(_: argparse.Namespace) -> int:
    set_up(dev=True, packages=host.TEST_PACKAGES)
    print(f"Luthier is set up in {environment.VENV}.")
    return 0


def command_run(arguments: argparse.Namespace) -> int:
    """Open the app; where no window can open, do the same path on the terminal."""
    set_up(dev=False)
    if host.has_display(os.environ):
        return _call(_python("-m", "app", *arguments.rest))
    print(
        "No display here (DISPLAY and WAYLAND_DISPLAY are empty): running the starter project on the terminal."
    )
    return _call(_python("-m", "engine", "starter-project", *arguments.rest))


def lint_checks() -> list[Check]:
    return [
        ("ruff check", _python("-m", "ruff", "check", ".")),
        ("ruff format", _python("-m", "ruff", "format", "--check", ".")),
        ("mypy", _python("-m", "mypy")),
        ("import rules", [str(environment.venv_program("lint-imports")), "--no-logo"]),
    ]


def run_checks(checks: Sequence[Check], call: Callable[[list[str]], int]) -> int:
    """Run them all even when one fails, then sum up. Returns 0 only when every one passed."""
    rows = []
    for name, command in checks:
        print(f"\n--- {name}", flush=True)
        started = time.monotonic()
        code = call(command)
        rows.append((name, code, time.monotonic() - started))
    print("\n--- summary")
    for name, code, elapsed_s in rows:
        print(f"{'passed' if code == 0 else 'FAILED':8}{name:14}{say_duration(elapsed_s)}")
    return 0 if all(code == 0 for _, code, _ in rows) else 1


def command_lint(_: argparse.Namespace) -> int:
    set_up(dev=True, starter=False)
    return run_checks(lint_checks(), _call)


def command_test(arguments: argparse.Namespace) -> int:
    set_up(dev=True, packages=host.TEST_PACKAGES)
    tests = ("tests", _python("-m", "pytest", "-n", "2", *arguments.rest))
    return run_checks([*lint_checks(), tests], _call)


def command_format(_: argparse.Namespace) -> int:
    set_up(dev=True, starter=False)
    sort = _call(_python("-m", "ruff", "check", "--fix", "--select", "I,F401,UP", "."))
    return _call(_python("-m", "ruff", "format", ".")) or sort


def command_bundle(arguments: argparse.Namespace) -> int:
    set_up(dev=True, packages=(*host.TEST_PACKAGES, *host.BUNDLE_PACKAGES))
    return _call(_python("packaging/bundle.py", *arguments.rest))


def command_installers(arguments: argparse.Namespace) -> int:
    set_up(dev=True, packages=host.INSTALLER_PACKAGES)
    return _call(_python("packaging/installers.py", *arguments.rest))


def command_runtime(arguments: argparse.Namespace) -> int:
    set_up(dev=True, packages=host.BUNDLE_PACKAGES)
    return _call(_python("packaging/runtime.py", *arguments.rest))


def command_verify_installers(arguments: argparse.Namespace) -> int:
    packages = (*host.TEST_PACKAGES, *host.INSTALLER_PACKAGES, *host.READER_PACKAGES, "debootstrap")
    set_up(dev=True, packages=packages)
    return _call(_python("packaging/verify_installers.py", *arguments.rest))


def command_screenshots(arguments: argparse.Namespace) -> int:
    set_up(dev=True, packages=host.TEST_PACKAGES)
    return _call(_python("-m", "tests.gui.screenshots", *arguments.rest))


def command_bench(arguments: argparse.Namespace) -> int:
    """`bench` runs those that need no input; `bench NAME ...` runs one with its own options."""
    set_up(dev=True, packages=host.TEST_PACKAGES)
    chosen = [tuple(arguments.rest)] if arguments.rest else BENCHMARKS
    return max(_benchmark(*words) for words in chosen)


def command_soak(arguments: argparse.Namespace) -> int:
    """The long tables, then an hour of events for the window."""
    set_up(dev=True, packages=host.TEST_PACKAGES)
    tables = _call(_python("-m", "pytest", "-q", "-m", "soak", "tests"))
    return max(tables, _benchmark("ui_stall", "--seconds", "3600", *arguments.rest))


def _benchmark(name: str, *rest: str) -> int:
    """One program of tests/benchmarks, painting off screen where there is none."""
    program = ROOT / "tests" / "benchmarks" / f"{name}.py"
    if not program.is_file():
        raise SetupError(f"There is no benchmark called {name}: see tests/benchmarks for their names.")
    print(f"--- {name}", flush=True)
    platform = {} if host.has_display(os.environ) else {"QT_QPA_PLATFORM": "offscreen"}
    return _call(_python("-m", f"tests.benchmarks.{name}", *rest), **platform)


def command_tool(arguments: argparse.Namespace) -> int:
    """Run a program of `.venv`, for editors and git hooks; never installs anything."""
    if not arguments.rest:
        raise SetupError("Name a tool of the environment, for example `bootstrap.py tool ruff check .`.")
    name, *rest = arguments.rest
    program = environment.venv_program(name)
    if not program.exists():
        raise SetupError(f"{name} is not in .venv: run `python packaging/bootstrap.py setup` first.")
    return _call([str(program), *rest])


def command_pins(_: argparse.Namespace) -> int:
    """Write constraints.txt anew from what `.venv` holds now, after a deliberate upgrade."""
    set_up(dev=True, starter=False)
    count = environment.write_pins()
    print(f"{count} versions pinned in {environment.CONSTRAINTS}.")
    return 0


def command_clean(_: argparse.Namespace) -> int:
    for name in LEFTOVERS:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "setup": command_setup,
    "run": command_run,
    "test": command_test,
    "lint": command_lint,
    "format": command_format,
    "bundle": command_bundle,
    "installers": command_installers,
    "runtime": command_runtime,
    "verify-installers": command_verify_installers,
    "screenshots": command_screenshots,
    "bench": command_bench,
    "soak": command_soak,
    "tool": command_tool,
    "pins": command_pins,
    "clean": command_clean,
}


def main(argv: Sequence[str] | None = None) -> int:
    problem = host.python_problem(sys.version_info[:3])
    if problem:
        print(problem, file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set Luthier up and run its chores.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on to the program behind the command")
    arguments = parser.parse_args(argv)
    try:
        return COMMANDS[arguments.command](arguments)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
