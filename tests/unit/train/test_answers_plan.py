"""The plan of a run that learns from its own answers: their lengths, their number, what is kept beside the model."""

from pathlib import Path
from typing import Any

import pytest

from engine.contract.recipe import RecipeBase
from engine.contract.results import DataReport
from engine.registry import parse_recipe
from engine.train.answers_plan import beside_the_model, giving_bytes
from engine.train.lengths import Lengths, lengths_of
from engine.train.plan import make_plan

LAYERS, HIDDEN, VOCABULARY, LONGEST = 5, 64, 500, 40
REPORT: dict[str, Any] = {
    "rows": 100, "train_rows": 90, "validation_rows": 10, "tokens": 6_000, "trained_tokens": 2_000, "rejected": 0, "median": 60, "p95": 110,
    "longest": 120, "histogram": (50, 50), "bin_tokens": 60, "over_cutoff": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import LlamaConfig

    folder = tmp_path_factory.mktemp("model")
    LlamaConfig(
        hidden_size=HIDDEN, intermediate_size=160, num_hidden_layers=LAYERS, num_attention_heads=4,
        num_key_value_heads=2, vocab_size=VOCABULARY, architectures=["LlamaForCausalLM"],
    ).save_pretrained(folder)  # fmt: skip
    return folder


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, luthier_home: Path) -> None:
    import engine.train.calibration

    monkeypatch.setattr(engine.train.calibration, "multiply_rate", lambda device, threads=None: 1e11)


def recipe_for(folder: Path, kind: str, **options: Any) -> RecipeBase:
    longest = {} if kind == "sft" else {"max_completion_tokens": LONGEST, "num_generations": 4}
    return parse_recipe(
        {
            "model": {"path": str(folder)},
            "data": {"sources": [{"path": "rows.json"}]},
            "method": {"kind": "lora"},
            "objective": {"kind": kind, **longest, **options},
            "optim": {"max_steps": 10, "per_device_train_batch_size": 2, "gradient_accumulation_steps": 3},
        }
    )


def planned(recipe: RecipeBase) -> Any:
    known = DataReport.model_validate(
        {name: REPORT[name] for name in REPORT if name in DataReport.model_fields}
    )
    return make_plan(recipe, statistics=lambda _: known)


@pytest.mark.parametrize("kind", ["grpo", "ppo"])
def test_every_question_is_answered_several_times(kind: str, model: Path) -> None:
    plain, plan = planned(recipe_for(model, "sft")), planned(recipe_for(model, kind))
    assert plan.total_steps == plain.total_steps == 10
    assert plan.tokens == round(10 * 6 * 4 * (plain.tokens / 60 * (2 / 3) + LONGEST))
    assert plan.seconds[0] > plain.seconds[0] and plan.seconds[1] > plain.seconds[1]
    assert plan.memory_bytes > plain.memory_bytes


def test_more_answers_and_updates_take_longer(model: Path) -> None:
    def latest(**options: Any) -> float:
        return float(planned(recipe_for(model, "grpo", **options)).seconds[1])

    least = latest(beta=0.0)
    assert latest(beta=0.1) > least and latest(beta=0.0, num_iterations=3) > latest(beta=0.1)
    assert latest(beta=0.0, num_generations=16) > least
    assert latest(beta=0.0, max_completion_tokens=400) > 2 * least


def test_the_start_and_the_reward_model_are_kept_beside_it(model: Path, tmp_path: Path) -> None:
    assert beside_the_model(recipe_for(model, "sft"), trained_bytes=7) == 0
    assert beside_the_model(recipe_for(model, "grpo", beta=0.0), trained_bytes=7) == 0
    assert beside_the_model(recipe_for(model, "grpo", beta=0.1), trained_bytes=7) == 7
    judge = tmp_path / "judge"
    judge.mkdir()
    (judge / "config.json").write_text("{}", encoding="utf-8")
    import torch
    from safetensors.torch import save_file

    save_file({"score.weight": torch.zeros(1, 8), "x": torch.zeros(1000)}, judge / "model.safetensors")
    size = (judge / "model.safetensors").stat().st_size
    assert beside_the_model(recipe_for(model, "ppo", reward_model=str(judge)), trained_bytes=7) == 7 + size
    with_judge = planned(recipe_for(model, "ppo", reward_model=str(judge)))
    assert with_judge.memory["weights"] == planned(recipe_for(model, "ppo")).memory["weights"] + size


def test_the_cache_of_many_long_answers_can_be_the_peak(model: Path) -> None:
    lengths = Lengths(rows=9, mean=100.0, deviation=0.0, longest=120, trained_share=0.4)
    recipe = recipe_for(model, "grpo")
    a_token = 2 * LAYERS * 2 * (HIDDEN // 4) * 4
    assert giving_bytes(recipe, lengths, vocabulary=VOCABULARY, itemsize=4) == 4 * (
        120 * a_token + 8 * VOCABULARY
    )
    few = planned(recipe_for(model, "grpo", num_generations=2)).memory["temporary"]
    many = planned(recipe_for(model, "grpo", num_generations=64, max_completion_tokens=4000)).memory
    assert many["temporary"] > 10 * few


def test_a_cutoff_leaves_the_answers_as_they_are(model: Path) -> None:
    from engine.train.answers_plan import with_answers

    recipe = recipe_for(model, "grpo")
    lengths = with_answers(recipe, lengths_of(recipe, None))
    assert lengths.longest == recipe.data.cutoff_len + LONGEST and lengths.at_most(10_000) == lengths.at_most(
        2048
    )
    assert lengths.at_most(64).longest == 64 + LONGEST
