"""How the screens call pages, states and projects; one wording for rail, cards, status bar and palette."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.state.dataset import rows_out
from app.state.model import AppState, JobStatus, Page
from app.ui.i18n import schema_text

translate = QCoreApplication.translate


def page_title(page: Page) -> str:
    """The word for a page."""
    return {
        "home": translate("Names", "Home"),
        "data": translate("Names", "Data"),
        "method": translate("Names", "Method"),
        "train": translate("Names", "Train"),
        "export": translate("Names", "Export"),
        "chat": translate("Names", "Chat"),
        "models": translate("Names", "Models"),
        "settings": translate("Names", "Settings"),
    }[page]


def page_tooltip(page: Page) -> str:
    """What a page is for."""
    return {
        "home": translate("Names", "Runs and projects on this computer"),
        "data": translate("Names", "Import a dataset, check it and see what is trained"),
        "method": translate("Names", "Choose model, method and options, and see what they cost"),
        "train": translate("Names", "Watch a run, pause it, stop it"),
        "export": translate("Names", "Merge, convert and verify the result"),
        "chat": translate("Names", "Talk to the base and the tuned model side by side"),
        "models": translate("Names", "The base models on this computer, and new ones from a hub"),
        "settings": translate("Names", "Appearance, folders, engine and diagnostics"),
    }[page]


def status_words(status: JobStatus) -> tuple[str, str]:
    """(words, tone) of a job's state; the words carry a shape, so that colour alone says nothing."""
    return {
        "idle": (translate("Names", "○ New"), "neutral"),
        "starting": (translate("Names", "◔ Starting"), "accent"),
        "running": (translate("Names", "● Running"), "accent"),
        "pausing": (translate("Names", "◑ Pausing"), "accent"),
        "stopping": (translate("Names", "◑ Stopping"), "accent"),
        "paused": (translate("Names", "‖ Paused"), "warning"),
        "stopped": (translate("Names", "■ Stopped"), "neutral"),
        "completed": (translate("Names", "✓ Completed"), "success"),
        "failed": (translate("Names", "✕ Failed"), "danger"),
        "crashed": (translate("Names", "⚠ Crashed"), "danger"),
    }[status]


def model_name(path: str, state: AppState) -> str:
    """A base model in few words: its name where it is known, else the last part of its path."""
    for model in state.engine.models:
        if model.path == path or (model.origin == "starter" and path == "starter"):
            return model.name
    if path == "starter":
        return translate("Names", "Starter model")
    return Path(path).name or path


def sources(state: AppState) -> list[str]:
    """Paths of the draft's datasets."""
    items = state.draft.recipe.get("data", {}).get("sources", ())
    return [str(item.get("path", "")) for item in items]


def project_title(state: AppState) -> str:
    """What the draft is called: its own name, else its first dataset's."""
    name = str(state.draft.recipe.get("name") or "")
    files = sources(state)
    if name:
        return name
    return Path(files[0]).stem if files else translate("Names", "New project")


def row_count(state: AppState) -> int | None:
    """Usable rows of the draft, as far as they are known."""
    if state.data.report is not None:
        return rows_out(state.data.report)
    if state.data.inspection is not None:
        return sum(item.accepted for item in state.data.inspection.files)
    return None


def method_title(kind: str, state: AppState) -> str:
    """A method by its title."""
    schema = state.engine.schema
    for item in schema.methods if schema else ():
        if item.kind == kind:
            return schema_text(item.title)
    return kind


def job_title(kind: str) -> str:
    """What a job does, by its kind in the protocol."""
    return {
        "train": translate("Names", "Training"),
        "search": translate("Names", "Searching for options"),
        "merge": translate("Names", "Merging"),
        "export": translate("Names", "Exporting"),
        "evaluate": translate("Names", "Evaluating"),
        "starter": translate("Names", "Installing the starter model"),
        "plan.try": translate("Names", "Measuring one step"),
        "chat.load": translate("Names", "Loading a model"),
        "chat": translate("Names", "Answering"),
    }.get(kind, kind)
