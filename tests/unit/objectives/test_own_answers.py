"""Losses of the model's own answers against the papers' equations, written out with all logits."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import log_softmax

from engine.data.examples import Example
from engine.data.pack import Batch, Known, make_batch
from engine.kernels.names import HEAD
from engine.objectives import gae
from engine.objectives.grpo import GroupRelative
from engine.objectives.own_answers import OwnAnswers
from engine.objectives.ppo import ProximalPolicy

CPU = torch.device("cpu")
SHAPES = [(3, 4), (3, 7), (5, 2), (2, 5)]  # tokens of question and answer


@pytest.fixture(params=["llama", "gemma2"])
def model(request: pytest.FixtureRequest) -> Any:
    """Random, one with a plain output head and one that caps its logits."""
    import transformers as hf

    torch.manual_seed(3)
    wide = {"vocab_size": 61, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
            "num_attention_heads": 4, "num_key_value_heads": 2}  # fmt: skip
    from engine.kernels.attention import implementation

    if request.param == "llama":
        made: Any = hf.LlamaForCausalLM(hf.LlamaConfig(**wide, attn_implementation=implementation("auto")))
    else:
        more = {"head_dim": 16, "query_pre_attn_scalar": 16, "final_logit_softcapping": 2.0}
        config = hf.Gemma2Config(**wide, **more, attn_implementation=implementation("auto"))
        made = hf.Gemma2ForCausalLM(config)
    return made.train()


def rows() -> list[Example]:
    rng = np.random.default_rng(5)
    return [
        Example(rng.integers(1, 61, ask + say).astype(np.int32), np.arange(ask + say) >= ask, "rows", 1)
        for ask, say in SHAPES
    ]


def by_hand(model: Any, row: Example) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probabilities of an answer and what the head says before each of its tokens."""
    ids = torch.tensor(row.input_ids[None].astype(np.int64))
    out = model(input_ids=ids, output_hidden_states=True)
    logs = log_softmax(out.logits[0, :-1].float(), dim=-1)
    said = logs.gather(1, ids[0, 1:, None]).squeeze(1)
    chosen = torch.tensor(row.trained[1:])
    head = dict(model.named_modules()).get(HEAD)
    values = said if head is None else head(out.hidden_states[-1][0, :-1]).squeeze(1)
    return said[chosen], values[chosen]


def looked_at(model: Any, packing: bool) -> Batch:
    """A batch with log-probabilities of before and of the start a little beside the present ones."""
    batch = make_batch(rows(), packing=packing, pad_id=0, device=CPU)
    with torch.no_grad():
        now = torch.cat([by_hand(model, row)[0] for row in rows()])
    torch.manual_seed(9)
    before, start = now + 0.3 * torch.randn(now.shape), now + 0.5 * torch.randn(now.shape)
    return replace(batch, known=Known(start=start, before=before, values=torch.randn(now.shape)))


def same_gradients(model: Any, ours: torch.Tensor, theirs: torch.Tensor) -> None:
    assert float(ours.detach()) == pytest.approx(float(theirs.detach()), abs=1e-5)
    model.zero_grad()
    ours.backward(retain_graph=True)
    mine = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    theirs.backward()
    assert mine
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            assert float((mine[name] - parameter.grad).norm()) <= 1e-3 * float(parameter.grad.norm()) + 1e-7


@pytest.mark.parametrize("packing", [True, False])
@pytest.mark.parametrize("loss", ["grpo", "dr_grpo", "dapo"])
def test_grpo_is_its_equation(model: Any, loss: Any, packing: bool) -> None:
    batch = looked_at(model, packing)
    assert batch.known is not None and batch.known.before is not None and batch.known.start is not None
    scores = torch.tensor([[1.0, 0.0], [0.2, 0.9]])
    objective = GroupRelative(
        loss=loss, beta=0.3, num_iterations=2, epsilon_high=0.3, scale_rewards=loss == "grpo"
    )
    (weighed,) = objective.weigh([batch], scores, kl_weight=None).batches
    ours = objective.loss_sum(model, weighed) / objective.units(weighed)
    parts, sizes = [], [say for _, say in SHAPES]
    known = zip(batch.known.before.split(sizes), batch.known.start.split(sizes), strict=True)
    for row, (before, start), score, group in zip(rows(), known, scores.flatten(), (0, 0, 1, 1), strict=True):
        advantage = score - scores[group].mean()
        if loss == "grpo":
            advantage = advantage / (scores[group].std() + 1e-4)
        now, _ = by_hand(model, row)
        ratio = torch.exp(now - before)
        kept = torch.clamp(ratio, 0.8, 1.3)
        kl = torch.exp(start - now) - (start - now) - 1
        parts.append(-torch.minimum(ratio * advantage, kept * advantage) + 0.3 * kl)
    whole = {
        "grpo": torch.stack([part.mean() for part in parts]).mean(),
        "dr_grpo": torch.cat(parts).sum() / len(parts) / objective.max_completion_tokens,
        "dapo": torch.cat(parts).mean(),
    }
    same_gradients(model, ours, whole[loss])


@pytest.mark.parametrize("packing", [True, False])
def test_ppo_is_its_equation(model: Any, packing: bool) -> None:
    objective = ProximalPolicy(kl_weight=0.2, num_generations=2, value_weight=0.4)
    objective.prepare(model, seed=5)
    batch = looked_at(model, packing)
    assert batch.known is not None and batch.known.before is not None and batch.known.start is not None
    scores = torch.tensor([[1.0, 0.0], [0.2, 0.9]])
    weighed = objective.weigh([batch], scores, kl_weight=None)
    (made,) = weighed.batches
    assert made.known is not None and made.known.advantages is not None and made.known.returns is not None
    ours = objective.loss_sum(model, made) / objective.units(made)
    parts = []
    sizes = [say for _, say in SHAPES]
    columns = [
        getattr(made.known, name).split(sizes) for name in ("before", "values", "advantages", "returns")
    ]
    for row, before, values, advantage, wanted in zip(rows(), *columns, strict=True):
        now, value = by_hand(model, row)
        ratio = torch.exp(now - before)
        near = torch.clamp(value, min=values - 0.2, max=values + 0.2)
        error = 0.5 * torch.maximum((value - wanted) ** 2, (near - wanted) ** 2)
        gain = torch.minimum(ratio * advantage, torch.clamp(ratio, 0.8, 1.2) * advantage)
        parts.append(0.4 * error - gain)
    same_gradients(model, ours, torch.cat(parts).mean())
    moved = (batch.known.before - batch.known.start).split(sizes)
    assert weighed.kl_weight == pytest.approx(
        0.2
        * (
            1
            + min(max(float(torch.stack([part.sum() for part in moved]).mean()) / 6 - 1, -0.2), 0.2)
            * 4
            / 10_000
        )
    )


def test_the_reward_stands_at_the_end_and_the_divergence_at_each_token() -> None:
    objective = ProximalPolicy(kl_weight=0.5, kl_control="fixed", gae_lambda=1.0)
    row = rows()[0]
    batch = make_batch([row], packing=True, pad_id=0, device=CPU)
    gap, zeros = torch.tensor([0.1, -0.2, 0.3, 0.4]), torch.zeros(4)
    batch = replace(batch, known=Known(start=zeros, before=gap, values=zeros))
    weighed = objective.weigh([batch], torch.tensor([[2.0]]), kl_weight=None)
    known = weighed.batches[0].known
    assert known is not None and known.returns is not None and known.advantages is not None
    paid = -0.5 * gap + torch.tensor([0.0, 0.0, 0.0, 2.0])
    expected = torch.stack([paid[place:].sum() for place in range(4)])
    assert torch.allclose(known.returns, expected)
    white = (expected - expected.mean()) / expected.std(correction=0)
    assert torch.allclose(known.advantages, white, atol=1e-4)
    assert weighed.kl_weight == 0.5 and weighed.measures["train/kl"] > 0


def test_advantages_follow_the_sum_of_the_paper() -> None:
    rng = np.random.default_rng(3)
    rewards, values = (rng.normal(size=6).astype(np.float32) for _ in range(2))
    gamma, decay = 0.9, 0.8
    after = np.append(values[1:], 0.0)
    surprise = rewards + gamma * after - values
    expected = [
        sum((gamma * decay) ** (later - place) * surprise[later] for later in range(place, 6))
        for place in range(6)
    ]
    assert np.allclose(gae.advantages(rewards, values, gamma=gamma, decay=decay), expected, atol=1e-5)


def test_equal_rewards_teach_nothing() -> None:
    batch = make_batch(rows(), packing=True, pad_id=0, device=CPU)
    (weighed,) = GroupRelative().weigh([batch], torch.ones(2, 2), kl_weight=None).batches
    assert weighed.known is not None and weighed.known.advantages is not None
    assert not weighed.known.advantages.any()


@pytest.mark.parametrize("objective", [GroupRelative(num_iterations=3), ProximalPolicy(num_iterations=3)])
def test_a_step_has_as_many_updates_as_it_says(objective: OwnAnswers) -> None:
    assert objective.updates == 3 and objective.looks_before
