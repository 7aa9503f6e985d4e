"""Configurations of TRL's command line (``trl sft --config file.yaml``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from engine.migrate.base import Draft, Migration
from engine.migrate.grpo import TELLTALE, grpo_options
from engine.migrate.warmup import move_warmup

_KNOWN = (
    "model_name_or_path",
    "dataset_name",
    "use_peft",
    "max_length",
    "lora_r",
    "load_in_4bit",
    "assistant_only_loss",
)
_PLAIN = {
    "model_name_or_path": "model.path",
    "model_revision": "model.revision",
    "max_length": "data.cutoff_len",
    "max_seq_length": "data.cutoff_len",
    "per_device_train_batch_size": "optim.per_device_train_batch_size",
    "gradient_accumulation_steps": "optim.gradient_accumulation_steps",
    "learning_rate": "optim.learning_rate",
    "num_train_epochs": "optim.num_train_epochs",
    "max_steps": "optim.max_steps",
    "lr_scheduler_type": "optim.lr_scheduler_type",
    "weight_decay": "optim.weight_decay",
    "max_grad_norm": "optim.max_grad_norm",
    "output_dir": "run.output_dir",
    "seed": "run.seed",
    "logging_steps": "run.logging_steps",
    "save_steps": "run.save_steps",
    "save_total_limit": "run.save_total_limit",
    "eval_steps": "run.eval_steps",
    "gradient_checkpointing": "model.gradient_checkpointing",
    "beta": "objective.beta",
    "label_smoothing": "objective.label_smoothing",
    "neftune_noise_alpha": "objective.neftune_noise_alpha",
}
_LORA = {
    "lora_r": "rank",
    "lora_alpha": "lora_alpha",
    "lora_dropout": "lora_dropout",
    "use_dora": "use_dora",
    "use_rslora": "use_rslora",
}
_DTYPES = {"bfloat16": "bfloat16", "float16": "float16", "float32": "float32", "auto": "auto"}
_ATTENTION = {"sdpa": "sdpa", "eager": "eager", "flash_attention_2": "flash_attention_2"}
_LOSSES = {
    "sigmoid": "sigmoid",
    "hinge": "hinge",
    "ipo": "ipo",
    "robust": "robust",
    "simpo": "simpo",
    "dft": "dft",
    "nll": "cross_entropy",
}
_PREFERENCE = ("sigmoid", "hinge", "ipo", "robust", "simpo")


class Trl(Migration):
    """Its options are those of Transformers; which trainer they are for shows in the loss."""

    title: ClassVar[str] = "TRL"

    @classmethod
    def score(cls, document: Mapping[str, Any]) -> float:
        """By the names that only it has, less than the programs that have these and more."""
        return 0.9 * min(
            1.0, 0.25 * sum(name in document for name in _KNOWN) + 0.3 * ("use_peft" in document)
        )

    def convert(self, draft: Draft) -> None:
        """See ``Migration``."""
        loss = draft.take("loss_type")
        if any(name in draft.left for name in TELLTALE):
            grpo_options(draft, loss)
            loss = None
        elif loss in _PREFERENCE or "beta" in draft.left:
            draft.put("objective", {"kind": "dpo"})
        if loss is not None:
            if str(loss) in _LOSSES:
                draft.put("objective.loss", _LOSSES[str(loss)])
            else:
                draft.skip("loss_type", loss, "This loss has no counterpart.")
        for name, path in _PLAIN.items():
            draft.move(name, path)
        move_warmup(draft)
        for name in ("dtype", "torch_dtype"):
            draft.move(name, "model.dtype", lambda value: _DTYPES[str(value)])
        draft.move("attn_implementation", "model.attention", lambda value: _ATTENTION[str(value)])
        for name, kind in (("load_in_4bit", "nf4"), ("load_in_8bit", "int8")):
            if draft.take(name):
                draft.put("model.quantization", kind)
        if draft.take("packing") is not None or draft.take("padding_free") is not None:
            draft.put("data.packing", True)
        draft.move("assistant_only_loss", "data.train_on_prompt", lambda value: not value)
        _method(draft)
        _dataset(draft)


def _method(draft: Draft) -> None:
    names = [name for name in _LORA if name in draft.left]
    if not draft.take("use_peft") and not names:
        draft.put("method", {"kind": "full"})
        return
    for name in names:
        draft.move(name, f"method.{_LORA[name]}")
    modules = draft.take("lora_target_modules")
    if modules:
        words = modules if isinstance(modules, list) else [modules]
        draft.put("method.target_modules", "all" if "all-linear" in words else [str(item) for item in words])


def _dataset(draft: Draft) -> None:
    name = draft.take("dataset_name")
    if name is None:
        return
    path = draft.folder / Path(str(name))
    if path.is_file():
        draft.put("data.sources", [{"path": str(path)}])
    else:
        draft.skip(
            "dataset_name", name, "This dataset is not on this computer; add its files to data.sources."
        )
