"""Merge and export: what the commands of the same names do."""

import difflib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.exporting import ExportSizes
from engine.contract.job import Job
from engine.contract.messages import StartMerge
from engine.contract.results import ExportedTarget, ExportReport, Verification
from engine.export.base import ExportContext, ExportTarget
from engine.export.merging import (
    MergeOptions,
    OtherAdapter,
    is_current,
    merged_folder,
    predict_merged,
    weights_of,
)
from engine.export.placing import place, remove, require_space, size_of, work_folder
from engine.export.reference import Reference, held_out_prompts, make_reference
from engine.export.scoring import check_targets, verify_scores
from engine.export.sizes import model_size
from engine.export.skeleton import NotStreamable, may_stream
from engine.export.tensor_files import read_entries
from engine.export.verify import Comparison, compare, open_replay, verdict
from engine.export.weights import MergedWeights
from engine.models.tuned import Tuned, find_tuned, fingerprint, stored_tensors
from engine.registry import load_recipe, variants

MERGED_NAME = "merged"
EXPORTS_NAME = "exports"
_SKIPPED = Verification(status="skipped", detail="Verification was switched off.")


def merge(run_dir: Path, *, out: Path | None = None, job: Job, options: MergeOptions | None = None) -> Path:
    """The run's adapter merged into its base, in ``out`` or ``<run>/merged``; reused when up to date.

    Raises:
        UserError: no finished run, no room, or an adapter that cannot be merged.
    """
    tuned, chosen = open_run(run_dir), options or MergeOptions()
    plain = chosen == MergeOptions()
    name = MERGED_NAME if plain else f"{MERGED_NAME}-{chosen.mark(tuned)[:8]}"  # exports go by the plain one
    return merged_folder(tuned, out or run_dir / name, job=job, options=chosen)


def merge_options(wishes: StartMerge, others: Mapping[Path, float]) -> MergeOptions:
    """What the command asks for; ``others`` are the folders of the runs that it names.

    Raises:
        UserError: another run has not finished.
    """
    return MergeOptions(
        dtype=wishes.dtype,
        shard_bytes=int(wishes.shard_gb * 1e9),
        weight=wishes.weight,
        others=tuple(OtherAdapter(open_run(folder), weight) for folder, weight in others.items()),
        combination=wishes.combination,
        density=wishes.density,
        file_type=wishes.file_type,
    )


def export(
    run_dir: Path, *, targets: Sequence[str], out: Path | None = None, verify: bool = True, job: Job
) -> ExportReport:
    """Write the trained model in every form of ``targets`` into ``out`` or ``<run>/exports``, and compare each.

    A form that fails its comparison is kept under a name that ends in ``.failed``.

    Raises:
        UserError: an unknown target, no finished run, no room, or a model that cannot be written so.
    """
    chosen = [parse_target(text) for text in dict.fromkeys(targets)]
    if not chosen:
        raise UserError(
            ErrorCode.BAD_COMMAND, "Nothing to export", hint=f"Choose from: {', '.join(spellings())}."
        )
    tuned = open_run(run_dir)
    if tuned.scores:
        check_targets([target.kind for target in chosen])
    folder = out or run_dir / EXPORTS_NAME
    require_space(folder, predict(tuned, chosen), what="The export")
    with work_folder(folder, tuned.name) as work:
        return _Export(tuned, folder, work, job, verify).run(chosen)


@dataclass
class _Export:
    """One export of several forms, which share the merged model and the trained model's answers."""

    tuned: Tuned
    folder: Path
    work: Path
    job: Job
    verify: bool
    reference: Reference | None = None
    weights: MergedWeights | None = None
    made: dict[str, Path] = field(default_factory=dict)

    def run(self, chosen: Sequence[ExportTarget]) -> ExportReport:
        if any(target.needs_merged for target in chosen):
            self._merged()
        return ExportReport(targets=tuple(self._one(target) for target in chosen))

    def _merged(self) -> Path:
        return merged_folder(self.tuned, self.tuned.run_dir / MERGED_NAME, job=self.job)

    def _weights(self) -> MergedWeights:
        """Straight from base and adapter; from the merged folder where the adapter does not allow it."""
        if self.weights is None:
            try:
                self.weights = weights_of(self.tuned)
            except NotStreamable:
                self.weights = MergedWeights(read_entries(self._merged()))
        return self.weights

    def _one(self, target: ExportTarget) -> ExportedTarget:
        started = time.monotonic()
        context = ExportContext(
            self.tuned, self.work, self.tuned.name, self.job, self._merged, self._weights, self.made
        )
        result = target.write(context)
        found = self._verify(target, result, context) if self.verify else _SKIPPED
        failed = found.status == "failed"
        self.job.check()
        broken = self.folder / f"{result.name}.failed"
        remove(broken)  # of an earlier attempt
        path = place(result, broken if failed else self.folder / result.name)
        if failed:
            self.job.warn(
                "verification_failed",
                f"{target.spelling} was written but does not behave as the trained model. {found.detail}",
                hint="Do not use it; report the model and the details.",
            )
        else:
            self.made[target.spelling] = path
            found = _with_note(found, target.deliver(path, context))
        return ExportedTarget(
            target=target.spelling,
            path=str(path),
            size_bytes=size_of(path),
            verification=found,
            seconds=time.monotonic() - started,
        )

    def _verify(self, target: ExportTarget, result: Path, context: ExportContext) -> Verification:
        with self.job.phase("verify", target.spelling):
            if self.tuned.scores:
                return verify_scores(self.tuned, result, job=self.job)
            if self.reference is None:
                self.reference = make_reference(self.tuned, held_out_prompts(self.tuned), job=self.job)
            try:
                replay = target.replay(result, context, self.reference)
            except UserError as error:  # what cannot be opened or cannot converse has failed, with its reason
                return Verification(status="failed", detail=error.info.message)
            try:
                found = compare(self.reference, replay, job=self.job, name=target.spelling)
            except UserError as error:
                return Verification(status="failed", detail=error.info.message)
            finally:
                replay.close()
            return verdict(found, precise=target.precise, kl_limit=target.kl_limit)


def _with_note(found: Verification, note: str) -> Verification:
    return found.model_copy(update={"detail": f"{found.detail} {note}".strip()}) if note else found


def agreement(run_dir: Path, result: Path, *, engine: str, job: Job) -> Comparison:
    """Compare one export with the trained model on all of the run's held-out rows, not on a few of them.

    Raises:
        UserError: no finished run, or an export that cannot be opened.
    """
    tuned = open_run(run_dir)
    with job.phase("verify", result.name):
        reference = make_reference(tuned, held_out_prompts(tuned, limit=None), job=job)
        replay = open_replay(result, engine=engine, tuned=tuned, reference=reference)
        try:
            return compare(reference, replay, job=job, name=result.name)
        finally:
            replay.close()


def open_run(run_dir: Path) -> Tuned:
    """A run's folder as a trained model.

    Raises:
        UserError: ``NOT_FOUND`` when it is no run or has not finished.
    """
    if not (run_dir / "recipe.yaml").is_file():
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"{run_dir} is no run: it holds no recipe.yaml",
            hint="Name the output folder of a finished run.",
        )
    return find_tuned(run_dir, load_recipe(run_dir / "recipe.yaml"))


def predict(tuned: Tuned, chosen: Sequence[ExportTarget]) -> int:
    """Bytes that the whole export writes, intermediate files and the merged model included."""
    source = tuned.base if tuned.is_adapter else tuned.weights
    tensors = tuple(stored_tensors(source))
    shared: set[str] = set()
    total = sum(target.predict_bytes(tensors, shared=shared) for target in chosen)
    merged = tuned.run_dir / MERGED_NAME
    whole = tuned.is_adapter and not may_stream(tuned.weights)
    needed = whole or any(target.needs_merged for target in chosen)
    if needed and not is_current(merged, fingerprint(tuned)):
        total += predict_merged(tuned)
    return total


def sizes(run_dir: Path) -> ExportSizes:
    """About how large each form of a run becomes; forms that this run has not are left out.

    Raises:
        UserError: no finished run, or a damaged file.
    """
    model = model_size(open_run(run_dir))
    found = {name: parse_target(name).result_bytes(model) for name in spellings()}
    return ExportSizes(sizes={name: size for name, size in found.items() if size})


def target_types() -> tuple[type[ExportTarget], ...]:
    """The export targets of this installation."""
    return tuple(item for item in variants("engine.export") if issubclass(item, ExportTarget))


def spellings() -> tuple[str, ...]:
    """Every form as one writes it: adapter, merged, gguf:q8_0, ..."""
    return tuple(info.spelling for item in target_types() for info in item.choice_infos())


def parse_target(text: str) -> ExportTarget:
    """``kind`` or ``kind:value`` as a target.

    Raises:
        UserError: ``BAD_COMMAND`` with the nearest valid spelling.
    """
    kind, _, value = text.strip().lower().partition(":")
    for item in target_types():
        if item.model_fields["kind"].default == kind and (not value or f"{kind}:{value}" in item.choices()):
            return item.from_value(value)
    near = difflib.get_close_matches(text.lower(), spellings(), n=1, cutoff=0.4)
    raise UserError(
        ErrorCode.BAD_COMMAND,
        f"Unknown export target {text!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        hint=f"Valid targets: {', '.join(spellings())}.",
        details={"suggestion": near[0] if near else None},
    )
