"""Optimizers and schedules, by their names in the recipe."""

import math
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import OptimSection
from engine.train.optimizers import Optimizers

if TYPE_CHECKING:
    import torch

Groups = list[dict[str, Any]]

# bytes of state a trained weight in float32; Adafactor keeps a row and a column of each matrix, seen on LoRA's thin ones
STATE_BYTES = {
    "adamw": 8.0,
    "adamw_8bit": 2.0,
    "paged_adamw_8bit": 2.0,
    "lion": 4.0,
    "lion_8bit": 1.0,
    "adafactor": 0.5,
    "muon": 4.0,
    "nadam": 8.0,
    "radam": 8.0,
    "schedule_free_adamw": 8.0,
    "sgd": 0.0,
    "sgd_momentum": 4.0,
    "sgd_nesterov": 4.0,
}
FORMAT_OF_THEIR_OWN = ("adamw_8bit", "paged_adamw_8bit", "lion", "lion_8bit")  # of bitsandbytes
LION_BETAS = (0.9, 0.99)  # Chen et al., 2023, arXiv:2302.06675, section 4.1


def state_bytes(name: str, *, weights: int, size_bytes: int, factored: int) -> int:
    """State over ``weights`` trained ones of ``size_bytes`` together: torch's optimizers hold it in the format of the weights.
    ``factored``: rows and columns of their matrices, and their vectors."""
    if name in FORMAT_OF_THEIR_OWN:
        return int(weights * STATE_BYTES[name])
    itemsize = size_bytes / max(1, weights)
    return int(factored * itemsize if name == "adafactor" else weights * STATE_BYTES[name] * itemsize / 4.0)


def build_optimizer(groups: Groups, optim: OptimSection, *, embeddings: Container[int] = ()) -> Optimizers:
    """The optimizer over ``groups`` (each with ``params`` and ``lr``); vectors are split off and not decayed.

    ``embeddings`` are the ids of the parameters at the model's two ends, which Muon leaves to AdamW.

    Raises:
        UserError: ``RECIPE_INVALID`` when the optimizer's library is not installed.
    """
    split: Groups = []
    for group in groups:
        for decayed in (True, False):
            params = [p for p in group["params"] if (p.ndim >= 2) == decayed]
            decay = optim.weight_decay if decayed else 0.0
            if params:
                split.append(
                    {"params": params, "lr": group["lr"], "weight_decay": decay, "base_lr": group["lr"]}
                )
    if optim.optimizer == "muon":
        return Optimizers(*_muon(split, optim, embeddings))
    return Optimizers(_builders()[optim.optimizer](split, optim))


def _builders() -> "dict[str, Callable[[Groups, OptimSection], torch.optim.Optimizer]]":
    return {
        "adamw": _adamw,
        "adamw_8bit": lambda groups, optim: _bitsandbytes("AdamW8bit", groups, **_adam(optim)),
        "paged_adamw_8bit": lambda groups, optim: _bitsandbytes("PagedAdamW8bit", groups, **_adam(optim)),
        "lion": lambda groups, optim: _bitsandbytes("Lion", groups, betas=LION_BETAS),
        "lion_8bit": lambda groups, optim: _bitsandbytes("Lion8bit", groups, betas=LION_BETAS),
        "adafactor": _adafactor,
        "nadam": _nadam,
        "radam": _radam,
        "schedule_free_adamw": _schedule_free,
        "sgd": _sgd,
        "sgd_momentum": _sgd,
        "sgd_nesterov": _sgd,
    }


def _adam(optim: OptimSection) -> dict[str, Any]:
    return {"betas": (optim.adam_beta1, optim.adam_beta2), "eps": optim.adam_epsilon}


def _adamw(groups: Groups, optim: OptimSection) -> "torch.optim.Optimizer":
    import torch

    return torch.optim.AdamW(groups, **_adam(optim), fused=True)


def _sgd(groups: Groups, optim: OptimSection) -> "torch.optim.Optimizer":
    import torch

    momentum = 0.0 if optim.optimizer == "sgd" else 0.9
    return torch.optim.SGD(groups, momentum=momentum, nesterov=optim.optimizer == "sgd_nesterov")


def _adafactor(groups: Groups, optim: OptimSection) -> "torch.optim.Optimizer":
    import torch

    return torch.optim.Adafactor(groups)


def _nadam(groups: Groups, optim: OptimSection) -> "torch.optim.Optimizer":
    import torch

    return torch.optim.NAdam(groups, **_adam(optim), decoupled_weight_decay=True)


def _radam(groups: Groups, optim: OptimSection) -> "torch.optim.Optimizer":
    import torch

    return torch.optim.RAdam(groups, **_adam(optim), decoupled_weight_decay=True)


def _schedule_free(groups: Groups, optim: OptimSection) -> "torch.optim.Optimizer":
    """Defazio et al., 2024, arXiv:2405.15682."""
    from schedulefree import AdamWScheduleFree

    optimizer: torch.optim.Optimizer = AdamWScheduleFree(groups, **_adam(optim))
    return optimizer


def _bitsandbytes(name: str, groups: Groups, **options: Any) -> "torch.optim.Optimizer":
    try:
        import bitsandbytes
    except ImportError:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            "This optimizer comes from bitsandbytes, which is not installed here",
            hint="Take adamw, or adafactor where memory is short.",
            recipe_path="optim.optimizer",
        ) from None
    optimizer: torch.optim.Optimizer = getattr(bitsandbytes.optim, name)(groups, **options)
    return optimizer


def _muon(groups: Groups, optim: OptimSection, embeddings: Container[int]) -> "list[torch.optim.Optimizer]":
    """Muon over the matrices of layers, with its steps as large as AdamW's (Liu et al., 2025, arXiv:2502.16982)."""
    import torch

    def part(chosen: bool) -> Groups:
        found: Groups = []
        for group in groups:
            params = [p for p in group["params"] if (p.ndim == 2 and id(p) not in embeddings) == chosen]
            if params:
                found.append({**group, "params": params})
        return found

    matrices, others = part(True), part(False)
    parts: list[torch.optim.Optimizer] = []
    if matrices:
        parts.append(torch.optim.Muon(matrices, adjust_lr_fn="match_rms_adamw"))
    if others:
        parts.append(_adamw(others, optim))
    return parts


def learning_rate_factor(step: int, total: int, optim: OptimSection) -> float:
    """Factor on the learning rate in ``step`` (counted from 0) of ``total``; as transformers' schedules compute it."""
    kind = optim.lr_scheduler_type
    warmup = 0 if kind == "constant" else math.ceil(total * optim.warmup_ratio)
    if step < warmup:
        return step / max(1, warmup)
    if kind in ("constant", "constant_with_warmup"):
        return 1.0
    if kind == "warmup_stable_decay":
        decay = max(1, math.ceil(total * optim.decay_ratio))
        return 0.5 * (1.0 + math.cos(math.pi * max(0.0, step - (total - decay)) / decay))
    done = (step - warmup) / max(1, total - warmup)
    return 1.0 - done if kind == "linear" else 0.5 * (1.0 + math.cos(math.pi * done))


def set_learning_rate(optimizer: Optimizers, factor: float) -> float:
    """Scale every group's own rate by ``factor``; returns the first group's rate, which is the one reported."""
    for group in optimizer.param_groups:
        group["lr"] = group["base_lr"] * factor
    return float(optimizer.param_groups[0]["lr"])
