"""Every method with its options that change how it works, and what each may train; shared by the short and full table."""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase
from engine.data.examples import Example
from engine.data.pack import make_batch
from engine.export.in_memory import merge_in_memory
from engine.export.merging import weights_of, write_merged
from engine.export.skeleton import NotStreamable
from engine.kernels.names import HEAD
from engine.kernels.prompts import decode_with_prompt, prompt_length
from engine.kernels.value_head import load_head, scores
from engine.methods.base import Method
from engine.models.facts import read_facts
from engine.models.load import load_base
from engine.models.tuned import Tuned, find_tuned, for_inference, load_tuned
from engine.registry import broken_limits
from engine.train.session import open_session
from tests.integration.quiet_job import QuietJob
from tests.unit.methods.tiny import make_recipe, run

DTYPES: dict[str, dict[str, Any]] = {
    "fp32": {"dtype": "float32"},
    "bf16": {"dtype": "bfloat16"},
    "nf4": {"quantization": "nf4", "dtype": "float32"},
    "int8": {"quantization": "int8", "dtype": "float32"},
}
OBJECTIVES = ("sft", "dpo", "kto", "pt", "rm", "grpo", "ppo")
IDS = torch.tensor([[5, 9, 33, 12, 40, 7, 21, 3, 60, 18]])
PARTS = [
    Example(IDS[0, :end].numpy().astype(np.int32), np.arange(end) >= 1, "rows", end)
    for end in range(2, IDS.shape[1] + 1)
]


@dataclass(frozen=True)
class Case:
    """``trains`` matches every name that may change; ``moved``: the start is taken out again when it is saved."""

    method: dict[str, Any]
    trains: str
    model: dict[str, Any] = field(default_factory=dict)
    moved: bool = False


def _lora(trains: str = r"lora_[AB]\.", moved: bool = False, **options: Any) -> Case:
    return Case({"kind": "lora", "rank": 4, **options}, trains, moved=moved)


CASES: dict[str, Case] = {
    "full": Case({"kind": "full"}, "."),
    "full-without-embeddings": Case(
        {"kind": "full", "train_embeddings": False}, r"layers|\.h\.|norm|ln_f|wpe"
    ),
    "freeze-last": Case({"kind": "freeze", "freeze_trainable_layers": 1}, r"(layers|h)\.1\."),
    "freeze-first": Case({"kind": "freeze", "freeze_trainable_layers": -1}, r"(layers|h)\.0\."),
    "freeze-named": Case(
        {"kind": "freeze", "layers_to_train": [0], "freeze_trainable_modules": "mlp"}, r"(layers|h)\.0\.mlp"
    ),
    "lora": _lora(),
    "lora-dropout-rslora": _lora(use_rslora=True, lora_dropout=0.2),
    "dora": _lora(r"lora_(A|B|magnitude_vector)\.", use_dora=True),
    "lora-fa": _lora(r"lora_B\.", freeze_a=True),
    "lora-plus": _lora(loraplus_lr_ratio=16.0),
    "lora-gaussian": _lora(init="gaussian"),
    "lora-orthogonal": _lora(init="orthogonal"),
    "pissa": _lora(moved=True, init="pissa"),
    "olora": _lora(moved=True, init="olora"),
    "loftq": _lora(moved=True, init="loftq"),
    "adalora": Case(
        {"kind": "adalora", "target_r": 2, "init_r": 4, "init_ratio": 0.0, "final_ratio": 0.0}, r"lora_[ABE]"
    ),
    "oft": Case({"kind": "oft", "oft_block_size": 8}, r"oft_R"),
    "oft-exact": Case({"kind": "oft", "oft_block_size": 8, "use_cayley_neumann": False}, r"oft_R"),
    "bitfit": Case({"kind": "bitfit"}, r"\.bias$"),
    "ia3": Case({"kind": "ia3"}, r"ia3_l"),
    "vera": Case({"kind": "vera", "rank": 16}, r"vera_lambda"),
    "loha": Case({"kind": "loha", "rank": 4}, r"hada_"),
    "lokr": Case({"kind": "lokr", "rank": 4}, r"lokr_"),
    "ln-tuning": Case({"kind": "ln_tuning"}, r"ln_tuning_layers"),
    "prompt-random": Case(
        {"kind": "prompt_tuning", "num_virtual_tokens": 5, "init": "random"}, r"prompt_encoder"
    ),
    "prompt": Case({"kind": "prompt_tuning", "num_virtual_tokens": 5}, r"prompt_encoder"),
    "prefix": Case(
        {"kind": "prefix_tuning", "num_virtual_tokens": 5, "encoder_hidden_size": 16}, r"prompt_encoder"
    ),
    "p-tuning-v2": Case({"kind": "p_tuning_v2", "num_virtual_tokens": 5}, r"prompt_encoder"),
    "p-tuning-mlp": Case(
        {"kind": "p_tuning", "num_virtual_tokens": 5, "encoder_hidden_size": 16}, r"prompt_encoder"
    ),
    "p-tuning-lstm": Case(
        {"kind": "p_tuning", "num_virtual_tokens": 5, "encoder_hidden_size": 16, "encoder": "lstm"},
        r"prompt_encoder",
    ),
    "llama-pro": Case({"kind": "llama_pro", "num_new_blocks": 1}, r"(layers|h)\.2\."),
}


def check(case: Case, base: Path, dtype: str, folder: Path, *, objective: str = "sft") -> str:
    """Carry the whole path out: ``trained``, or ``refused`` where that is declared; asserts on the way."""
    recipe = make_recipe(base, case.method, objective=objective, **{**DTYPES[dtype], **case.model})
    if is_refused(recipe, base):
        refuses_before_loading(recipe)
        return "refused"
    method = cast(Method, recipe.method)
    done = run(recipe, folder)
    attempts = done.session.objective.attempts  # their loss is a difference between answers
    assert len(done.losses) == 2 and all((-50.0 if attempts else 0.0) < loss < 50.0 for loss in done.losses)
    model = done.session.model.eval()
    adapted = set(done.session.trained) - {f"{HEAD}.weight"}
    assert adapted and all(re.search(case.trains, name) for name in adapted)
    after = dict(model.named_parameters())
    changed = {name for name, old in done.before.items() if not torch.equal(old, after[name])}
    assert changed & adapted and changed <= set(done.session.trained)
    assert (f"{HEAD}.weight" in changed) == (objective in ("rm", "ppo"))
    if objective == "ppo":  # what was expected is no part of the result
        del model._modules[HEAD]
    expected = outputs(model)
    section = recipe.model.model_copy(update={"quantization": "none"} if case.moved else {})
    if method.adapter:
        from peft import PeftModel

        again: Any = for_inference(PeftModel.from_pretrained(load_base(section), str(folder / "adapter")))
    else:
        again = for_inference(load_base(section.model_copy(update={"path": str(folder / "model")})))
    if objective == "rm":
        load_head(again, folder / ("adapter" if method.adapter else "model"))
    if case.moved:  # a plain LoRA that anybody can put on the unchanged base
        assert (
            json.loads((folder / "adapter" / "adapter_config.json").read_text())["init_lora_weights"] is True
        )
    if case.method.get("init") != "loftq":  # it ends as an adapter for the unquantized base, see test_lora
        # in 16 bits the base that a start was taken out of is rounded anew, and the saved adapter is for the old one
        close(outputs(again), expected, "moved bf16" if case.moved and dtype == "bf16" else dtype)
    if method.mergeable and method.adapter:
        tuned = load_tuned(find_tuned(folder, recipe), dtype="float32")
        apart = outputs(tuned)
        merged = merge(find_tuned(folder, recipe), folder / "merged")
        close(outputs(merged), apart, "fp32")
    return "trained"


def merge(tuned: Tuned, folder: Path) -> Any:
    """The merged model of a run, as an export writes it, loaded again; a reward model as transformers' classifier."""
    from transformers import AutoModelForSequenceClassification

    folder.mkdir()
    shutil.copy(tuned.base / "config.json", folder)
    if tuned.scores:
        write_merged(weights_of(tuned), folder, job=QuietJob())
        judge, about = AutoModelForSequenceClassification.from_pretrained(
            folder, num_labels=1, dtype=torch.float32, output_loading_info=True
        )
        assert not about["missing_keys"] and not about["unexpected_keys"]
        return for_inference(judge)
    try:
        write_merged(weights_of(tuned), folder, job=QuietJob())
    except NotStreamable:
        merge_in_memory(tuned, folder, job=QuietJob(), dtype="auto", shard_bytes=1 << 30)
    section = tuned.recipe.model.model_copy(
        update={"path": str(folder), "quantization": "none", "dtype": "float32"}
    )
    return for_inference(load_base(section))


def is_refused(recipe: RecipeBase, base: Path) -> bool:
    """Whether the recipe is declared invalid: by its limits, or by the method's look at the base."""
    return bool(broken_limits(recipe)) or cast(Method, recipe.method).refusal(read_facts(base)) is not None


def refuses_before_loading(recipe: RecipeBase) -> None:
    """Opening says why and where, and never gets to reading weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.train.session.load_base", lambda *_, **__: pytest.fail("the base was loaded"))
        with pytest.raises(UserError) as caught:
            open_session(recipe)
    assert caught.value.info.code is ErrorCode.RECIPE_INVALID
    assert caught.value.info.recipe_path and len(caught.value.info.message) > 20


def outputs(model: Any) -> torch.Tensor:
    """Next-token logits [tokens, vocabulary], or a reward model's scores of growing parts [tokens]; float32."""
    if prompt_length(model):
        decode_with_prompt(model)
    with torch.inference_mode():
        if hasattr(model, HEAD):
            return scores(model, make_batch(PARTS, packing=True, pad_id=0, device=IDS.device))
        if type(model).__name__.endswith("ForSequenceClassification"):
            parts = [model(input_ids=IDS[:, : len(part)]).logits[0, 0] for part in PARTS]
            return torch.stack(parts).float()
        found: torch.Tensor = model(input_ids=IDS, use_cache=False).logits[0].float()
    return found


def close(found: torch.Tensor, expected: torch.Tensor, dtype: str) -> None:
    """Equal but for rounding, seen against how far the logits spread."""
    limit = {"bf16": 0.06, "moved bf16": 0.3}.get(dtype, 1e-3) * float(expected.std())
    assert float((found - expected).abs().max()) <= limit
