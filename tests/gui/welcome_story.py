"""The first run in the story: every step as a new user meets it, and the folders with one that cannot be used."""

from dataclasses import replace

from app.state.model import AppState, Preferences
from app.state.welcome import STEPS, WelcomeState
from engine.contract.paths import data_dir
from engine.contract.places import PlaceReport, PlaceReports, read_places

GB = 2**30


def places(*, problem: str = "") -> PlaceReports:
    """The folders in use: room on both, or one that cannot be written."""
    known = read_places(data_dir())
    models = PlaceReport(path=str(known.models[0]), exists=True, free_bytes=182 * GB)
    runs = models.model_copy(update={"path": str(known.runs[0])})
    if problem:
        fix = "Choose a folder of your own, or give this account the right to write there."
        runs = runs.model_copy(update={"problem": problem, "fix": fix})
    return PlaceReports(models=models, runs=runs)


def welcome_stories(shelf: AppState) -> dict[str, AppState]:
    """A state a step, over one in which the computer was looked through."""
    new = replace(shelf, preferences=Preferences(), runs=())
    stories = {f"welcome_{step}": replace(new, welcome=WelcomeState(step, places=places())) for step in STEPS}
    barred = WelcomeState("places", places=places(problem="Permission denied"))
    return {**stories, "welcome_barred": replace(new, welcome=barred)}
