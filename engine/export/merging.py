"""Merges a run's adapter into its base: one complete Hugging Face folder, made once and reused.

Tensors go from the base's files to the merged ones a few megabytes at a time (``weights.py``); only adapters that
cannot be merged so are merged in memory. The weights keep the number format of the stored base unless another is
asked for, also when training held the base quantized.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.export.bin_files import INDEX as BIN_INDEX
from engine.export.bin_files import as_bin_shards, write_bin_file
from engine.export.card import write_card
from engine.export.in_memory import merge_in_memory
from engine.export.placing import in_words, link_or_copy, place, require_space, work_folder
from engine.export.rounding import Rounding, measure_rounding
from engine.export.scoring import as_scoring_config, scoring_weights
from engine.export.skeleton import NotStreamable, open_adapter
from engine.export.tensor_files import (
    INDEX,
    Entry,
    Shard,
    layout,
    read_entries,
    write_index,
    write_tensor_file,
)
from engine.export.weights import Combination, Combining, MergedWeights, WeightedParts, open_weights
from engine.models.tuned import Tuned, fingerprint, stop_tokens, stored_dtype, tokenizer_of

MANIFEST = "luthier.json"  # written last: a folder without it, or with another fingerprint, is made anew
Dtype = Literal["auto", "float32", "bfloat16", "float16"]
FileType = Literal["safetensors", "bin"]
_TOKENIZER_BYTES = 32 << 20
SHARD_BYTES = 5_000_000_000


@dataclass(frozen=True, slots=True)
class OtherAdapter:
    """An adapter of another run over the same base, and the weight of its change."""

    tuned: Tuned
    weight: float


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """How the merged folder is written, and what is merged besides the run's own adapter."""

    dtype: Dtype = "auto"
    shard_bytes: int = SHARD_BYTES
    weight: float = 1.0
    others: tuple[OtherAdapter, ...] = ()
    combination: Combination = "linear"
    density: float = 0.5
    file_type: FileType = "safetensors"

    def mark(self, tuned: Tuned) -> str:
        """Changes whenever the merged folder would."""
        mark = fingerprint(tuned)
        if self == MergeOptions():
            return mark
        others = [(fingerprint(item.tuned), item.weight) for item in self.others]
        text = f"{mark}{self.dtype}{self.shard_bytes}{self.weight}{others}{self.combination}{self.density}{self.file_type}"
        return hashlib.sha256(text.encode()).hexdigest()


_PLAIN = MergeOptions()


def merged_folder(tuned: Tuned, folder: Path, *, job: Job, options: MergeOptions = _PLAIN) -> Path:
    """``folder`` as the merged model of ``tuned``: reused when up to date, else made; goes on after a kill.

    Raises:
        UserError: ``DISK_FULL``; ``EXPORT_FAILED`` for adapters that are no change of weights.
        Cancelled: nothing of ``folder`` has changed then.
    """
    mark = options.mark(tuned)
    if is_current(folder, mark):
        return folder
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"{folder} already holds other files.",
            hint="Choose a new or empty folder for the merged model.",
        )
    require_space(folder, predict_merged(tuned, options), what="The merged model")
    key = f"{mark}\n{_stamp(_source(tuned))}"
    with job.phase("merge"), work_folder(folder.parent, folder.name, key=key) as work:
        result = work / folder.name
        result.mkdir(exist_ok=True)
        _write_weights(tuned, result, job, options)
        write_small_files(tuned, result, dtype=options.dtype)
        rounding = (
            measure_rounding(tuned, result, job=job) if options == _PLAIN and not tuned.scores else None
        )
        _finish(tuned, result, mark, rounding)
        return place(result, folder)


def _finish(tuned: Tuned, result: Path, mark: str, rounding: Rounding | None) -> None:
    write_card(tuned, result, library="transformers", rounding=rounding)
    manifest: dict[str, str | float | int] = {
        "made_by": "luthier",
        "fingerprint": mark,
        "dtype": stored_dtype(result),
    }
    if rounding is not None:
        manifest |= {
            "loss_trained": rounding.trained,
            "loss_merged": rounding.merged,
            "loss_rows": rounding.rows,
        }
    (result / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def is_current(folder: Path, mark: str) -> bool:
    """Whether ``folder`` is the finished merge of the weights with this fingerprint."""
    return read_manifest(folder).get("fingerprint") == mark


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a merged folder says of itself; empty where there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def predict_merged(tuned: Tuned, options: MergeOptions = _PLAIN) -> int:
    """Bytes of the merged folder: those of the base's weights and a tokenizer."""
    entries = read_entries(_source(tuned))
    return sum(entry.as_dtype(options.dtype).size_bytes for entry in entries) + _TOKENIZER_BYTES


def _source(tuned: Tuned) -> Path:
    return tuned.base if tuned.is_adapter else tuned.weights


def _stamp(folder: Path) -> str:
    """Changes with the files of a base, which the fingerprint only names."""
    files = sorted(folder.glob("*.safetensors"))
    return " ".join(f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)


# ---------------------------------------------------------------- weights


def _write_weights(tuned: Tuned, result: Path, job: Job, options: MergeOptions) -> None:
    if not tuned.is_adapter and options == _PLAIN and not tuned.scores:
        _link_model(tuned, result, job)
        return
    try:
        weights = weights_of(tuned, options)
    except NotStreamable as reason:
        if tuned.scores:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"This reward model cannot be merged: {reason}.",
                hint="Export the adapter, which has the scoring layer beside it.",
            ) from None
        _warn_of_memory(tuned, job, options, reason)
        if options.file_type == "bin":
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"Files of the older kind cannot be written of this adapter: {reason}.",
                hint="Merge it into safetensors files.",
            ) from None
        merge_in_memory(tuned, result, job=job, dtype=options.dtype, shard_bytes=options.shard_bytes)
        return
    write_merged(weights, result, job=job, options=options)


def _warn_of_memory(tuned: Tuned, job: Job, options: MergeOptions, reason: NotStreamable) -> None:
    if options.others or options.weight != 1.0:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"This adapter cannot be combined with others: {reason}.",
            hint="Merge it alone, or train it with a plain LoRA.",
        )
    job.warn(
        "merge_in_memory",
        f"The adapter is merged with the whole model in memory ({in_words(predict_merged(tuned))}): {reason}.",
    )


def weights_of(tuned: Tuned, options: MergeOptions = _PLAIN) -> MergedWeights:
    """The merged tensors of a run, computed when they are asked for.

    Raises:
        NotStreamable: they can only be computed with the whole model in memory.
        UserError: an adapter that cannot be merged, or another run that cannot be combined with this one.
    """
    if tuned.scores:
        if options.others:
            raise UserError(ErrorCode.EXPORT_FAILED, "A reward model cannot be combined with other adapters.")
        return scoring_weights(_merged_weights(tuned, options), tuned)
    return _merged_weights(tuned, options)


def _merged_weights(tuned: Tuned, options: MergeOptions) -> MergedWeights:
    if not tuned.is_adapter:
        if options.others or options.weight != 1.0:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                "This run trained the whole model, so there is no adapter to combine with others.",
            )
        return open_weights(tuned.weights, None)
    if not options.others and options.weight == 1.0:
        return open_weights(tuned.base, tuned.weights)
    entries = read_entries(tuned.base)
    names = {entry.name for entry in entries}
    chosen = [OtherAdapter(tuned, options.weight), *options.others]
    _check_same_base(tuned, options.others)
    parts = [
        WeightedParts(open_adapter(tuned.base, item.tuned.weights, names), item.weight) for item in chosen
    ]
    return MergedWeights(entries, parts, Combining(options.combination, options.density))


def _check_same_base(tuned: Tuned, others: Sequence[OtherAdapter]) -> None:
    for item in others:
        if not item.tuned.is_adapter:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"The run in {item.tuned.run_dir} trained the whole model, so it has no adapter to combine.",
            )
        if item.tuned.base.resolve() != tuned.base.resolve():
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"The run in {item.tuned.run_dir} has another base model: {item.tuned.base}.",
                hint=f"Combine runs that were trained on {tuned.base}.",
            )


def write_merged(weights: MergedWeights, folder: Path, *, job: Job, options: MergeOptions = _PLAIN) -> None:
    """Write the tensors into ``folder``; files that stand there already are finished and stay."""
    entries = [entry.as_dtype(options.dtype) for entry in weights.entries]
    shards = layout(entries, shard_bytes=options.shard_bytes)
    older = options.file_type == "bin"
    if older:
        shards = as_bin_shards(shards)
    total = sum(entry.size_bytes for entry in entries)
    done = 0
    with _one_thread():
        for shard in shards:
            target = folder / shard.name
            if not target.is_file():
                _write_shard(weights, shard, target, job, options, before=done, total=total)
            done += sum(entry.size_bytes for entry in shard.entries)
            job.progress("merge", done, total, "bytes")
    write_index(shards, folder, name=BIN_INDEX if older else INDEX)


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread adds faster than any disk writes; several wait for each other at every small block."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _write_shard(
    weights: MergedWeights,
    shard: Shard,
    target: Path,
    job: Job,
    options: MergeOptions,
    *,
    before: int,
    total: int,
) -> None:
    done = before

    def pieces(entry: Entry) -> Any:
        nonlocal done
        for piece in weights.pieces(entry.name, options.dtype):
            job.check()
            yield piece
            done += len(piece)
            job.progress("merge", done, total, "bytes")

    part = target.with_name(f"{target.name}.part")
    (write_bin_file if options.file_type == "bin" else write_tensor_file)(shard, part, pieces)
    part.replace(target)


def _link_model(tuned: Tuned, result: Path, job: Job) -> None:
    files = [path for path in sorted(tuned.weights.iterdir()) if path.is_file()]
    for index, path in enumerate(files):
        job.check()
        if path.suffix == ".safetensors":
            (result / path.name).unlink(missing_ok=True)
            link_or_copy(path, result / path.name)
        elif path.name not in ("README.md", MANIFEST):
            (result / path.name).write_bytes(path.read_bytes())
        job.progress("merge", index + 1, len(files), "files")


# ---------------------------------------------------------------- everything else


def write_small_files(tuned: Tuned, result: Path, *, dtype: str = "auto") -> None:
    """Configuration, tokenizer with the trained template, and the tokens that end an answer."""
    _write_config(tuned, result / "config.json", dtype)
    tokenizer = tokenizer_of(tuned)
    tokenizer.save_pretrained(result)
    if tuned.scores:
        return
    path = result / "generation_config.json"
    settings: dict[str, Any] = {}
    for source in (tuned.base / path.name, path):
        if source.is_file():
            settings = json.loads(source.read_text(encoding="utf-8"))
            break
    stops = list(stop_tokens(tokenizer, tuned.base))
    settings.pop("_from_model_config", None)
    settings["eos_token_id"] = stops if len(stops) != 1 else stops[0]
    settings.setdefault("bos_token_id", tokenizer.bos_token_id)
    settings.setdefault("pad_token_id", tokenizer.pad_token_id)
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def _write_config(tuned: Tuned, path: Path, dtype: str) -> None:
    config = tuned.config()
    config["use_cache"] = True
    if tuned.scores:
        config = as_scoring_config(config, tuned)
    if dtype != "auto":
        config.pop("torch_dtype", None)
        config["dtype"] = dtype
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
