"""What a bug report needs, as named texts: versions, checks, settings, the newest logs and errors; all of it redacted."""

import json
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from app.client.journal import parse_line
from app.models.redaction import redacted, secrets_of
from app.state.about import DiagnosticFile
from app.state.library import JOURNAL
from app.state.model import AppState
from app.ui import format
from engine.contract.messages import PROTOCOL_VERSION, RunFinished

LOGS, LOG_BYTES = 8, 64 * 1024
RUNS, JOURNAL_BYTES = 5, 64 * 1024


def summary(state: AppState) -> str:
    """Versions, devices, checks and the last error on one page; not redacted yet."""
    from app import __version__

    engine, doctor = state.engine, state.engine.doctor
    lines = [f"Luthier {__version__} on {platform.platform()}, Python {platform.python_version()}"]
    lines.append(f"engine: {engine.status} {engine.detail}".rstrip())
    lines += [f"{name} {version}" for name, version in versions_of(state)]
    if doctor is not None:
        lines += [
            f"device: {item.kind} {item.name} {format.size(item.memory_bytes)}" for item in doctor.devices
        ]
        lines.append(
            f"memory: {format.size(doctor.free_memory_bytes)} free of {format.size(doctor.memory_bytes)}"
        )
        lines.append(f"disk: {format.size(doctor.free_disk_bytes)} free at {doctor.data_dir}")
        lines += [f"check {item.name}: {item.state} {item.detail}" for item in doctor.checks]
    job = state.train.job
    if job.error is not None:
        lines.append(f"last error: {job.error.code} {job.error.message}")
    return "\n".join([*lines, *job.log_tail[-40:]])


def versions_of(state: AppState) -> list[tuple[str, str]]:
    """Everything that has a version here, the app's own parts first."""
    from PySide6 import __version__ as pyside
    from PySide6.QtCore import qVersion

    from app import __version__

    engine = {**(state.engine.doctor.versions if state.engine.doctor else {}), **state.engine.versions}
    own = {"Luthier": __version__, "protocol": str(PROTOCOL_VERSION), "Python": platform.python_version()}
    own |= {"Qt": qVersion(), "PySide6": pyside, "runtime": _runtime(state)}
    names = {"luthier": "engine", "python": "Python of the engine"}
    hidden = ("PySide6-Essentials",)
    theirs = [(names.get(name, name), version) for name, version in engine.items() if name not in hidden]
    return [*own.items(), *theirs]


def _runtime(state: AppState) -> str:
    """Name and version of the runtime that the next engine is started from."""
    name = state.runtimes.used
    known = next((item for item in state.runtimes.items if item.name == name), None)
    return f"{name} {known.version}".rstrip() if known is not None else name


def collect(
    state: AppState, home: Path, *, secrets: Iterable[str] = (), user_home: str | None = None
) -> tuple[DiagnosticFile, ...]:
    """The files of a bundle, redacted; files that cannot be read are left out.

    Args:
        home: Luthier's data folder.
        secrets: texts to hide besides those that look like secrets.
    """
    hidden = {*secrets, *secrets_of(), *_keys_of_servers(home), state.api.token}
    return tuple(
        DiagnosticFile(name, redacted(text, user_home, secrets=hidden))
        for name, text in _texts(state, home)
        if text.strip()
    )


def write(path: Path, files: Sequence[DiagnosticFile]) -> None:
    """Everything in one archive, renamed into place.

    Raises:
        OSError: the place cannot be written.
    """
    import zipfile

    work = path.with_name(path.name + ".part")
    with zipfile.ZipFile(work, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.text)
    work.replace(path)


def _texts(state: AppState, home: Path) -> Iterator[tuple[str, str]]:
    yield "about.txt", summary(state)
    yield "versions.json", json.dumps(dict(versions_of(state)), indent=1)
    if state.engine.doctor is not None:
        yield "doctor.json", state.engine.doctor.model_dump_json(indent=1)
    yield "settings.json", json.dumps(asdict(state.preferences), indent=1, ensure_ascii=False)
    runs = sorted(state.runs, key=lambda run: run.created, reverse=True)[:RUNS]
    yield "errors.txt", "\n".join(_errors([Path(run.dir) for run in runs]))
    for run in runs:
        yield f"runs/{run.id}/engine.log", _tail(Path(run.dir) / "engine.log", LOG_BYTES)
    for path in _newest(home / "logs", LOGS):
        yield f"logs/{path.name}", _tail(path, LOG_BYTES)


def _errors(folders: Iterable[Path]) -> Iterator[str]:
    """How each run ended that failed, with the traceback."""
    for folder in folders:
        for line in _tail(folder / JOURNAL, JOURNAL_BYTES).encode().splitlines():
            event = parse_line(line) if b"run.finished" in line else None
            if isinstance(event, RunFinished) and event.error is not None:
                error = event.error
                yield f"{folder.name}: {error.code} {error.message}"
                yield from (part for part in (error.hint, error.traceback) if part)
                yield ""


def _newest(folder: Path, count: int) -> list[Path]:
    try:
        found = [(path.stat().st_mtime, path) for path in folder.glob("*.log")]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)[:count]]


def _tail(path: Path, most: int) -> str:
    """The last ``most`` bytes, from the beginning of a line on."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most))
            content = file.read()
    except OSError:
        return ""
    if size > most:
        content = content.partition(b"\n")[2]
    return content.decode("utf-8", "replace")


def _keys_of_servers(home: Path) -> set[str]:
    try:
        entries = json.loads((home / "servers.json").read_text(encoding="utf-8"))
        return {str(entry["key"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
