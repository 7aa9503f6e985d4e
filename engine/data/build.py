"""Builds a dataset: read, clean, split, mix as a recipe says, then write the rows of each side with their card.

Rows are written whatever the objective; which of them a run can train on is decided when it starts.
"""

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import __version__
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.recipe import RecipeBase
from engine.contract.results import BuiltData
from engine.data import versions
from engine.data.card import CARD_JSON, CARD_MARKDOWN, Card, CardFile, CardStep, card_source, sha256_of
from engine.data.content import plain_name
from engine.data.prepare import CleanRows, read_rows
from engine.data.rows import Row, watched
from engine.data.statistics import source_statistics
from engine.data.store import LoadedSource, SourceStore
from engine.data.table import joined
from engine.data.write import Shape, Tick, require_space, whole, write_rows


def build(
    recipe: RecipeBase, *, job: Job, shape: Shape | None = None, out: Path | None = None, licence: str = "",
    title: str = "",
) -> BuiltData:  # fmt: skip
    """Write the dataset of ``recipe`` to the folder ``out``, or as a version among Luthier's datasets.

    A version is Parquet in the form messages, whatever ``shape`` says. Rows and steps that equal the newest version
    of the same name give that version again.

    Raises:
        UserError: ``DATA_EMPTY`` and what reading raises; ``EXPORT_FAILED`` when a row cannot take the form or
            files that are not ours stand in ``out``; ``DISK_FULL``.
        Cancelled: the job's user asked for it.
    """

    def report(name: str, done: int, total: int | None) -> None:
        job.check()
        job.progress(name, done, total, "rows")

    store = SourceStore(keep=len(recipe.data.sources) + 2)
    with job.phase("read"):
        rows = read_rows(recipe, store, report, any_objective=True)
        loaded = [store.load(source, index=index) for index, source in enumerate(recipe.data.sources)]
    if out is None:
        shape = Shape.named("parquet", "messages")
    order = _Order(recipe, rows, loaded, shape or Shape.named("jsonl", "messages"), licence, title, job)
    with job.phase("write"):
        return order.into(out) if out is not None else order.as_version()


@dataclass(frozen=True, slots=True)
class _Order:
    """One dataset that is to be written."""

    recipe: RecipeBase
    rows: CleanRows
    loaded: Sequence[LoadedSource]
    shape: Shape
    licence: str
    given: str
    job: Job

    @property
    def sides(self) -> dict[str, Sequence[Row]]:
        """The sides that have rows."""
        sides = {"train": self.rows.train, "validation": self.rows.validation, "test": self.rows.test}
        return {side: rows for side, rows in sides.items() if len(rows)}

    @property
    def title(self) -> str:
        """The name of the dataset: as given, or that of its first file or of the dataset which that belongs to."""
        path = self.loaded[0].file.path
        older = versions.read_card(path.parent)
        return versions.dataset_name(self.given or (older.name if older else plain_name(path).stem))

    def as_version(self) -> BuiltData:
        """A new folder that is renamed into its place when it is complete."""
        hashed = content_hash(self.sides, tick=self._ticks("count", None))
        same = versions.same_version(self.title, hashed, self.recipe, self.licence)
        if same is not None:
            return built(same)
        folder = versions.datasets_dir() / self.title
        part = folder / f".luthier-part-{hashed[:8]}"
        shutil.rmtree(part, ignore_errors=True)
        try:
            self.into(part, hashed)
            target = versions.next_version(self.title, hashed)
            part.rename(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return built(target)

    def into(self, folder: Path, hashed: str = "") -> BuiltData:
        """The files of all sides, the recipe's section and the card, which comes last."""
        names = {side: f"{side}{self.shape.writer.extension}" for side in self.sides}
        stale = self._require_ours(folder, names)
        require_space(folder, sum(item.file.size_bytes for item in self.loaded))
        with contextlib.ExitStack() as stack:
            pages = [
                stack.enter_context(whole(folder / name))
                for name in (CARD_JSON, CARD_MARKDOWN, versions.DATA_YAML)
            ]
            files = tuple(
                self._write(side, stack.enter_context(whole(folder / names[side])), names[side])
                for side in self.sides
            )
            card = self._card(files, hashed or content_hash(self.sides, tick=self._ticks("count", None)))
            texts = (card.model_dump_json(indent=2), card.markdown(), versions.data_section(self.recipe))
            for page, text in zip(pages, texts, strict=True):
                page.write_text(text, encoding="utf-8", errors="replace")
        for path in stale:
            path.unlink(missing_ok=True)
        return built(folder)

    def _write(self, side: str, part: Path, name: str) -> CardFile:
        rows = self.sides[side]
        tick = self._ticks(f"write {side}", len(rows))
        write_rows(
            rows, part, writer=self.shape.writer, form=self.shape.form, guard=self.shape.guard, tick=tick
        )
        tick(len(rows))
        size = part.stat().st_size
        return CardFile(side=side, name=name, rows=len(rows), size_bytes=size, sha256=sha256_of(part))

    def _ticks(self, name: str, total: int | None) -> Tick:
        def tick(count: int) -> None:
            self.job.check()
            self.job.progress(name, count, total, "rows")

        return tick

    def _card(self, files: tuple[CardFile, ...], hashed: str) -> Card:
        steps = [
            step.model_dump(exclude={"removed_examples", "enabled"})
            for step in self.rows.steps
            if step.enabled
        ]
        return Card(
            name=self.title,
            created=round(time.time(), 3),
            luthier=__version__,
            licence=self.licence,
            content_hash=hashed,
            form=self.shape.form.name,
            files=files,
            sources=tuple(card_source(item) for item in self.loaded),
            steps=tuple(CardStep.model_validate(step) for step in steps),
            leakage=self.rows.leakage,
            statistics=source_statistics(
                self.loaded,
                joined(list(self.sides.values())),
                tick=self._ticks("count", None),
            ),
            data=self.recipe.data.model_dump(mode="json"),
            seed=self.recipe.run.seed,
        )

    def _require_ours(self, folder: Path, names: Mapping[str, str]) -> list[Path]:
        """Files of an older card that the new one has no place for.

        Raises:
            UserError: ``EXPORT_FAILED`` when a file would be replaced that we did not write, or that is read.
        """
        targets = [folder / name for name in (*names.values(), CARD_JSON, CARD_MARKDOWN, versions.DATA_YAML)]
        read = {item.file.path.resolve() for item in self.loaded}
        older = versions.read_card(folder)
        for target in targets:
            if target.resolve() in read:
                raise _in_the_way(target, "it is one of the files that the dataset is made of")
            if older is None and target.exists():
                raise _in_the_way(target, "it was not written by Luthier")
        named = (
            [folder / file.name for file in older.files if Path(file.name).name == file.name] if older else []
        )
        return [path for path in named if path not in targets and path.resolve() not in read]


def content_hash(sides: Mapping[str, Sequence[Row]], *, tick: Tick | None = None) -> str:
    """SHA-256 over what all rows say, side by side in order; where they come from does not matter."""
    state = hashlib.sha256()
    for side, rows in sides.items():
        state.update(f"{side} {len(rows)}\n".encode())
        for row in watched(rows, tick):
            rejected = [item.as_dict() for item in row.rejected]
            said = [row.chat(), rejected, row.label, list(row.tools)]
            state.update(json.dumps(said, sort_keys=True).encode())
    return state.hexdigest()


def built(folder: Path) -> BuiltData:
    """What stands in the folder of a written dataset."""
    card = versions.read_card(folder)
    if card is None:
        raise UserError(ErrorCode.UNREADABLE, f"{folder} holds no dataset that Luthier has written")
    return BuiltData(
        path=str(folder),
        files={file.side: str(folder / file.name) for file in card.files},
        rows=card.rows,
        card=str(folder / CARD_MARKDOWN),
        content_hash=card.content_hash,
    )


def _in_the_way(path: Path, why: str) -> UserError:
    return UserError(
        ErrorCode.EXPORT_FAILED,
        f"{path} would be replaced, and {why}",
        hint="Choose another folder.",
        details={"path": str(path)},
    )
