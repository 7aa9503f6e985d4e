"""Which models the Chat page offers: those of the open run first, then other runs, then what lies on the disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.state.model import AppState, JobStatus
from app.state.summary import by_themselves
from app.views.names import model_name
from engine.contract.results import ExportedTarget

translate = QCoreApplication.translate

Side = Literal["base", "tuned"]
Group = Literal["run", "other", "computer", "launched", "server"]
LOADABLE: tuple[JobStatus, ...] = ("completed", "stopped")
OTHER_RUNS = 8
LAUNCHERS = {"vllm": "vLLM", "sglang": "SGLang"}  # offered where the engine has found them
_ALONE = ("adapter",)  # exports that are no model by themselves


@dataclass(frozen=True, slots=True)
class Choice:
    """A model that can be loaded: what to ask for, what to call it, and where it comes from."""

    path: str
    title: str
    group: Group
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Base and tuned model of one run, to be loaded together."""

    run: str
    base: Choice
    tuned: Choice


def group_title(group: Group) -> str:
    """The words over a group of the menu."""
    return {
        "run": translate("ChatModels", "Of the open run"),
        "other": translate("ChatModels", "Other runs"),
        "computer": translate("ChatModels", "On this computer"),
        "launched": translate("ChatModels", "With a server that is started"),
        "server": translate("ChatModels", "Of servers"),
    }[group]


def choices(state: AppState, side: Side) -> tuple[Choice, ...]:
    """All models on offer for one side, none twice, the likeliest first."""
    found = [
        *_of_open_run(state, side),
        *_of_other_runs(state, side),
        *_of_computer(state),
        *_of_servers(state),
    ]
    seen: dict[str, Choice] = {}
    for choice in found:
        seen.setdefault(choice.path, choice)
    return tuple(seen.values())


def title_of(state: AppState, side: Side) -> str:
    """What the model in a column is called."""
    column = state.chat.base if side == "base" else state.chat.tuned
    if not column.model:
        return ""
    known = next((choice.title for choice in choices(state, side) if choice.path == column.model), "")
    return known or column.title or Path(column.model).name


def pair_on_offer(state: AppState) -> Pair | None:
    """Base and tuned of the open run if it is finished, else of the newest finished run of the library."""
    train = state.train
    if train.run_id and train.job.status in LOADABLE and train.job.run_dir and _base_path(state):
        mine = _of_open_run(state, "tuned")
        base = Choice(_base_path(state), model_name(_base_path(state), state), "run")
        return Pair(train.name or train.run_id, base, mine[0])
    for run in sorted(by_themselves(state.runs), key=lambda item: -item.created):
        if run.status in LOADABLE and run.dir and run.base_model:
            base = Choice(run.base_model, model_name(run.base_model, state), "other")
            return Pair(run.name or run.id, base, Choice(run.dir, run.name or run.id, "other"))
    return None


def verification(state: AppState, side: Side) -> ExportedTarget | None:
    """The export that stands in a column, if it is one."""
    column = state.chat.base if side == "base" else state.chat.tuned
    report = state.export.report
    if report is None or not column.model:
        return None
    return next((target for target in report.targets if target.path == column.model), None)


def _base_path(state: AppState) -> str:
    model = state.train.recipe.get("model")
    return str(model.get("path") or "") if isinstance(model, dict) else ""


def _of_open_run(state: AppState, side: Side) -> list[Choice]:
    train = state.train
    name = train.name or train.run_id
    tuned: list[Choice] = []
    if train.run_id and train.job.run_dir and train.job.status in LOADABLE:
        tuned += [_exported(target, name) for target in _targets(state)]
        words = translate("ChatModels", "{run} as trained").format(run=name)
        detail = translate("ChatModels", "the newest export of the run, else its adapter on the base model")
        tuned.append(Choice(train.job.run_dir, words, "run", detail))
    base = []
    if train.run_id and _base_path(state):
        words = translate("ChatModels", "base model of {run}").format(run=name)
        base = [Choice(_base_path(state), model_name(_base_path(state), state), "run", words)]
    return [*base, *tuned] if side == "base" else [*tuned, *base]


def _targets(state: AppState) -> list[ExportedTarget]:
    report = state.export.report
    if report is None or state.export.run_dir not in ("", state.train.job.run_dir):
        return []
    usable = [t for t in report.targets if t.target.partition(":")[0] not in _ALONE]
    return sorted(usable, key=lambda t: not t.path.lower().endswith(".gguf"))


def _exported(target: ExportedTarget, run: str) -> Choice:
    kind = target.target.partition(":")[2] or target.target
    return Choice(target.path, f"{run} · {kind}", "run", target.path)


def _of_other_runs(state: AppState, side: Side) -> list[Choice]:
    runs = [
        run
        for run in sorted(by_themselves(state.runs), key=lambda item: -item.created)
        if run.dir and run.status in LOADABLE and run.id != state.train.run_id
    ]
    return [Choice(run.dir, run.name or run.id, "other", run.dir) for run in runs[:OTHER_RUNS]]


def _of_servers(state: AppState) -> list[Choice]:
    return [
        Choice(f"{server.url}#{name}", name, "server", server.url)
        for server in state.chat.servers
        for name in server.models
    ]


def _of_computer(state: AppState) -> list[Choice]:
    usable = [model for model in state.engine.models if model.format != "other" and model.origin != "run"]
    found = [Choice(model.path, model.name, "computer", model.path) for model in usable]
    folders = [model for model in usable if model.format == "safetensors"]
    for name, title in LAUNCHERS.items():
        if name in state.engine.versions:
            words = translate("ChatModels", "answered by {program}").format(program=title)
            found += [
                Choice(f"{name}:{model.path}", f"{model.name} · {title}", "launched", words)
                for model in folders
            ]
    return found
