"""Merges a run's adapter into its base: one complete Hugging Face folder, made once and reused.

The merged weights keep the number format of the stored base, also when training held it quantized.
"""

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.export.card import write_card
from engine.export.placing import link_or_copy, place, require_space, work_folder
from engine.methods.base import Method
from engine.models.tuned import (
    Tuned,
    fingerprint,
    load_tuned,
    stop_tokens,
    stored_dtype,
    stored_tensors,
    tokenizer_of,
)

if TYPE_CHECKING:
    from torch import nn

MANIFEST = "luthier.json"  # written last: a folder without it, or with another fingerprint, is made anew
_TOKENIZER_BYTES = 32 << 20
_SHARD_SIZE = "5GB"


def merged_folder(tuned: Tuned, folder: Path, *, job: Job) -> Path:
    """``folder`` as the merged model of ``tuned``: reused when up to date, else made.

    Raises:
        UserError: ``DISK_FULL``; ``EXPORT_FAILED`` for adapters that are no change of weights.
        Cancelled: nothing of ``folder`` has changed then.
    """
    mark = fingerprint(tuned)
    if is_current(folder, mark):
        return folder
    if not cast(Method, tuned.recipe.method).mergeable:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"{tuned.recipe.method.title} trains a prompt, not weights, so there is nothing to merge.",
            hint="Export the adapter, and use it together with the base model.",
        )
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"{folder} already holds other files.",
            hint="Choose a new or empty folder for the merged model.",
        )
    require_space(folder, predict_merged(tuned), what="The merged model")
    with job.phase("merge"), work_folder(folder.parent, folder.name) as work:
        result = work / folder.name
        result.mkdir()
        if tuned.is_adapter:
            _merge_adapter(tuned, result, job)
        else:
            _link_model(tuned, result, job)
        _complete(tuned, result)
        manifest = {"made_by": "luthier", "fingerprint": mark, "dtype": stored_dtype(result)}
        (result / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        return place(result, folder)


def is_current(folder: Path, mark: str) -> bool:
    """Whether ``folder`` is the finished merge of the weights with this fingerprint."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest["fingerprint"] == mark)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def predict_merged(tuned: Tuned) -> int:
    """Bytes of the merged folder: those of the base's weights and a tokenizer."""
    source = tuned.base if tuned.is_adapter else tuned.weights
    return sum(tensor.size_bytes for tensor in stored_tensors(source)) + _TOKENIZER_BYTES


def _merge_adapter(tuned: Tuned, result: Path, job: Job) -> None:
    import torch

    dtype = stored_dtype(tuned.base)
    job.check()
    model = load_tuned(tuned, dtype=dtype, device=torch.device("cpu"))
    merged = merge_layers(model, job)
    job.check()
    merged.config.use_cache = True  # type: ignore[union-attr]
    save: Any = merged.save_pretrained
    save(result, max_shard_size=_SHARD_SIZE)
    job.check()


def merge_layers(model: "nn.Module", job: Job) -> "nn.Module":
    """PEFT's own merge, layer by layer, so that progress shows and the user can end it.

    Raises:
        UserError: ``EXPORT_FAILED`` when the adapter cannot be merged or gives no finite numbers.
    """
    from peft.tuners.tuners_utils import BaseTunerLayer

    layers = [module for module in model.modules() if isinstance(module, BaseTunerLayer)]
    try:
        for index, layer in enumerate(layers):
            job.check()
            layer.merge(safe_merge=True)
            job.progress("merge", index + 1, len(layers), "layers")
    except ValueError as error:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"The adapter cannot be merged: {error}",
            hint="Take an earlier checkpoint; the adapter holds numbers that are not finite.",
        ) from None
    unload: Any = model.merge_and_unload  # the rest: replaces the wrappers, takes saved modules over
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT notes that the layers are merged, which we know
        merged: nn.Module = unload()
    return merged


def _link_model(tuned: Tuned, result: Path, job: Job) -> None:
    files = [path for path in sorted(tuned.weights.iterdir()) if path.is_file()]
    for index, path in enumerate(files):
        job.check()
        if path.suffix == ".safetensors":
            link_or_copy(path, result / path.name)
        elif path.name not in ("README.md", MANIFEST):
            (result / path.name).write_bytes(path.read_bytes())
        job.progress("merge", index + 1, len(files), "files")


def _complete(tuned: Tuned, result: Path) -> None:
    """Tokenizer with the trained template, the tokens that end an answer, the card."""
    tokenizer = tokenizer_of(tuned)
    tokenizer.save_pretrained(result)
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
    write_card(tuned, result, library="transformers")
