"""A search on disk: its recipe and wish, and a line for each thing that became of a trial.

Only this is needed to go on after a kill. Optuna's own storages are not used: its databases bring SQLAlchemy into the
process, and its journal is a format of its own, while these lines are what the window and the command line show anyway.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from engine.contract.errors import ErrorCode, UserError
from engine.contract.paths import data_dir
from engine.contract.recipe import RecipeBase
from engine.contract.search import SearchReport, SearchWish, Trial, best_of
from engine.registry import load_recipe, save_recipe

WISH, RECIPE, TRIALS, RUNS = "search.json", "recipe.yaml", "trials.jsonl", "trials"


def searches_dir() -> Path:
    """Where searches live that name no folder of their own."""
    return data_dir() / "searches"


def new_folder(name: str) -> Path:
    """A folder that is not there yet, named after time and recipe."""
    words = "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")[:40]
    stem = time.strftime("%Y%m%d-%H%M%S") + (f"-{words}" if words else "")
    folder, count = searches_dir() / stem, 1
    while folder.exists():
        count += 1
        folder = searches_dir() / f"{stem}-{count}"
    return folder


class SearchFolder:
    """Everything that is kept of one search."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def begun(self) -> bool:
        """Whether it holds a search."""
        return (self.path / WISH).is_file()

    def begin(self, recipe: RecipeBase, wish: SearchWish) -> None:
        """Write what the search is."""
        self.path.mkdir(parents=True, exist_ok=True)
        save_recipe(recipe, self.path / RECIPE)
        said = {"created": time.time(), "wish": wish.model_dump(mode="json")}
        work = self.path / f".{WISH}.part"
        work.write_text(json.dumps(said, indent=1), encoding="utf-8")
        work.replace(self.path / WISH)

    def recipe(self) -> RecipeBase:
        """The recipe that is varied."""
        return load_recipe(self.path / RECIPE)

    def report(self) -> SearchReport:
        """What is known of it.

        Raises:
            UserError: there is no search here, or its files are damaged.
        """
        try:
            said = json.loads((self.path / WISH).read_text(encoding="utf-8"))
            wish, created = SearchWish.model_validate(said["wish"]), float(said["created"])
        except FileNotFoundError:
            raise UserError(ErrorCode.NOT_FOUND, f"There is no search at {self.path}") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(ErrorCode.UNREADABLE, f"The search at {self.path} is damaged: {error}") from None
        trials = self.trials()
        return SearchReport(
            folder=str(self.path), wish=wish, trials=trials, best=best_of(trials), created=created
        )

    def trials(self) -> tuple[Trial, ...]:
        """Every trial as its last line says; a line that was cut off by a kill counts for nothing."""
        found: dict[int, Trial] = {}
        for trial in self._lines():
            found[trial.number] = trial
        return tuple(found[number] for number in sorted(found))

    def _lines(self) -> Iterator[Trial]:
        try:
            lines = (self.path / TRIALS).read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        for line in lines:
            try:
                yield Trial.model_validate_json(line)
            except ValidationError:
                continue

    def keep(self, trial: Trial) -> None:
        """Add what became of ``trial``; on disk when this returns."""
        path = self.path / TRIALS
        with path.open("ab") as file:
            if file.tell() and not _ends_a_line(path):
                file.write(b"\n")
            file.write(trial.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def run_dir(self, number: int) -> Path:
        """The folder of one trial's run."""
        return self.path / RUNS / f"trial-{number:03}"


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def list_searches() -> tuple[SearchReport, ...]:
    """The searches that were kept, newest first; damaged ones are passed over."""
    found = []
    for folder in sorted(searches_dir().glob("*")):
        try:
            found.append(SearchFolder(folder).report())
        except UserError:
            continue
    return tuple(sorted(found, key=lambda item: item.created, reverse=True))
