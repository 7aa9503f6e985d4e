"""Trained prompts: before every example of a packed or padded batch as if it stood alone, and as PEFT itself has it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.data.pack import Batch, make_batch
from engine.kernels.loss import next_token_loss_sum
from engine.kernels.prompts import decode_with_prompt, prompt_length
from engine.methods.base import Method
from engine.models.greedy import greedy
from engine.models.load import load_base
from engine.models.tuned import for_inference
from tests.unit.methods.tiny import ARCHITECTURES, examples, make_base, make_recipe

METHODS: dict[str, dict[str, Any]] = {
    "prompt": {"kind": "prompt_tuning", "num_virtual_tokens": 6},
    "prefix": {"kind": "p_tuning_v2", "num_virtual_tokens": 6},
}
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bases")
    return {name: make_base(folder / name, name) for name in ARCHITECTURES}


def prompted(base: Path, method: str, attention: str = "auto") -> Any:
    recipe = make_recipe(base, METHODS[method], attention=attention)
    assert isinstance(recipe.method, Method)
    model = recipe.method.apply(load_base(recipe.model, device=CPU), seed=4).eval()
    with torch.no_grad():
        model.prompt_encoder["default"].embedding.weight.normal_(std=0.7)
    return model


def losses(model: Any, batch: Batch) -> tuple[float, torch.Tensor]:
    model.zero_grad()
    loss = next_token_loss_sum(model, batch)
    loss.backward()
    return float(loss.detach()), model.prompt_encoder["default"].embedding.weight.grad.clone()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_packed_equals_padded_equals_one_by_one(
    architecture: str, method: str, bases: dict[str, Path]
) -> None:
    model, rows = prompted(bases[architecture], method), examples(4)
    packed = losses(model, make_batch(rows, packing=True, pad_id=0, device=CPU))
    padded = losses(model, make_batch(rows, packing=False, pad_id=0, device=CPU))
    single = [losses(model, make_batch([row], packing=True, pad_id=0, device=CPU)) for row in rows]
    alone = sum(loss for loss, _ in single), sum(gradient for _, gradient in single)
    for loss, gradient in (packed, padded):
        assert loss == pytest.approx(alone[0], rel=1e-4)
        torch.testing.assert_close(gradient, alone[1], rtol=2e-3, atol=2e-4)
    assert float(gradient.abs().max()) > 1e-3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("architecture", ["llama", "qwen3", "gpt2", "gpt_neox"])
def test_one_example_equals_pefts_own_forward(architecture: str, method: str, bases: dict[str, Path]) -> None:
    model, row = prompted(bases[architecture], method, "eager"), examples(1)[0]
    ours, _ = losses(model, make_batch([row], packing=True, pad_id=0, device=CPU))
    ids = torch.tensor(row.input_ids, dtype=torch.long)[None]
    labels = torch.where(torch.tensor(row.trained)[None], ids, -100)
    theirs = model(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss
    assert ours == pytest.approx(float(theirs.detach()) * row.trained_tokens, rel=1e-4)


def test_a_neighbour_in_the_batch_changes_nothing(bases: dict[str, Path]) -> None:
    model, rows = prompted(bases["gemma2"], "prefix"), examples(2)
    together = make_batch(rows, packing=True, pad_id=0, device=CPU)
    first = next_token_loss_sum(model, keep(together, rows[0].trained_tokens))
    alone = next_token_loss_sum(model, make_batch(rows[:1], packing=True, pad_id=0, device=CPU))
    assert float(first.detach()) == pytest.approx(float(alone.detach()), rel=1e-5)


def keep(batch: Batch, count: int) -> Batch:
    return replace(batch, predicts=batch.predicts[:count], targets=batch.targets[:count])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("architecture", ["llama", "gemma3", "gpt2"])
def test_decoding_with_a_cache_says_what_one_pass_and_peft_say(
    architecture: str, method: str, bases: dict[str, Path]
) -> None:
    model = for_inference(prompted(bases[architecture], method))
    ids = [5, 9, 33, 12]
    with torch.inference_mode():
        generated = model.generate(  # type: ignore[operator]
            input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), max_new_tokens=6,
            do_sample=False, eos_token_id=None, pad_token_id=0,
        )  # fmt: skip
    decode_with_prompt(model)
    answer = greedy(model, ids, max_tokens=6, stop=())
    assert answer == generated[0, -6:].tolist()
    with torch.inference_mode():
        whole = model(input_ids=torch.tensor([ids + answer]), use_cache=False).logits
    assert whole.shape[1] == len(ids) + 6
    assert whole[0, len(ids) - 1 : -1].argmax(-1).tolist() == answer


def test_a_prompt_that_is_switched_off_is_not_there(bases: dict[str, Path]) -> None:
    model = prompted(bases["llama"], "prompt")
    batch = make_batch(examples(2), packing=True, pad_id=0, device=CPU)
    base = load_base(make_recipe(bases["llama"], {"kind": "full"}).model, device=CPU)
    with model.disable_adapter():
        assert prompt_length(model) == 0
        off = float(next_token_loss_sum(model, batch).detach())
    assert prompt_length(model) == 6
    assert off == pytest.approx(float(next_token_loss_sum(base, batch).detach()), rel=1e-5)
    assert float(next_token_loss_sum(model, batch).detach()) != pytest.approx(off, rel=1e-3)
