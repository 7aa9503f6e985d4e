"""A search as a job: it has its folder for itself, and may be ended and gone on with at any time."""

from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.lock import FileLock
from engine.contract.messages import Event
from engine.contract.recipe import RecipeBase
from engine.contract.search import SearchWish, StartSearch
from engine.registry import parse_recipe
from engine.server.job import LiveJob
from engine.server.journal import JOURNAL, Journal
from engine.server.run_folder import LOCK
from engine.server.tasks import Ending, Outcome, Task


class TrialRecord:
    """The journal of a trial's run in its own folder, which is opened and replayed as any other."""

    def __init__(self, place: Path) -> None:
        self._journal = Journal(place / JOURNAL)
        self._job = LiveJob(place.name, journal=self._journal)

    def emit(self, event: Event) -> None:
        """Keep ``event`` under the next number."""
        self._job.emit(event)

    def finish(self, event: Event) -> None:
        """Keep the last event, and close."""
        self._job.finish(event, release=self._journal.close)


def start_search(command: StartSearch) -> Task:
    """The job that a command asks for."""
    recipe = parse_recipe(command.recipe) if command.recipe else None
    return search_task(recipe, command.wish, folder=Path(command.folder) if command.folder else None)


def search_task(recipe: RecipeBase | None, wish: SearchWish | None, *, folder: Path | None = None) -> Task:
    """Searching in ``folder`` (a new one without it), from the beginning or from where it was left.

    Raises:
        UserError: what is asked for cannot be searched, or another engine works there.
    """
    from engine.search.run import open_search
    from engine.search.store import SearchFolder, new_folder

    place = SearchFolder((folder or new_folder(recipe.name if recipe else "")).expanduser().resolve())
    recipe, wish = open_search(place, recipe, wish)
    lock = FileLock(place.path / LOCK)
    if not lock.acquire():
        raise UserError(
            ErrorCode.BUSY,
            f"Another engine is searching in {place.path}",
            hint="Wait for it, or stop it first.",
        )

    def work(job: Job) -> Outcome:
        from engine.search.run import search

        try:
            complete, report = search(recipe, wish, folder=place, job=job, record=TrialRecord)
        finally:
            lock.release()
        paths = {"search": str(place.path)}
        if report.best is not None:
            paths["recipe"] = str(place.path / "best.yaml")
        ending: Ending = "completed" if complete else "paused" if job.wish() == "pause" else "stopped"
        return Outcome(ending, report.model_dump(mode="json"), paths)

    return Task(kind="search", run=f"search-{place.path.name}", work=work, run_dir=str(place.path))
