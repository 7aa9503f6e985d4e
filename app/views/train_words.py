"""Words of a run that several parts of the Train page need: its phases, its endings, its steps."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.state.model import JobState, TrainState

translate = QCoreApplication.translate

USUAL_PHASES = ("load", "tokenize", "train", "save")  # shown as still to come until the run says otherwise


def phase_title(name: str) -> str:
    """A named part of a job."""
    return {
        "load": translate("Phases", "Load"),
        "read": translate("Phases", "Read"),
        "clean": translate("Phases", "Clean"),
        "tokenize": translate("Phases", "Tokenize"),
        "pack": translate("Phases", "Pack"),
        "train": translate("Phases", "Train"),
        "evaluate": translate("Phases", "Evaluate"),
        "sample": translate("Phases", "Sample"),
        "save": translate("Phases", "Save"),
        "write": translate("Phases", "Write"),
        "wait_for_space": translate("Phases", "Wait for disk space"),
        "merge": translate("Phases", "Merge"),
        "convert": translate("Phases", "Convert"),
        "quantize": translate("Phases", "Quantize"),
        "verify": translate("Phases", "Verify"),
        "judge": translate("Phases", "Compare with the judge"),
        "starter": translate("Phases", "Install"),
        "plan": translate("Phases", "Plan"),
        "try": translate("Phases", "Make the step"),
    }.get(name, name.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """All spans of one named part together; ``seconds`` is None while it has not begun."""

    name: str
    running: bool
    seconds: float | None


def phase_summaries(job: JobState) -> tuple[PhaseSummary, ...]:
    """The parts of ``job`` in order of their first beginning, then those that usually follow."""
    spans: dict[str, list[tuple[bool, float]]] = {}
    for mark in job.phases:
        running = mark.seconds is None and job.active
        lasted = mark.seconds if mark.seconds is not None else max(0.0, job.t - mark.started_t)
        spans.setdefault(mark.name, []).append((running, lasted))
    found = [
        PhaseSummary(name, any(running for running, _ in parts), sum(lasted for _, lasted in parts))
        for name, parts in spans.items()
    ]
    if job.kind in ("", "train") and job.active:
        found += [PhaseSummary(name, False, None) for name in USUAL_PHASES if name not in spans]
    return tuple(found)


def innermost_phase(job: JobState) -> str:
    """The part that runs now (the newest one that has not ended), or ""."""
    return next((mark.name for mark in reversed(job.phases) if mark.seconds is None), "")


def last_checkpoint(train: TrainState) -> int | None:
    """The newest checkpoint's step."""
    return max((mark.step for mark in train.checkpoints), default=None)


def result_path(train: TrainState) -> str:
    """Where the trained weights lie: the adapter, or the whole model; "" while there are none."""
    paths = train.job.paths
    return paths.get("adapter") or paths.get("model") or ""
