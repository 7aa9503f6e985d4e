"""Writes dataset files in another form or file type as they are: nothing is cleaned, split or mixed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.recipe import Source
from engine.contract.results import Result
from engine.data.content import archive_of, plain_name
from engine.data.store import LoadedSource, SourceStore
from engine.data.versions import dataset_name
from engine.data.write import Shape, require_space, write_rows


class Skipped(Result):
    """Rows of a file that could not be used."""

    path: str
    rejected: int


class Converted(Result):
    """What was written, by the file it was made of."""

    files: dict[str, str]
    rows: dict[str, int]
    skipped: tuple[Skipped, ...] = ()


def convert(
    sources: Sequence[Source], *, shape: Shape, out: Path | None, overwrite: bool, job: Job
) -> Converted:
    """One file for each of ``sources``, in the folder ``out`` or beside it (beside the archive that it lies in).

    Raises:
        UserError: what reading raises; ``DATA_EMPTY`` when a file has no row that can be used, ``EXPORT_FAILED``
            when a row cannot take the form or a file stands in the way, ``DISK_FULL``.
        Cancelled: the job's user asked for it.
    """
    targets = _targets(sources, out, shape, overwrite)
    rows: dict[str, int] = {}
    skipped = []
    for index, source in enumerate(sources):
        loaded = _read(source, index, job)
        if loaded.rejected:
            skipped.append(Skipped(path=source.path, rejected=len(loaded.rejected)))
        _write(loaded, targets[source.path], shape, job)
        rows[source.path] = len(loaded.rows)
    files = {name: str(path) for name, path in targets.items()}
    return Converted(files=files, rows=rows, skipped=tuple(skipped))


def _read(source: Source, index: int, job: Job) -> LoadedSource:
    def tick(count: int) -> None:
        job.check()
        job.progress("read", count, None, "rows")

    with job.phase("read", Path(source.path).name):
        loaded = SourceStore(keep=0).load(source, index=index, tick=tick)
    if not len(loaded.rows):
        raise UserError(
            ErrorCode.DATA_EMPTY,
            f"{source.path} has no row that can be used",
            hint="`luthier-engine data inspect FILE` lists every row and why.",
        )
    return loaded


def _write(loaded: LoadedSource, target: Path, shape: Shape, job: Job) -> None:
    def tick(count: int) -> None:
        job.check()
        job.progress("write", count, len(loaded.rows), "rows")

    require_space(target.parent, loaded.file.size_bytes)
    with job.phase("write", target.name):
        write_rows(loaded.rows, target, writer=shape.writer, form=shape.form, guard=shape.guard, tick=tick)
        tick(len(loaded.rows))


def _targets(
    sources: Sequence[Source], out: Path | None, shape: Shape, overwrite: bool
) -> Mapping[str, Path]:
    """Where each source goes: its own name with the form and the new extension, none of them twice."""
    targets: dict[str, Path] = {}
    taken: set[Path] = set()
    for source in sources:
        path = Path(source.path)
        stem = dataset_name(plain_name(path).stem)
        folder, number = out or (archive_of(path) or path).parent, 1
        target = folder / f"{stem}.{shape.form.name}{shape.writer.extension}"
        while target in taken:
            number += 1
            target = folder / f"{stem}-{number}.{shape.form.name}{shape.writer.extension}"
        if target.resolve() == path.resolve() or (target.exists() and not overwrite):
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"{target} is there already",
                hint="Name another folder with --out, or replace it with --overwrite.",
            )
        taken.add(target)
        targets[source.path] = target
    return targets
