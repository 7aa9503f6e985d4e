"""Schedules equal transformers' own; optimizers decay matrices and leave vectors alone."""

import math

import pytest
import torch

from engine.contract.recipe import OptimSection
from engine.train.optim import build_optimizer, learning_rate_factor, set_learning_rate

KINDS = ["linear", "cosine", "constant", "constant_with_warmup", "warmup_stable_decay"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("total", [1, 7, 40])
@pytest.mark.parametrize("ratio", [0.0, 0.1])
def test_schedule_equals_transformers(kind: str, total: int, ratio: float) -> None:
    from transformers import get_scheduler

    optim = OptimSection.model_validate(
        {"lr_scheduler_type": kind, "warmup_ratio": ratio, "decay_ratio": 0.25}
    )
    parameter = torch.nn.Parameter(torch.zeros(2, 2))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    extra = {"num_decay_steps": math.ceil(total * 0.25)} if kind == "warmup_stable_decay" else None
    reference = get_scheduler(
        kind, optimizer, math.ceil(total * ratio), total, scheduler_specific_kwargs=extra
    )
    for step in range(total):
        assert learning_rate_factor(step, total, optim) == pytest.approx(reference.get_last_lr()[0], abs=1e-9)
        optimizer.step()
        reference.step()


def test_vectors_are_not_decayed_and_rates_scale() -> None:
    matrix, vector = torch.nn.Parameter(torch.zeros(2, 2)), torch.nn.Parameter(torch.zeros(2))
    groups = [{"params": [matrix, vector], "lr": 0.1}]
    optimizer = build_optimizer(groups, OptimSection(weight_decay=0.3))
    decays = {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    assert decays == {id(matrix): 0.3, id(vector): 0.0}
    assert set_learning_rate(optimizer, 0.5) == pytest.approx(0.05)
    assert set_learning_rate(optimizer, 0.25) == pytest.approx(0.025)


@pytest.mark.parametrize("name", ["adamw", "sgd", "sgd_momentum", "sgd_nesterov"])
def test_every_optimizer_moves_downhill(name: str) -> None:
    weight = torch.nn.Parameter(torch.full((3, 3), 2.0))
    section = OptimSection.model_validate({"optimizer": name})
    optimizer = build_optimizer([{"params": [weight], "lr": 0.05}], section)
    for _ in range(20):
        optimizer.zero_grad()
        weight.square().sum().backward()
        optimizer.step()
    assert float(weight.abs().max()) < 2.0
