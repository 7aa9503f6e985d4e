"""Every optimizer goes on after a checkpoint as if it had never stopped, bit for bit, and nothing is pickled."""

from pathlib import Path
from typing import get_args

import pytest
import torch

from engine.contract.recipe import OptimSection
from engine.train import checkpoint as checkpoints
from engine.train.checkpoint import LoopState, Snapshot
from engine.train.optim import STATE_BYTES, build_optimizer, set_learning_rate
from engine.train.optimizers import Optimizers

NAMES = get_args(OptimSection.model_fields["optimizer"].annotation)
LARGE = (64, 96)  # bitsandbytes keeps less than 4096 numbers in 32 bits


def make(name: str) -> tuple[dict[str, torch.nn.Parameter], Optimizers]:
    torch.manual_seed(1)
    trained = {
        "layer.weight": torch.nn.Parameter(torch.randn(LARGE)),
        "layer.small.weight": torch.nn.Parameter(torch.randn(4, 3)),
        "layer.bias": torch.nn.Parameter(torch.randn(64)),
    }
    section = OptimSection.model_validate({"optimizer": name, "weight_decay": 0.1})
    groups = [
        {"params": [trained["layer.weight"], trained["layer.bias"]], "lr": 0.02},
        {"params": [trained["layer.small.weight"]], "lr": 0.05},
    ]
    return trained, build_optimizer(groups, section)


def steps(trained: dict[str, torch.nn.Parameter], optimizer: Optimizers, first: int, last: int) -> None:
    for step in range(first, last):
        optimizer.for_steps()
        set_learning_rate(optimizer, 1.0 / (step + 1))
        for index, parameter in enumerate(trained.values()):
            generator = torch.Generator().manual_seed(100 * step + index)
            parameter.grad = parameter.detach() + 0.1 * torch.randn(parameter.shape, generator=generator)
        optimizer.step()
        optimizer.zero_grad()


def through_a_checkpoint(
    trained: dict[str, torch.nn.Parameter], optimizer: Optimizers, folder: Path
) -> Snapshot:
    weights = {name: parameter.data for name, parameter in trained.items()}
    state = LoopState(3, 0, 0.0, 0.0, None, None, 0, "hash")
    random = {"cpu": torch.get_rng_state()}
    path = checkpoints.save(folder, Snapshot(weights, optimizer.state_tensors(trained), random, state))
    assert {item.suffix for item in path.iterdir()} == {".safetensors", ".json"}
    return checkpoints.load(path)


@pytest.mark.parametrize("name", NAMES)
def test_resuming_is_bit_exact(name: str, tmp_path: Path) -> None:
    whole, optimizer = make(name)
    steps(whole, optimizer, 0, 3)
    saved = through_a_checkpoint(whole, optimizer, tmp_path)
    steps(whole, optimizer, 3, 6)
    again, fresh = make(name)
    with torch.no_grad():
        for key, parameter in again.items():
            parameter.copy_(saved.weights[key])
    fresh.restore(again, saved.optimizer)
    steps(again, fresh, 3, 6)
    optimizer.for_use()
    fresh.for_use()
    for key in whole:
        assert torch.equal(whole[key], again[key]), key


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"sgd"}))
def test_forgetting_the_state_would_show(name: str, tmp_path: Path) -> None:
    whole, optimizer = make(name)
    steps(whole, optimizer, 0, 3)
    weights = {key: parameter.detach().clone() for key, parameter in whole.items()}
    steps(whole, optimizer, 3, 6)
    again, fresh = make(name)
    with torch.no_grad():
        for key, parameter in again.items():
            parameter.copy_(weights[key])
    steps(again, fresh, 3, 6)
    assert not all(torch.equal(whole[key], again[key]) for key in whole)


@pytest.mark.parametrize("name", NAMES)
def test_every_optimizer_moves_towards_the_minimum(name: str) -> None:
    trained, optimizer = make(name)
    before = sum(float(parameter.detach().square().sum()) for parameter in trained.values())
    steps(trained, optimizer, 0, 6)
    optimizer.for_use()
    assert sum(float(parameter.detach().square().sum()) for parameter in trained.values()) < before


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"adafactor"}))
def test_the_planner_counts_the_state_that_there_is(name: str) -> None:
    """Of the large matrix; Adafactor's depends on the shape, and its figure is for LoRA's thin ones."""
    trained, optimizer = make(name)
    steps(trained, optimizer, 0, 1)
    large = trained["layer.weight"]
    state = next(part.state[large] for part in optimizer.parts if large in part.state or name == "sgd")
    held = sum(
        value.numel() * value.element_size()
        for key, value in state.items()
        if isinstance(value, torch.Tensor) and not key.startswith("qmap")
    )
    assert held / large.numel() == pytest.approx(STATE_BYTES[name], abs=0.05)


def test_schedule_free_uses_its_average_and_comes_back() -> None:
    trained, optimizer = make("schedule_free_adamw")
    steps(trained, optimizer, 0, 4)
    stepping = {key: parameter.detach().clone() for key, parameter in trained.items()}
    with optimizer.in_use():
        assert not torch.allclose(trained["layer.weight"], stepping["layer.weight"])
    for key, parameter in trained.items():
        torch.testing.assert_close(parameter.detach(), stepping[key])


def test_muon_takes_matrices_and_leaves_vectors_and_embeddings_to_adamw() -> None:
    matrix, vector = torch.nn.Parameter(torch.randn(4, 6)), torch.nn.Parameter(torch.randn(4))
    embedding = torch.nn.Parameter(torch.randn(9, 4))
    groups = [{"params": [matrix, vector, embedding], "lr": 0.1}]
    optimizer = build_optimizer(groups, OptimSection(optimizer="muon"), embeddings={id(embedding)})
    kinds = {
        id(parameter): type(part).__name__
        for part in optimizer.parts
        for group in part.param_groups
        for parameter in group["params"]
    }
    assert kinds == {id(matrix): "Muon", id(vector): "AdamW", id(embedding): "AdamW"}
    assert set_learning_rate(optimizer, 0.5) == pytest.approx(0.05)
    assert all(group["lr"] == pytest.approx(0.05) for group in optimizer.param_groups)
