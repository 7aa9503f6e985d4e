"""Everything that can be done or found by name: pages, actions, options. The command palette lists it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.actions.intents import Intents
from app.forms.fields import Field, fields_of
from app.state.model import PAGES, AppState
from app.state.summary import by_themselves
from app.views import names
from engine.contract.results import RecipeForm

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette."""

    title: str
    detail: str
    icon: str
    run: Callable[[], None]
    shortcut: str = ""


def score(query: str, text: str) -> int | None:
    """How well the letters of ``query`` stand in ``text`` in order: smaller is better, None is not at all."""
    query, text = query.lower().strip(), text.lower()
    if not query:
        return 0
    found = text.find(query)
    if found >= 0:
        return found if found == 0 or not text[found - 1].isalnum() else found + 20
    place, gaps = -1, 0
    for letter in query.replace(" ", ""):
        following = text.find(letter, place + 1)
        if following < 0:
            return None
        gaps += following - place - 1
        place = following
    return 100 + gaps


def ranked(query: str, commands: Iterable[Command]) -> list[Command]:
    """Commands that match, best first; without a query all in their own order."""
    rated = []
    for index, command in enumerate(commands):
        title, detail = score(query, command.title), score(query, command.detail)
        best = min(
            (value for value in (title, None if detail is None else detail + 200) if value is not None),
            default=None,
        )
        if best is not None and not (title is None and detail is not None and detail >= 100):
            rated.append((best, index, command))
    return [command for _, _, command in sorted(rated, key=lambda item: item[:2])]


def page_commands(intents: Intents) -> list[Command]:
    """One command a page."""
    return [
        Command(
            names.page_title(page), names.page_tooltip(page), page,
            lambda page=page: intents.show_page(page), f"Ctrl+{index}",  # type: ignore[misc]
        )
        for index, page in enumerate(PAGES, start=1)
    ]  # fmt: skip


def action_commands(state: AppState, intents: Intents, ask: "Asks") -> list[Command]:
    """What makes sense in ``state``."""
    job = state.train.job
    commands = [
        Command(translate("Commands", "Add data files…"), translate("Commands", "Choose dataset files to train on"),
                "plus", ask.add_files, "Ctrl+O"),
        Command(translate("Commands", "Try the sample"), translate("Commands", "Sample dataset and starter model"),
                "sample", intents.use_sample),
        Command(translate("Commands", "Open a recipe…"), translate("Commands", "Load all options from a YAML or JSON file"),
                "folder", ask.open_recipe),
        Command(translate("Commands", "Save the recipe…"), translate("Commands", "Write all options to a file that reruns the run"),
                "save", ask.save_recipe),
        Command(translate("Commands", "Undo"), translate("Commands", "Take back the last change of the recipe"),
                "undo", intents.undo_draft, "Ctrl+Z"),
        Command(translate("Commands", "Redo"), translate("Commands", "Make the undone change again"),
                "redo", intents.redo_draft, "Ctrl+Shift+Z"),
    ]  # fmt: skip
    commands += export_commands(state, ask)
    if job.active:
        commands += [
            Command(translate("Commands", "Pause the run"), translate("Commands", "Write a checkpoint and free the memory"), "pause", intents.pause_run),
            Command(translate("Commands", "Save a checkpoint now"), translate("Commands", "The run goes on"), "save", intents.save_now),
            Command(translate("Commands", "Stop and keep"), translate("Commands", "Write the adapter and end the run"), "stop",
                    lambda: intents.stop_run(keep=True)),
        ]  # fmt: skip
    else:
        commands.append(
            Command(
                translate("Commands", "Start training"),
                translate("Commands", "Run the recipe as it is"),
                "play",
                intents.start_run,
            )
        )
    commands += [
        Command(translate("Commands", "Light theme"), translate("Commands", "Appearance"), "sun", lambda: intents.set_theme("light")),
        Command(translate("Commands", "Dark theme"), translate("Commands", "Appearance"), "moon", lambda: intents.set_theme("dark")),
        Command(translate("Commands", "Theme of the system"), translate("Commands", "Appearance"), "settings", lambda: intents.set_theme("system")),
        Command("English", translate("Commands", "Language"), "settings", lambda: intents.set_language("en")),
        Command("简体中文", translate("Commands", "Language"), "settings", lambda: intents.set_language("zh_CN")),
        Command(translate("Commands", "Show the welcome again"),
                translate("Commands", "Language, folders, the check of this computer, found models, and the sample"), "spark",
                lambda: intents.show_welcome("look")),
        Command(translate("Commands", "Look for models"), translate("Commands", "Search this computer for base models"), "refresh", intents.refresh_models),
    ]  # fmt: skip
    commands += [
        Command(translate("Commands", "Open run: {0}").format(run.name), f"{run.base_model} · {run.dataset}", "train",
                lambda run=run: intents.open_run(run.id))  # type: ignore[misc]
        for run in by_themselves(state.runs)[:20]
    ]  # fmt: skip
    return commands


def export_commands(state: AppState, ask: "Asks") -> list[Command]:
    """One command for each form that a recipe may be written in for another program."""
    schema = state.engine.schema
    title = translate("Commands", "Save the recipe as {0}…")
    detail = translate("Commands", "For another program; what it has no option for is listed")
    return [
        Command(title.format(form.title), detail, "export", lambda form=form: ask.export_recipe(form))  # type: ignore[misc]
        for form in (schema.recipe_forms if schema else ())
    ]


def about_commands(about: Callable[[], None], diagnostics: Callable[[], None]) -> list[Command]:
    """What there is to know of Luthier itself."""
    return [
        Command(translate("Commands", "About Luthier"), translate("Commands", "Versions and licences"), "info", about),
        Command(translate("Commands", "Diagnostics…"),
                translate("Commands", "Gather versions, checks, logs and errors for a bug report"), "terminal", diagnostics),
    ]  # fmt: skip


def option_commands(state: AppState, show: Callable[[str], None]) -> list[Command]:
    """One command an option: it shows the field."""
    schema = state.engine.schema
    if schema is None:
        return []

    def command(field: Field) -> Command:
        return Command(field.title, f"{field.path} · {field.help}", "method", lambda: show(field.path))

    return [command(field) for field in fields_of(schema.recipe_schema, state.draft.recipe)]


class Asks:
    """Questions to the user that come before an intent: which file to open, where to save."""

    def add_files(self) -> None:
        """Choose dataset files."""
        raise NotImplementedError

    def open_recipe(self) -> None:
        """Choose a recipe to open."""
        raise NotImplementedError

    def save_recipe(self) -> None:
        """Choose where to save the recipe."""
        raise NotImplementedError

    def export_recipe(self, form: RecipeForm) -> None:
        """Choose where to save the recipe for another program."""
        raise NotImplementedError
