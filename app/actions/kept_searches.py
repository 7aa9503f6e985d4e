"""Searches that are thrown away with all their trials, and taken back."""

import shutil
from pathlib import Path

from app.actions.context import Context, translate
from app.actions.search import OptionSearch
from app.state.changes import RunListed, RunRemoved
from app.state.model import RunSummary


class KeptSearches:
    """A search stands in one folder, so it goes to the trash as one; the trash is emptied as that of runs is."""

    def __init__(self, context: Context, search: OptionSearch) -> None:
        self._context, self._store, self._search = context, context.store, search
        self._trashed: dict[str, tuple[Path, tuple[RunSummary, ...]]] = {}  # by the name of the folder

    def delete(self, folder: str) -> None:
        """Throw the search in ``folder`` away; it can be taken back until the trash is emptied."""
        state, place = self._store.state, Path(folder)
        if state.search_job.active and state.search.folder in ("", folder):
            text = translate("Actions", "The search is in progress; stop it first.")
            self._context.notice("warning", text)
            return
        if not self._moved(place, self._trash(place.name), place.name):
            return
        trials = tuple(run for run in state.runs if run.search == folder)
        for run in trials:
            self._context.library.remove(run.id)
            self._store.dispatch(RunRemoved(run.id))
        self._trashed[place.name] = (place, trials)
        self._search.forget(folder)
        text = translate("Actions", "The search {name} was deleted with its trials.").format(name=place.name)
        undo = translate("Actions", "Undo")
        self._context.notice("info", text, action=undo, intent=f"undo_search:{place.name}")

    def undo(self, name: str) -> None:
        """Take a search back."""
        if name not in self._trashed:
            return
        place, trials = self._trashed[name]
        if not self._moved(self._trash(name), place, name):
            return
        del self._trashed[name]
        for run in trials:
            self._context.library.put(run)
            self._store.dispatch(RunListed(run))
        self._search.refresh()

    def _trash(self, name: str) -> Path:
        return self._context.data_dir / "trash" / f"search~{name}"

    def _moved(self, source: Path, target: Path, name: str) -> bool:
        """Whether the folder was renamed; if not, that is said."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                shutil.rmtree(target)
            source.rename(target)
            target.touch()  # the trash counts from now
        except OSError as error:
            text = translate("Actions", "The folder of the search {name} cannot be moved: {reason}")
            self._context.notice("danger", text.format(name=name, reason=error.strerror or error))
            return False
        return True
