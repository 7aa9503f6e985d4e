"""The planner: counted on shapes alone, and honest about what it does not know."""

import math
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.contract import environment
from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase
from engine.contract.results import DataReport
from engine.registry import parse_recipe
from engine.train import memory
from engine.train import plan as planning
from engine.train.devices import CARDS, Target, card_named
from engine.train.fitting import with_options
from engine.train.footprint import Footprint, measure
from engine.train.lengths import Lengths, lengths_of
from engine.train.plan import make_plan
from engine.train.probe import Line

LAYERS, HIDDEN, INNER, VOCABULARY = 5, 64, 160, 500
CPU = Target("cpu", "cpu", 8 << 30, True)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config of a small Llama; no weights, because none are needed."""
    from transformers import LlamaConfig

    folder = tmp_path_factory.mktemp("model")
    LlamaConfig(
        hidden_size=HIDDEN,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=VOCABULARY,
        tie_word_embeddings=True,
        architectures=["LlamaForCausalLM"],
    ).save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, luthier_home: Path) -> None:
    """A computer of known speed."""
    import engine.train.calibration

    monkeypatch.setattr(engine.train.calibration, "multiply_rate", lambda device, threads=None: 1e11)


def recipe_for(folder: Path, **sections: Any) -> RecipeBase:
    return parse_recipe(
        {"model": {"path": str(folder)}, "method": {"kind": "lora"}, "objective": {"kind": "sft"}, **sections}
    )


def report(**changes: Any) -> DataReport:
    values: dict[str, Any] = {
        "rows": 100, "rejected": 0, "train_rows": 100, "validation_rows": 0, "tokens": 6000, "trained_tokens": 3000,
        "longest": 199, "median": 50, "p95": 150, "over_cutoff": 0, "bin_tokens": 20,
        "histogram": (0, 0, 80, 0, 0, 10, 0, 0, 0, 10),
    }  # fmt: skip
    return DataReport(**{**values, **changes})


def weigh(folder: Path, **sections: Any) -> Footprint:
    return measure(recipe_for(folder, **sections), folder, CPU)


def linear_elements() -> int:
    attention = HIDDEN * HIDDEN * 2 + HIDDEN * (HIDDEN // 2) * 2
    return LAYERS * (attention + 3 * HIDDEN * INNER)


def test_weights_and_adapter_are_counted_exactly(model: Path) -> None:
    found = weigh(model, method={"kind": "lora", "rank": 4})
    norms = (2 * LAYERS + 1) * HIDDEN
    assert found.base.linear_elements == linear_elements()
    assert found.base.parameters == linear_elements() + norms + VOCABULARY * HIDDEN
    assert found.weights == 4 * found.base.parameters
    widths = (HIDDEN + HIDDEN) * 2 + (HIDDEN + HIDDEN // 2) * 2 + (HIDDEN + INNER) * 3
    assert found.trainable == LAYERS * 4 * widths
    assert found.adapter == found.gradients == 4 * found.trainable


def test_full_fine_tuning_has_no_adapter_and_trains_everything(model: Path) -> None:
    found = weigh(model, method={"kind": "full"})
    assert (found.adapter, found.trainable) == (0, found.base.parameters)
    assert found.gradients == found.weights
    half = weigh(model, method={"kind": "full"}, model={"path": str(model), "dtype": "bfloat16"})
    assert half.weights * 2 == found.weights


def test_the_optimizer_holds_its_state_in_the_format_of_the_weights(model: Path) -> None:
    full = weigh(model, method={"kind": "full"})
    half = weigh(model, method={"kind": "full"}, model={"path": str(model), "dtype": "bfloat16"})
    assert full.optimizer_state("adamw") == 8 * full.trainable == 2 * half.optimizer_state("adamw")
    assert full.optimizer_state("adamw_8bit") == half.optimizer_state("adamw_8bit")
    assert full.optimizer_state("adafactor") < full.trainable / 4


def test_a_quantized_base_weighs_about_an_eighth_in_its_linear_layers(model: Path) -> None:
    plain = weigh(model)
    for kind, factor in (("nf4", 0.5 / 4), ("int8", 1 / 4)):
        found = weigh(model, model={"path": str(model), "quantization": kind})
        rest = plain.weights - 4 * linear_elements()
        assert (found.weights + found.quantization - rest) / (4 * linear_elements()) == pytest.approx(
            factor, rel=0.05
        )


@pytest.mark.parametrize(
    "method", [{"kind": "lora"}, {"kind": "full"}, {"kind": "ia3"}, {"kind": "prompt_tuning"}], ids=str
)
@pytest.mark.parametrize("checkpointing", [False, True])
def test_a_step_that_is_only_counted_holds_what_a_real_one_holds(
    model: Path, method: dict[str, Any], checkpointing: bool
) -> None:
    """Forward and backward with weights in memory, in other lengths than the ones that were counted."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    from engine.data.pack import Batch
    from engine.kernels.attention import implementation
    from engine.kernels.ledger import Ledger
    from engine.kernels.prompts import model_inputs
    from engine.methods.base import Method

    recipe = recipe_for(
        model, method=method, model={"path": str(model), "gradient_checkpointing": checkpointing}
    )
    assert isinstance(recipe.method, Method)
    real: Any = AutoModelForCausalLM.from_config(
        AutoConfig.from_pretrained(model), attn_implementation=implementation("auto")
    ).requires_grad_(False)
    real = recipe.method.apply(real, seed=0).train()
    if checkpointing:
        real.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    causal = real.get_base_model() if hasattr(real, "get_base_model") else real
    weights = [*real.parameters(), *real.buffers()]
    ledger = Ledger({weight.untyped_storage()._cdata for weight in weights})
    row, places = torch.zeros((1, 256), dtype=torch.long), torch.zeros(256, dtype=torch.long)
    batch = Batch(row, row, places, places, (100, 156), 256, (), places, 2, places[:2])
    with ledger:
        _, inputs = model_inputs(real, causal, batch)
        hidden = causal.base_model(**inputs).last_hidden_state
        middle = ledger.mark()
        hidden.backward(torch.empty_like(hidden))
    own = frozenset(ledger.number_of(weight.grad) for weight in weights if weight.grad is not None)
    there, kept = ledger.highest(0, middle)
    back, _ = ledger.highest(middle, ledger.mark(), without=own)
    held = measure(recipe, model, CPU).held
    assert held.kept.at(256) == pytest.approx(kept, rel=0.01)
    assert held.kept.at(256) + held.forward.at(256) == pytest.approx(there, rel=0.01)
    assert held.kept.at(256) + held.backward.at(256) == pytest.approx(back, rel=0.02)


def test_activations_grow_with_layers_and_shrink_with_checkpointing(model: Path) -> None:
    found = weigh(model)
    less = weigh(model, model={"path": str(model), "gradient_checkpointing": True})
    assert less.held.kept.at(1000) < found.held.kept.at(1000) / 2
    assert less.held.backward.at(1000) > 2 * found.held.backward.at(1000)  # a block is computed again


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of glibc's heap")
def test_checkpointing_leaves_a_gap_behind_each_block(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only in a heap, and only while the activations lie in it."""
    monkeypatch.setenv(environment.TUNABLES, environment.additions({})[environment.TUNABLES])
    recipe = recipe_for(model, model={"path": str(model), "gradient_checkpointing": True})
    lengths, found = Lengths(9, 400.0, 0.0, 400, 0.5), weigh(model, model=recipe.model.model_dump())
    assert found.layers_kept == LAYERS

    def temporary(target: Target) -> list[int]:
        return [moment.temporary for moment in memory._moments(recipe, found, lengths, target)]

    tokens = lengths.micro_batch(recipe.optim.per_device_train_batch_size, packing=True)
    gap = found.held.forward.at(tokens) * memory.HEAP_HOLES
    with_gaps, on_a_card = temporary(CPU), temporary(card_named("24 GB"))
    monkeypatch.setattr(memory, "HEAP_HOLES", 0.0)
    forward, loss, backward, *rest = (one - two for one, two in zip(with_gaps, temporary(CPU), strict=True))
    assert forward == loss == backward == pytest.approx(LAYERS * gap, rel=0.01) and not any(rest)
    assert temporary(card_named("24 GB")) == on_a_card


def test_changes_are_looked_for_always_never_or_where_it_does_not_fit(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_for(model, data={"cutoff_len": 4096}, optim={"per_device_train_batch_size": 8})
    plan = make_plan(recipe)
    assert plan.fits and not plan.changes and not plan.asked_changes
    asked = make_plan(recipe, changes=True)
    assert len(asked.changes) > 3 and asked.asked_changes and "then it fits" not in asked.advice[0]
    prices = [change.saves_bytes for change in asked.changes if "same result" in change.cost]
    assert prices and min(prices) > 0
    monkeypatch.setattr(planning, "this_machine", lambda device: Target("cpu", "cpu", 1, True))
    assert make_plan(recipe).changes
    never = make_plan(recipe, changes=False)
    assert not never.fits and not never.changes and not never.asked_changes


def test_a_line_is_never_negative() -> None:
    assert Line(-100.0, 2.0).at(10) == 0 and Line(-100.0, 2.0).at(100) == 100


def test_lengths_follow_the_histogram_and_the_cutoff(model: Path) -> None:
    recipe = recipe_for(model, data={"cutoff_len": 120})
    lengths = lengths_of(recipe, report())
    assert lengths.longest == 120 and lengths.rows == 100
    assert 45 < lengths.mean < 60
    assert lengths.trained_share == 0.5
    dropped = lengths_of(recipe_for(model, data={"cutoff_len": 120, "overlong": "drop"}), report())
    assert dropped.mean < lengths.mean
    unknown = lengths_of(recipe, None)
    assert (unknown.rows, unknown.mean, unknown.longest) == (0, 120.0, 120)


def test_the_largest_micro_batch_lies_between_its_longest_example_and_the_worst_case() -> None:
    lengths = Lengths(rows=1000, mean=50.0, deviation=20.0, longest=200, trained_share=0.5)
    assert lengths.micro_batch(1, packing=True) == 200
    assert 200 + 7 * 50 <= lengths.micro_batch(8, packing=True) < 8 * 200
    assert lengths.micro_batch(8, packing=False) == 8 * 200
    assert lengths.micro_batch(4096, packing=True) == lengths.micro_batch(1000, packing=True)


def test_a_plan_adds_up_and_counts_steps_and_tokens(model: Path) -> None:
    recipe = recipe_for(
        model,
        data={"sources": [{"path": "x.json"}], "cutoff_len": 256},
        optim={"num_train_epochs": 2.0, "per_device_train_batch_size": 8, "gradient_accumulation_steps": 2},
    )
    plan = make_plan(recipe, statistics=lambda recipe: report())
    assert plan.memory_bytes == sum(plan.memory.values())
    parts = "weights quantization adapter gradients optimizer activations logits temporary overhead loading"
    assert list(plan.memory) == parts.split()
    assert plan.memory["optimizer"] == 8 * plan.trainable_parameters
    assert plan.total_steps == 2 * math.ceil(13 / 2)
    assert plan.tokens == pytest.approx(12_000, rel=0.02)
    assert plan.fits and plan.advice == ()
    assert 0 < plan.seconds[0] < plan.seconds[1]
    assert plan.train_rows == 100


def test_without_data_there_is_a_memory_plan_but_no_steps(model: Path) -> None:
    plan = make_plan(recipe_for(model))
    assert plan.memory["activations"] > 0
    assert (plan.total_steps, plan.tokens, plan.seconds) == (0, 0, (0.0, 0.0))
    assert make_plan(recipe_for(model, optim={"max_steps": 7})).total_steps == 7


def test_what_does_not_fit_gets_advice_with_the_largest_saving_first(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_for(model, data={"cutoff_len": 4096}, optim={"per_device_train_batch_size": 64})
    need = make_plan(recipe).memory_bytes
    monkeypatch.setattr(planning, "this_machine", lambda device: Target("cpu", "cpu", need - 1, True))
    plan = make_plan(recipe)
    assert not plan.fits
    text = "\n".join(plan.advice)
    assert "gradient checkpointing" in text and "batch size to 32" in text and "cutoff length to 2048" in text
    assert "; then it fits)" in plan.advice[0]
    fitting = [change.fits for change in plan.changes]
    assert fitting == sorted(fitting, reverse=True)
    first = plan.changes[0]
    assert first.options == {
        "optim.per_device_train_batch_size": 1,
        "optim.gradient_accumulation_steps": 64,
    }
    assert "same result" in first.cost


def test_a_change_saves_what_it_says(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = recipe_for(model, data={"cutoff_len": 4096}, optim={"per_device_train_batch_size": 8})
    before = make_plan(recipe).memory_bytes
    monkeypatch.setattr(planning, "this_machine", lambda device: Target("cpu", "cpu", before // 2, True))
    found = make_plan(recipe).changes
    assert len(found) > 3
    for change in found:
        after = make_plan(with_options(recipe, change.options))
        assert before - after.memory_bytes == pytest.approx(change.saves_bytes, rel=0.01), change.title
        assert change.fits == (after.memory_bytes <= before // 2)


def test_what_is_refused_for_the_method_is_not_proposed(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "this_machine", lambda device: Target("cpu", "cpu", 1, True))
    monkeypatch.setattr(memory, "PEFT_BYTES", 0)  # more than all of this model
    plan = make_plan(recipe_for(model, method={"kind": "full"}))
    named = {path for change in plan.changes for path in change.options}
    assert "model.quantization" not in named and "method" in named


def test_a_disk_that_is_too_small_is_said(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_free_disk", lambda recipe: 10)
    plan = make_plan(recipe_for(model))
    assert not plan.fits and "disk" in plan.advice[-1]


def test_an_unknown_architecture_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "perpetuum_mobile"}')
    with pytest.raises(UserError) as caught:
        make_plan(recipe_for(tmp_path))
    assert caught.value.info.code is ErrorCode.MODEL_UNSUPPORTED


def test_pairs_are_read_twice(model: Path) -> None:
    one = lengths_of(recipe_for(model, data={"cutoff_len": 120}), report())
    for kind in ("dpo", "kto", "rm"):
        two = lengths_of(recipe_for(model, data={"cutoff_len": 120}, objective={"kind": kind}), report())
        assert (two.longest, two.mean) == (2 * one.longest, 2 * one.mean)
    found = weigh(model)
    logits = {
        kind: memory._loss(recipe_for(model, objective={"kind": kind}), found, 200)
        for kind in ("sft", "dpo", "rm")
    }
    assert logits["dpo"] > logits["sft"] > 200 * VOCABULARY * 4 and logits["rm"] == 0


@pytest.mark.parametrize("kind", ["lora", "prefix_tuning", "vera", "ia3", "full", "bitfit"])
def test_a_method_on_many_alike_blocks_is_counted_as_if_each_were_built(
    model: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    import engine.train.footprint as weighing

    quick = weigh(model, method={"kind": kind})
    monkeypatch.setattr(weighing, "FEW_BLOCKS", 100)
    weighing._trained.cache_clear()
    built = weigh(model, method={"kind": kind})
    weighing._trained.cache_clear()
    assert (quick.adapter, quick.gradients, quick.trainable) == (
        built.adapter,
        built.gradients,
        built.trainable,
    )
    assert quick.held.kept.at(500) == pytest.approx(built.held.kept.at(500), rel=0.03)


def test_a_layer_that_is_named_by_its_block_is_counted_once(model: Path) -> None:
    found = weigh(model, method={"kind": "lora", "rank": 4, "target_modules": "layers.1.mlp.up_proj"})
    assert found.trainable == 4 * (HIDDEN + INNER)


def test_some_layers_keep_only_what_lies_behind_the_first_trained_one(model: Path) -> None:
    last = weigh(model, method={"kind": "freeze", "freeze_trainable_layers": 1})
    first = weigh(model, method={"kind": "freeze", "freeze_trainable_layers": -1})
    assert last.trainable == first.trainable
    assert first.held.kept.at(500) > 3 * last.held.kept.at(500)
    grown = weigh(model, method={"kind": "llama_pro", "num_new_blocks": 1})
    assert grown.adapter == grown.gradients == last.gradients


def test_eager_attention_grows_with_the_square_of_the_length(model: Path) -> None:
    eager = {"path": str(model), "attention": "eager"}
    assert weigh(model, model=eager).score == 4 * 4 and weigh(model).score == 0  # four heads, float32
    short, long, twice = (
        make_plan(recipe_for(model, model=eager, data={"cutoff_len": size, "packing": False})).memory
        for size in (500, 1000, 2000)
    )
    first, second = (
        after["activations"] - before["activations"] for before, after in ((short, long), (long, twice))
    )
    assert second > 3 * first
    plain = make_plan(recipe_for(model, data={"cutoff_len": 2000, "packing": False})).memory
    assert twice["activations"] > 3 * plain["activations"]


def test_a_card_is_planned_for_without_being_there(model: Path) -> None:
    plan = make_plan(recipe_for(model), card="RTX 4090", all_cards=True)
    assert plan.device == card_named("24 GB").name and plan.available_bytes > 22 << 30
    assert plan.memory["weights"] * 2 == make_plan(recipe_for(model)).memory["weights"]  # bfloat16
    assert [item.name for item in plan.cards] == [card.name for card in CARDS] and len(CARDS) > 8
    assert plan.seconds == (0.0, 0.0)
    with pytest.raises(UserError, match="graphics card"):
        card_named("RTX 1234")


def test_no_weight_of_a_large_model_is_made(tmp_path: Path) -> None:
    import psutil
    from transformers import LlamaConfig

    LlamaConfig(
        hidden_size=8192, intermediate_size=28672, num_hidden_layers=80, num_attention_heads=64, num_key_value_heads=8,
        vocab_size=128256, architectures=["LlamaForCausalLM"],
    ).save_pretrained(tmp_path)  # fmt: skip
    before = psutil.Process().memory_info().rss
    plan = make_plan(recipe_for(tmp_path), card="80 GB")
    assert plan.parameters > 70e9 and plan.memory["weights"] == 2 * plan.parameters
    assert not plan.fits and any(change.options == {"model.quantization": "nf4"} for change in plan.changes)
    assert psutil.Process().memory_info().rss - before < 1 << 30
