"""Every loss equals its paper's equation written plainly on full logits, and so do its gradients."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, log_softmax, logsigmoid

from engine.data.examples import Example
from engine.data.pack import Batch, make_batch
from engine.objectives.base import Objective
from engine.objectives.dpo import DirectPreference
from engine.objectives.kto import KahnemanTversky
from engine.objectives.pt import Pretraining
from engine.objectives.rm import RewardModel
from engine.objectives.sft import SupervisedFineTuning

CPU = torch.device("cpu")
VOCABULARY = 97
Sequence = tuple[torch.Tensor, int]  # log-probability of its trained tokens, and their number


@pytest.fixture(scope="module")
def model() -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=True,
    )  # fmt: skip
    return LlamaForCausalLM(config).train()


def example(rng: np.random.Generator, prompt: int, answer: int) -> Example:
    ids = rng.integers(1, VOCABULARY, prompt + answer).astype(np.int32)
    return Example(ids, np.arange(prompt + answer) >= prompt, "rows", 1)


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    """Four rows with another answer each, a verdict, and log-probabilities of some start."""
    rng = np.random.default_rng(5)
    made = []
    for number, (prompt, answer, other) in enumerate([(5, 4, 7), (3, 9, 2), (6, 1, 5), (4, 6, 6)]):
        first = example(rng, prompt, answer)
        tail = example(rng, 0, other).input_ids
        ids = np.concatenate([first.input_ids[:prompt], tail])
        second = Example(ids, np.arange(len(ids)) >= prompt, "rows", 2)
        start = (-4.4 * answer + rng.normal(), -4.5 * other + rng.normal())
        made.append(replace(first, others=(second,), label=number % 2 == 0, reference=start))
    return made


def plainly(model: Any, row: Example) -> Sequence:
    """One sequence alone, through the model's own logits."""
    ids = torch.tensor(row.input_ids[None].astype(np.int64))
    logs = log_softmax(model(input_ids=ids).logits[0, :-1].float(), dim=-1)
    picked = logs.gather(1, ids[0, 1:, None]).squeeze(1)
    trained = torch.tensor(row.trained[1:])
    return picked[trained].sum(), int(trained.sum())


def gradients(model: Any, loss: torch.Tensor) -> list[torch.Tensor]:
    model.zero_grad()
    loss.backward()
    return [parameter.grad.clone() for parameter in model.parameters() if parameter.requires_grad]


def agree(model: Any, batch: Batch, objective: Objective, expected: Callable[[], torch.Tensor]) -> None:
    ours = objective.loss_sum(model, batch) / objective.units(batch)
    mine = gradients(model, ours)
    theirs = expected()
    assert float(ours.detach()) == pytest.approx(float(theirs.detach()), abs=1e-4)
    for one, other in zip(mine, gradients(model, theirs), strict=True):
        assert float((one - other).norm()) <= 1e-3 * float(other.norm()) + 1e-7


PAIRS: dict[str, Callable[[Any, Any, float], Any]] = {
    "sigmoid": lambda c, r, e: -(1 - e) * logsigmoid(0.3 * (c - r)) - e * logsigmoid(-0.3 * (c - r)),
    "hinge": lambda c, r, e: torch.clamp(1 - 0.3 * (c - r), min=0),
    "ipo": lambda c, r, e: (c - r - 1 / 0.6) ** 2,
    "robust": lambda c, r, e: (
        -(1 - e) * logsigmoid(0.3 * (c - r)) + e * logsigmoid(-0.3 * (c - r))
    ) / (1 - 2 * e),
    "dpo_norm": lambda c, r, e: -(1 - e) * logsigmoid(0.3 * (c - r)) - e * logsigmoid(-0.3 * (c - r)),
    "simpo": lambda c, r, e: -(1 - e) * logsigmoid(0.3 * (c - r) - 0.5) - e * logsigmoid(-(0.3 * (c - r) - 0.5)),
    "orpo": lambda c, r, e: -c - 0.3 * logsigmoid(
        (c - r) - (torch.log(1 - torch.exp(c)) - torch.log(1 - torch.exp(r)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("packing", [True, False])
@pytest.mark.parametrize("loss", PAIRS)
def test_preferences(model: Any, rows: list[Example], loss: Any, packing: bool) -> None:
    smoothing = 0.0 if loss in ("hinge", "ipo", "orpo") else 0.1
    objective = DirectPreference(loss=loss, beta=0.3, label_smoothing=smoothing)
    means, start = loss in ("ipo", "dpo_norm", "simpo", "orpo"), loss not in ("simpo", "orpo")

    def value(row: Example, before: float) -> torch.Tensor:
        total, count = plainly(model, row)
        total = total - before if start else total
        return total / count if means else total

    def expected() -> torch.Tensor:
        losses = [
            PAIRS[loss](value(row, row.reference[0]), value(row.others[0], row.reference[1]), smoothing)
            for row in rows
        ]
        return torch.stack(losses).mean()

    agree(model, make_batch(rows, packing=packing, pad_id=0, device=CPU), objective, expected)


def test_the_chosen_answer_may_weigh_in(model: Any, rows: list[Example]) -> None:
    batch = make_batch(rows, packing=True, pad_id=0, device=CPU)
    bare = DirectPreference().loss_sum(model, batch)
    more = DirectPreference(sft_weight=0.5).loss_sum(model, batch)
    means = [total / count for total, count in (plainly(model, row) for row in rows)]
    assert float(more - bare) == pytest.approx(-0.5 * float(sum(means)), abs=1e-3)


def test_verdicts(model: Any, rows: list[Example]) -> None:
    objective = KahnemanTversky(beta=0.3, desirable_weight=1.5)
    batch = make_batch(rows, packing=True, pad_id=0, device=CPU)

    def expected() -> torch.Tensor:
        own = [plainly(model, row)[0] - row.reference[0] for row in rows]
        foreign = [plainly(model, row.others[0])[0] - row.reference[1] for row in rows]
        kl = torch.stack(foreign).detach().mean().clamp(min=0)
        parts = [
            1.5 * (1 - torch.sigmoid(0.3 * (one - kl))) if row.label else 1 - torch.sigmoid(0.3 * (kl - one))
            for one, row in zip(own, rows, strict=True)
        ]
        return torch.stack(parts).mean()

    agree(model, batch, objective, expected)


@pytest.mark.parametrize("packing", [True, False])
@pytest.mark.parametrize("options", [{}, {"margin": 0.7}, {"center_rewards": 0.2}])
def test_rewards(rows: list[Example], options: dict[str, float], packing: bool) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(3)
    model = LlamaForCausalLM(LlamaConfig(vocab_size=VOCABULARY, hidden_size=32, intermediate_size=48,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2)).train()  # fmt: skip
    objective = RewardModel(**options)
    objective.prepare(model, seed=4)
    model.lm_head.requires_grad_(False)

    def score(row: Example) -> torch.Tensor:
        ids = torch.tensor(row.input_ids[None].astype(np.int64))
        return model.value_head(model.model(input_ids=ids).last_hidden_state[0, -1]).squeeze()

    def expected() -> torch.Tensor:
        parts = []
        for row in rows:
            chosen, rejected = score(row), score(row.others[0])
            centre = options.get("center_rewards", 0.0) * (chosen + rejected) ** 2
            parts.append(centre - logsigmoid(chosen - rejected - options.get("margin", 0.0)))
        return torch.stack(parts).mean()

    agree(model, make_batch(rows, packing=packing, pad_id=0, device=CPU), objective, expected)


def test_measures_are_sums_over_the_units(model: Any, rows: list[Example]) -> None:
    batch = make_batch(rows, packing=True, pad_id=0, device=CPU)
    measures: dict[str, float] = {}
    DirectPreference(beta=0.3).loss_sum(model, batch, measures=measures)
    margins = [
        plainly(model, row)[0] - row.reference[0] - plainly(model, row.others[0])[0] + row.reference[1]
        for row in rows
    ]
    assert measures["rewards/margin"] == pytest.approx(0.3 * float(sum(margins)), abs=1e-3)
    assert measures["rewards/accuracy"] == sum(float(margin) > 0 for margin in margins)


@pytest.mark.parametrize("packing", [True, False])
def test_supervised_losses(model: Any, rows: list[Example], packing: bool) -> None:
    plain = [replace(row, others=(), label=None, reference=()) for row in rows]
    batch = make_batch(plain, packing=packing, pad_id=0, device=CPU)

    def logits() -> tuple[torch.Tensor, torch.Tensor]:
        found, wanted = [], []
        for row in plain:
            ids = torch.tensor(row.input_ids[None].astype(np.int64))
            trained = torch.tensor(row.trained[1:])
            found.append(model(input_ids=ids).logits[0, :-1][trained])
            wanted.append(ids[0, 1:][trained])
        return torch.cat(found).float(), torch.cat(wanted)

    def by_probability() -> torch.Tensor:
        found, wanted = logits()
        logs = log_softmax(found, dim=-1).gather(1, wanted[:, None]).squeeze(1)
        return -(logs.exp().detach() * logs).mean()

    agree(model, batch, SupervisedFineTuning(), lambda: cross_entropy(*logits()))
    agree(model, batch, Pretraining(), lambda: cross_entropy(*logits()))
    smooth = SupervisedFineTuning(label_smoothing=0.2)
    agree(model, batch, smooth, lambda: cross_entropy(*logits(), label_smoothing=0.2))
    agree(model, batch, SupervisedFineTuning(loss="dft"), by_probability)


def test_noise_is_there_while_training_and_only_then(model: Any, rows: list[Example]) -> None:
    plain = [replace(row, others=(), label=None, reference=()) for row in rows]
    batch = make_batch(plain, packing=True, pad_id=0, device=CPU)
    noisy, quiet = SupervisedFineTuning(neftune_noise_alpha=20.0), SupervisedFineTuning()
    torch.manual_seed(1)
    first = float(noisy.loss_sum(model, batch))
    torch.manual_seed(1)
    assert float(noisy.loss_sum(model, batch)) == first != pytest.approx(float(quiet.loss_sum(model, batch)))
    model.eval()
    try:
        assert float(noisy.loss_sum(model, batch)) == float(quiet.loss_sum(model, batch))
    finally:
        model.train()
