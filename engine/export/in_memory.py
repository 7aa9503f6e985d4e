"""Merges with the whole model in memory, for the few adapters whose change is no matter of single layers."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.models.tuned import Dtype, Tuned, load_tuned, stored_dtype

if TYPE_CHECKING:
    from torch import nn


def merge_in_memory(tuned: Tuned, result: Path, *, job: Job, dtype: Dtype, shard_bytes: int) -> None:
    """Load base and adapter, merge by PEFT, and save.

    Raises:
        UserError: ``EXPORT_FAILED`` when the adapter cannot be merged or gives no finite numbers.
    """
    import torch

    job.check()
    stored = stored_dtype(tuned.base)
    model = load_tuned(tuned, dtype=stored, device=torch.device("cpu"))
    merged = merge_layers(model, job)
    job.check()
    if dtype != "auto":
        merged = merged.to(getattr(torch, dtype))
    merged.config.use_cache = True  # type: ignore[union-attr]
    save: Any = merged.save_pretrained
    save(result, max_shard_size=shard_bytes)
    job.check()


def merge_layers(model: "nn.Module", job: Job) -> "nn.Module":
    """PEFT's own merge, layer by layer, so that progress shows and the user can end it."""
    import torch
    from peft.tuners.tuners_utils import BaseTunerLayer

    layers = [module for module in model.modules() if isinstance(module, BaseTunerLayer)]
    for index, layer in enumerate(layers):
        job.check()
        layer.merge(safe_merge=False)
        for parameter in layer.get_base_layer().parameters():
            if not bool(torch.isfinite(parameter).all()):
                raise UserError(
                    ErrorCode.EXPORT_FAILED,
                    "The adapter cannot be merged: the result would hold numbers that are not finite.",
                    hint="Take an earlier checkpoint; the adapter holds numbers that are not finite.",
                )
        job.progress("merge", index + 1, len(layers), "layers")
    unload: Any = model.merge_and_unload  # the rest: replaces the wrappers, takes saved modules over
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT notes that the layers are merged, which we know
        merged: nn.Module = unload()
    return merged
