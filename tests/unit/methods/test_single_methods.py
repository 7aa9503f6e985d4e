"""What single methods promise beyond the table: their own starts, their own refusals, their own files."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from engine.contract.errors import UserError
from engine.methods.base import Method
from engine.methods.full import Full
from engine.models.load import load_base
from engine.models.tuned import find_tuned, load_tuned
from engine.registry import parse_recipe
from engine.train.combination import check_combination
from engine.train.devices import this_machine
from engine.train.footprint import measure
from engine.train.session import open_session
from tests.unit.methods.table import CASES, IDS, close, outputs
from tests.unit.methods.tiny import examples, make_recipe, prepared, run

CPU = torch.device("cpu")


def applied(base: Path, method: dict[str, Any], **model: Any) -> Any:
    recipe = make_recipe(base, method, **model)
    return cast(Method, recipe.method).apply(load_base(recipe.model, device=CPU), seed=recipe.run.seed)


def layers(model: Any) -> dict[str, Any]:
    return {name: module for name, module in model.named_modules() if hasattr(module, "lora_A")}


def effective(layer: Any) -> torch.Tensor:
    """The weight that a LoRA layer computes with, float32 [out, in]."""
    import bitsandbytes

    held = layer.get_base_layer().weight
    if hasattr(held, "quant_state"):
        held = bitsandbytes.functional.dequantize_4bit(held.data, held.quant_state)
    change = layer.lora_B["default"].weight @ layer.lora_A["default"].weight * layer.scaling["default"]
    return (held.float() + change).detach()


@pytest.mark.parametrize("kind", ["nf4", "fp4"])
@pytest.mark.parametrize("alpha", [8.0, 32.0])
def test_loftq_begins_nearer_to_the_unquantized_model(
    kind: str, alpha: float, bases: dict[str, Path]
) -> None:
    options = {"kind": "lora", "rank": 8, "lora_alpha": alpha}
    plain = layers(applied(bases["llama"], options, quantization=kind, dtype="float32"))
    loftq = layers(applied(bases["llama"], {**options, "init": "loftq"}, quantization=kind, dtype="float32"))
    stored = load_base(make_recipe(bases["llama"], options, dtype="float32").model, device=CPU)
    for name, layer in loftq.items():
        wanted = stored.get_submodule(name.removeprefix("base_model.model.")).weight
        before = float((effective(plain[name]) - wanted).norm())
        assert float((effective(layer) - wanted).norm()) < 0.8 * before


def test_loftq_is_saved_for_the_unquantized_base(bases: dict[str, Path], tmp_path: Path) -> None:
    recipe = make_recipe(bases["llama"], CASES["loftq"].method, quantization="nf4", dtype="float32")
    done = run(recipe, tmp_path / "run")
    tuned = layers(load_tuned(find_tuned(done.run_dir, recipe), dtype="float32"))
    start = layers(applied(bases["llama"], CASES["loftq"].method, quantization="nf4", dtype="float32"))
    stored = load_base(make_recipe(bases["llama"], CASES["loftq"].method, dtype="float32").model, device=CPU)
    for name, layer in layers(done.session.model).items():
        learnt = effective(layer) - effective(start[name])
        weight = stored.get_submodule(name.removeprefix("base_model.model.")).weight
        torch.testing.assert_close(effective(tuned[name]) - weight, learnt, atol=1e-4, rtol=1e-3)


def test_modules_that_are_trained_whole_come_along(bases: dict[str, Path], tmp_path: Path) -> None:
    method = {"kind": "lora", "rank": 4, "modules_to_save": "lm_head, embed_tokens"}
    recipe = make_recipe(bases["llama"], method, dtype="float32")
    done = run(recipe, tmp_path / "run")
    whole = {name for name in done.session.trained if "modules_to_save" in name}
    assert {name.split(".")[-4] for name in whole} == {"lm_head", "embed_tokens"}
    after = dict(done.session.model.named_parameters())
    assert all(not torch.equal(done.before[name], after[name]) for name in whole)
    close(outputs(load_tuned(find_tuned(done.run_dir, recipe))), outputs(done.session.model.eval()), "fp32")


def test_adalora_ends_with_the_target_rank(bases: dict[str, Path], tmp_path: Path) -> None:
    recipe = make_recipe(bases["llama"], CASES["adalora"].method, dtype="float32")
    done = run(recipe, tmp_path / "run")
    config = json.loads((done.run_dir / "adapter" / "adapter_config.json").read_text())
    kept = [sum(flags) for flags in config["rank_pattern"].values()]
    assert sum(kept) / len(kept) == pytest.approx(2.0, abs=0.5)
    assert len(set(kept)) > 1  # not everywhere the same


def test_adalora_resumes_exactly(bases: dict[str, Path], tmp_path: Path) -> None:
    from engine.train import checkpoint as checkpoints
    from engine.train.loop import Trainer
    from tests.integration.quiet_job import QuietJob
    from tests.unit.methods.tiny import StubTokenizer

    method = {"kind": "adalora", "target_r": 2, "init_r": 4, "init_ratio": 0.2, "final_ratio": 0.2}
    recipe = make_recipe(bases["llama"], method, dtype="float32")
    recipe = recipe.replace(
        optim=recipe.optim.model_copy(update={"max_steps": 8}),
        run=recipe.run.model_copy(update={"save_steps": 1, "save_total_limit": 9}),
    )

    def train(folder: Path, *, resume: bool) -> None:
        stub: Any = StubTokenizer()
        Trainer(open_session(recipe), stub, prepared(examples()), folder, QuietJob()).run(resume=resume)

    whole, cut = tmp_path / "whole", tmp_path / "cut"
    train(whole, resume=False)
    (cut / "checkpoints").mkdir(parents=True)
    source = checkpoints.folder_of(whole / "checkpoints", 4)
    source.rename(checkpoints.folder_of(cut / "checkpoints", 4))
    train(cut, resume=True)
    name = "adapter/adapter_model.safetensors"
    assert (cut / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.parametrize("ranks", [{"target_r": 4, "init_r": 4}, {"init_ratio": 0.6, "final_ratio": 0.4}])
def test_adalora_refuses_numbers_that_leave_nothing_to_share_out(ranks: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="must"):
        parse_recipe({"method": {"kind": "adalora", **ranks}, "objective": {"kind": "sft"}})


def test_a_prompt_can_begin_as_text(bases: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "engine.models.load.load_tokenizer", lambda path: lambda text, **_: {"input_ids": [7, 8, 9]}
    )
    model = applied(bases["gpt2"], {"kind": "prompt_tuning", "num_virtual_tokens": 5, "init": "text"})
    words = model.get_base_model().get_input_embeddings().weight
    prompt = model.prompt_encoder["default"].embedding.weight
    torch.testing.assert_close(prompt, words[[7, 8, 9, 7, 8]])
    other = applied(bases["gpt2"], {"kind": "prompt_tuning", "num_virtual_tokens": 5, "init": "random"})
    assert not torch.allclose(other.prompt_encoder["default"].embedding.weight, prompt)


def test_new_blocks_begin_by_changing_nothing(bases: dict[str, Path]) -> None:
    for architecture, base in bases.items():
        grown = applied(base, {"kind": "llama_pro", "num_new_blocks": 2}, dtype="float32")
        assert grown.config.num_hidden_layers == 4, architecture
        plain = load_base(make_recipe(base, {"kind": "full"}, dtype="float32").model, device=CPU)
        close(outputs(grown.eval()), outputs(plain), "fp32")


@pytest.mark.parametrize("name", ["lora", "ia3", "vera", "oft", "ln-tuning", "loha", "lokr"])
def test_an_adapter_is_trained_further(name: str, bases: dict[str, Path], tmp_path: Path) -> None:
    first = run(make_recipe(bases["llama"], CASES[name].method, dtype="float32"), tmp_path / "first")
    method = {"kind": "continue", "adapter_path": str(first.run_dir / "adapter")}
    recipe = make_recipe(bases["llama"], method, dtype="float32")
    before = outputs(open_session(recipe).model.eval())
    close(before, outputs(first.session.model.eval()), "fp32")
    second = run(recipe, tmp_path / "second")
    assert set(second.session.trained) == set(first.session.trained)
    after = outputs(second.session.model.eval())
    assert not torch.allclose(after, before, atol=1e-4)
    close(outputs(load_tuned(find_tuned(second.run_dir, recipe), dtype="float32")), after, "fp32")


@pytest.mark.parametrize("name", ["prompt", "prefix", "p-tuning-v2", "p-tuning-mlp"])
def test_a_prompt_is_not_merged_and_says_so_before_loading(
    name: str, bases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.export.merging import merged_folder
    from tests.integration.quiet_job import QuietJob

    recipe = make_recipe(bases["llama"], CASES[name].method)
    done = run(recipe, tmp_path / "run")
    monkeypatch.setattr("engine.export.skeleton._skeleton", lambda *_: pytest.fail("it was loaded"))
    assert not cast(Method, recipe.method).mergeable
    with pytest.raises(UserError, match="nothing to merge"):
        merged_folder(find_tuned(done.run_dir, recipe), tmp_path / "merged", job=QuietJob())


@pytest.mark.parametrize("name", ["bitfit", "lora", "ln-tuning", "ia3"])
def test_the_loss_falls(name: str, bases: dict[str, Path], tmp_path: Path) -> None:
    recipe = make_recipe(bases["phi"], CASES[name].method, dtype="float32")
    recipe = recipe.replace(optim=recipe.optim.model_copy(update={"max_steps": 18}))
    losses = run(recipe, tmp_path / "run").losses
    assert sum(losses[-3:]) < 0.97 * sum(
        losses[:3]
    )  # six rows, two a step: the last and the first time through


@pytest.mark.parametrize("name", ["prompt", "p-tuning-v2"])
def test_a_chat_that_takes_another_turn_keeps_the_prompt(name: str, bases: dict[str, Path]) -> None:
    from engine.chat.transformers import TransformersBackend
    from engine.kernels.prompts import decode_with_prompt
    from engine.models.tuned import for_inference

    model = for_inference(applied(bases["llama"], CASES[name].method, dtype="float32"))
    with torch.no_grad():
        model.prompt_encoder["default"].embedding.weight.normal_()
    decode_with_prompt(model)

    def opened() -> Any:
        stub: Any = SimpleNamespace(chat_template="")
        return TransformersBackend(model, stub, stops=(), context_tokens=64)

    used, fresh = opened(), opened()
    used._logits(used._forget_all_but_prefix([5, 9, 33, 12, 7]))
    for turn in ([5, 9, 40, 3], [5, 9, 40, 3, 8], [6, 2]):
        again = opened()
        found = used._logits(used._forget_all_but_prefix(turn))
        torch.testing.assert_close(found, again._logits(again._forget_all_but_prefix(turn)))
    assert fresh._forget_all_but_prefix([1, 2]) == [1, 2]


REFUSED = [
    ("llama", {"kind": "bitfit"}, "no biases"),
    ("gpt2", {"kind": "oft"}, "transposed"),
    ("gpt2", {"kind": "loha"}, "transposed"),
    ("llama", {"kind": "freeze", "freeze_trainable_layers": 3}, "3 blocks"),
    ("gpt2", {"kind": "freeze", "layers_to_train": [0, 2]}, "0, 2"),
    ("llama", {"kind": "llama_pro", "num_new_blocks": 3}, "evenly"),
    ("llama", {"kind": "continue", "adapter_path": "/nowhere"}, "holds no adapter"),
]


@pytest.mark.parametrize(("architecture", "method", "word"), REFUSED)
def test_a_base_that_does_not_suit_is_refused_with_the_reason(
    architecture: str, method: dict[str, Any], word: str, bases: dict[str, Path]
) -> None:
    with pytest.raises(UserError, match=word) as caught:
        check_combination(make_recipe(bases[architecture], method))
    assert caught.value.info.recipe_path == "method.kind"


@pytest.mark.parametrize(("name", "kind"), [("prefix", "PREFIX_TUNING"), ("prompt", "PROMPT_TUNING")])
def test_a_prompt_is_not_continued(name: str, kind: str, bases: dict[str, Path], tmp_path: Path) -> None:
    first = run(make_recipe(bases["llama"], CASES[name].method), tmp_path / "first")
    method = {"kind": "continue", "adapter_path": str(first.run_dir / "adapter")}
    with pytest.raises(UserError, match=kind):
        check_combination(make_recipe(bases["llama"], method))


@pytest.mark.parametrize(
    "method", [{"kind": "lora", "target_modules": "nothing"}, {"kind": "ia3", "target_modules": "x"}]
)
def test_names_that_the_model_does_not_have_are_a_sentence(
    method: dict[str, Any], bases: dict[str, Path]
) -> None:
    with pytest.raises(UserError, match="does not fit this model"):
        open_session(make_recipe(bases["llama"], method))


@pytest.mark.parametrize("name", CASES)
def test_the_planner_can_weigh_every_method(name: str, bases: dict[str, Path]) -> None:
    case = CASES[name]
    model = {"quantization": "nf4"} if name == "loftq" else {}
    recipe = make_recipe(bases["phi"], case.method, dtype="float32", **model)
    found = measure(recipe, bases["phi"], this_machine(CPU))
    trained = sum(p.numel() for p in open_session(recipe).trained.values())
    assert found.trainable == trained


@pytest.mark.parametrize("kind", ["nf4", "fp4", "int8"])
def test_a_quantized_base_learns_on_after_an_evaluation(kind: str, bases: dict[str, Path]) -> None:
    from engine.data.pack import make_batch

    session = open_session(make_recipe(bases["llama"], {"kind": "lora", "rank": 4}, quantization=kind))
    batch = make_batch(examples(2), packing=True, pad_id=0, device=CPU)
    with torch.no_grad():
        for key, parameter in session.trained.items():
            if "lora_B" in key:
                parameter.normal_()

    def gradients() -> list[torch.Tensor]:
        session.model.train()
        session.model.zero_grad()
        session.objective.loss_sum(session.model, batch).backward()
        return [p.grad.clone() for p in session.trained.values() if p.grad is not None]

    before = gradients()
    session.model.eval()
    with torch.inference_mode():
        session.model(input_ids=IDS)
    after = gradients()
    assert len(before) == len(after) == len(session.trained)
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_double_quantization_is_an_option_that_does_something(bases: dict[str, Path]) -> None:
    found = {}
    for double in (True, False):
        recipe = make_recipe(bases["llama"], {"kind": "lora"}, quantization="nf4", double_quantization=double)
        model = load_base(recipe.model, device=CPU)
        states = [p.quant_state for p in model.parameters() if hasattr(p, "quant_state")]
        assert states and all(state.nested is double for state in states)
        found[double] = measure(recipe, bases["llama"], this_machine(CPU)).quantization
    assert found[True] < found[False]


def test_the_base_class_declares_nothing_that_a_whole_model_needs() -> None:
    assert not Full.adapter and not Full.quantized_base and Full.limit_infos()[0].allowed == ("none",)
