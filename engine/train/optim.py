"""Optimizers and schedules, by their names in the recipe."""

import math
from typing import TYPE_CHECKING, Any

from engine.contract.recipe import OptimSection

if TYPE_CHECKING:
    import torch


def build_optimizer(groups: list[dict[str, Any]], optim: OptimSection) -> "torch.optim.Optimizer":
    """The optimizer over ``groups`` (each with ``params`` and ``lr``); vectors are split off and not decayed."""
    import torch

    split: list[dict[str, Any]] = []
    for group in groups:
        for decayed in (True, False):
            params = [p for p in group["params"] if (p.ndim >= 2) == decayed]
            decay = optim.weight_decay if decayed else 0.0
            if params:
                split.append(
                    {"params": params, "lr": group["lr"], "weight_decay": decay, "base_lr": group["lr"]}
                )
    if optim.optimizer == "adamw":
        betas = (optim.adam_beta1, optim.adam_beta2)
        return torch.optim.AdamW(split, betas=betas, eps=optim.adam_epsilon, fused=True)
    momentum = 0.0 if optim.optimizer == "sgd" else 0.9
    return torch.optim.SGD(split, momentum=momentum, nesterov=optim.optimizer == "sgd_nesterov")


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


def set_learning_rate(optimizer: "torch.optim.Optimizer", factor: float) -> float:
    """Scale every group's own rate by ``factor``; returns the first group's rate, which is the one reported."""
    for group in optimizer.param_groups:
        group["lr"] = group["base_lr"] * factor
    return float(optimizer.param_groups[0]["lr"])
