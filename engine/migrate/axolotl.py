"""Axolotl's configurations."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from engine.migrate.base import NO_COUNTERPART, Draft, Migration
from engine.migrate.grpo import grpo_options
from engine.migrate.warmup import move_warmup

_KNOWN = (
    "base_model",
    "datasets",
    "micro_batch_size",
    "sequence_len",
    "adapter",
    "val_set_size",
    "sample_packing",
)
_PLAIN = {
    "base_model": "model.path",
    "revision_of_model": "model.revision",
    "sequence_len": "data.cutoff_len",
    "train_on_inputs": "data.train_on_prompt",
    "micro_batch_size": "optim.per_device_train_batch_size",
    "gradient_accumulation_steps": "optim.gradient_accumulation_steps",
    "learning_rate": "optim.learning_rate",
    "num_epochs": "optim.num_train_epochs",
    "max_steps": "optim.max_steps",
    "lr_scheduler": "optim.lr_scheduler_type",
    "weight_decay": "optim.weight_decay",
    "max_grad_norm": "optim.max_grad_norm",
    "output_dir": "run.output_dir",
    "seed": "run.seed",
    "logging_steps": "run.logging_steps",
    "save_total_limit": "run.save_total_limit",
    "early_stopping_patience": "run.early_stopping_patience",
}
_LORA = {
    "lora_r": "method.rank",
    "lora_alpha": "method.lora_alpha",
    "lora_dropout": "method.lora_dropout",
    "peft_use_dora": "method.use_dora",
    "peft_use_rslora": "method.use_rslora",
    "loraplus_lr_ratio": "method.loraplus_lr_ratio",
}
_FORMATS = {"alpaca": "alpaca", "sharegpt": "sharegpt", "chat_template": "auto", "completion": "text"}
_OBJECTIVES = {
    "dpo": {"kind": "dpo"},
    "ipo": {"kind": "dpo", "loss": "ipo"},
    "orpo": {"kind": "dpo", "loss": "orpo"},
    "simpo": {"kind": "dpo", "loss": "simpo"},
    "kto": {"kind": "kto"},
    "grpo": {"kind": "grpo"},
}
_ROPE = {name: name for name in ("linear", "dynamic", "yarn", "llama3")}
_OPTIMIZERS = {
    "adamw_torch": "adamw",
    "adamw_torch_fused": "adamw",
    "adamw_bnb_8bit": "adamw_8bit",
    "adamw_8bit": "adamw_8bit",
    "paged_adamw_8bit": "paged_adamw_8bit",
    "lion_8bit": "lion_8bit",
    "adafactor": "adafactor",
    "sgd": "sgd",
    "muon": "muon",
}


class Axolotl(Migration):
    """Its options have names of their own; lists of datasets stand in the file itself."""

    title: ClassVar[str] = "Axolotl"

    @classmethod
    def score(cls, document: Mapping[str, Any]) -> float:
        """By the names that only it has."""
        return min(1.0, 0.25 * sum(name in document for name in _KNOWN) + 0.2 * ("base_model" in document))

    def convert(self, draft: Draft) -> None:
        """See ``Migration``."""
        for name, path in _PLAIN.items():
            draft.move(name, path)
        move_warmup(draft)
        draft.move("optimizer", "optim.optimizer", lambda value: _OPTIMIZERS[str(value)])
        draft.move("rl", "objective", lambda value: dict(_OBJECTIVES[str(value)]))
        if draft.recipe["objective"]["kind"] == "grpo":
            _grpo(draft)
        draft.move("rl_beta", "objective.beta", float)
        draft.move("gradient_checkpointing", "model.gradient_checkpointing", bool)
        if draft.take("sample_packing") is not None:
            draft.put("data.packing", True)
        for name, dtype in (
            ("bf16", "bfloat16"),
            ("bfloat16", "bfloat16"),
            ("fp16", "float16"),
            ("float16", "float16"),
        ):
            if draft.take(name) in (True, "true", "auto"):
                draft.put("model.dtype", "auto" if dtype == "bfloat16" else dtype)
        for name, kind in (("load_in_4bit", "nf4"), ("load_in_8bit", "int8")):
            if draft.take(name):
                draft.put("model.quantization", kind)
        scaling = draft.take("rope_scaling")
        if isinstance(scaling, dict):
            draft.left |= {f"rope_scaling.{name}": value for name, value in scaling.items()}
            draft.left["rope_scaling.type"] = draft.take("rope_scaling.rope_type") or draft.take(
                "rope_scaling.type"
            )
            draft.move("rope_scaling.type", "model.rope_scaling", lambda value: _ROPE[str(value)])
            draft.move("rope_scaling.factor", "model.rope_factor", float)
        if draft.take("flash_attention"):
            draft.put("model.attention", "auto")  # the fastest that is present
        _method(draft)
        _datasets(draft)
        share = draft.take("val_set_size")
        if share:
            draft.put("data.validation", {"ratio": share} if share < 1 else {"count": int(share)})


def _grpo(draft: Draft) -> None:
    """The options of TRL stand in a section of their own, under TRL's names."""
    section = draft.take("trl")
    known = dict(section) if isinstance(section, Mapping) else {}
    before = set(draft.left)
    draft.left |= {name: value for name, value in known.items() if name not in before}
    grpo_options(draft, draft.take("loss_type"))
    for name in [name for name in draft.left if name in known and name not in before]:
        draft.skip(f"trl.{name}", draft.take(name), NO_COUNTERPART)


def _method(draft: Draft) -> None:
    adapter = draft.take("adapter")
    if not adapter:
        draft.put("method", {"kind": "full"})
        return
    if adapter not in ("lora", "qlora"):
        draft.skip("adapter", adapter, "This method has no counterpart; LoRA stands in its place.")
    if adapter == "qlora" and "quantization" not in draft.recipe.get("model", {}):
        draft.put("model.quantization", "nf4")
    for name, path in _LORA.items():
        draft.move(name, path)
    modules = draft.take("lora_target_modules")
    if isinstance(modules, list) and modules and not draft.take("lora_target_linear"):
        draft.put("method.target_modules", [str(item) for item in modules])
    draft.take("lora_target_linear")
    saved = draft.take("lora_modules_to_save")
    if isinstance(saved, list):
        draft.put("method.modules_to_save", ",".join(map(str, saved)))


def _datasets(draft: Draft) -> None:
    """Local files become sources; what lies on a hub is listed."""
    sources = []
    for entry in draft.take("datasets") or []:
        if not isinstance(entry, Mapping):
            continue
        path = Path(str(entry.get("path", "")))
        files = entry.get("data_files")
        names = (
            [path]
            if path.suffix
            else [Path(str(name)) for name in (files if isinstance(files, list) else [files]) if name]
        )
        local = [name for name in names if (draft.folder / name).exists()]
        kind = str(entry.get("type", "auto")).split(".")[0].split(":")[0]
        for name in local:
            sources.append({"path": str(draft.folder / name), "format": _FORMATS.get(kind, "auto")})
        if not local:
            draft.skip("datasets", entry.get("path"), "This dataset is not on this computer.")
    if sources:
        draft.put("data.sources", sources)
