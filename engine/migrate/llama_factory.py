"""LLaMA-Factory's training configurations, in the flat form of its examples and in the newer one (``v1``)."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from engine.data.dataset_info import read_dataset_info, source_of_entry
from engine.migrate import llama_factory_words as words
from engine.migrate.base import Draft, Migration
from engine.migrate.warmup import move_warmup
from engine.models.rope import context_length

_KNOWN = (
    *("model_name_or_path", "finetuning_type", "stage", "dataset", "cutoff_len", "lora_rank", "template"),
    *("per_device_train_batch_size", "train_dataset", "peft_config", "micro_batch_size", "model_class"),
)
_ITSELF = "Luthier takes care of this by itself."
_REASONS: dict[str, str] = {
    **dict.fromkeys(
        ("preprocessing_num_workers", "dataloader_num_workers", "overwrite_cache", "ddp_timeout", "do_train",
         "save_only_model", "plot_loss", "pissa_convert", "tokenized_path", "enable_thinking"),
        _ITSELF,
    ),
    "template": "The chat template that comes with the model is used; data.template takes another one as a file.",
    "trust_remote_code": "Code inside model folders is never run.",
    "report_to": "Curves are shown in the window and kept in the run's folder.",
    "overwrite_output_dir": "A run never writes over another one.",
    "resume_from_checkpoint": "Resume is an action of its own: run RECIPE --resume.",
    "dataset_dir": "It was used to find the datasets.",
    "deepspeed": "Luthier trains on one device.",
    "fsdp": "Luthier trains on one device.",
    "dist_config": "Luthier trains on one device.",
    **dict.fromkeys(("export_dir", "export_size", "export_device", "export_legacy_format"), "Exporting is an action of its own: export RUN."),
    **dict.fromkeys(("image_max_pixels", "video_max_pixels", "freeze_vision_tower", "freeze_multi_modal_projector",
                     "freeze_language_model"), "Pictures and films are not trained."),
}  # fmt: skip


class LlamaFactory(Migration):
    """Its options are those of Transformers with a few of its own."""

    title: ClassVar[str] = "LLaMA-Factory"

    @classmethod
    def score(cls, document: Mapping[str, Any]) -> float:
        """By the names that only it has."""
        found = sum(name in document for name in _KNOWN)
        return min(1.0, 0.25 * found)

    def convert(self, draft: Draft) -> None:
        """See ``Migration``."""
        _flatten(draft)
        draft.move("model_name_or_path", "model.path", str)
        draft.move("stage", "objective.kind", _chosen(words.STAGES))
        for name, path in words.PLAIN.items():
            draft.move(name, path)
        draft.move("max_steps", "optim.max_steps", _positive)
        move_warmup(draft)
        draft.move("lr_scheduler_type", "optim.lr_scheduler_type", _chosen(words.SCHEDULES))
        _packing(draft)
        _model(draft)
        _method(draft)
        _objective(draft)
        _optimizer(draft)
        _datasets(draft)
        for name in list(draft.left):
            if name in _REASONS and draft.left[name] is not None:
                draft.skip(name, draft.left[name], _REASONS[name])


def _flatten(draft: Draft) -> None:
    """The newer form: nested sections, and other names for the same things."""
    renamed = {"model": "model_name_or_path", "micro_batch_size": "per_device_train_batch_size"}
    for old, new in renamed.items():
        if isinstance(draft.left.get(old), str | int) and new not in draft.left:
            draft.left[new] = draft.take(old)
    peft = draft.left.get("peft_config")
    if isinstance(peft, Mapping):
        names = {"name": "finetuning_type", "r": "lora_rank", "target_modules": "lora_target"}
        draft.take("peft_config")
        draft.left |= {names.get(str(key), str(key)): value for key, value in peft.items()}
    quantized = draft.left.get("quant_config")
    if isinstance(quantized, Mapping):
        draft.take("quant_config")
        draft.left |= {
            "quantization_method" if key == "name" else key: value for key, value in quantized.items()
        }


def _packing(draft: Draft) -> None:
    packed = [value for name in ("packing", "neat_packing") if (value := draft.take(name)) is not None]
    if packed:
        draft.put("data.packing", True)  # ours changes nothing but the speed, so it is always on


def _model(draft: Draft) -> None:
    for name, dtype in (("bf16", "bfloat16"), ("pure_bf16", "bfloat16"), ("fp16", "float16")):
        if draft.take(name):
            draft.put("model.dtype", dtype)
    bits, method = draft.take("quantization_bit"), draft.take("quantization_method")
    kind = draft.take("quantization_type") or "nf4"
    if bits is not None:
        if str(method or "bnb") in ("bnb", "bitsandbytes", "auto") and bits in (4, 8):
            draft.put("model.quantization", kind if bits == 4 else "int8")
        else:
            draft.skip(
                "quantization_bit",
                f"{bits}, {method}",
                "Bases are quantized by bitsandbytes, to 4 or 8 bits.",
            )
    draft.move("double_quantization", "model.double_quantization", bool)
    draft.move("flash_attn", "model.attention", _chosen(words.KERNELS))
    _rope(draft)
    draft.move("disable_gradient_checkpointing", "model.gradient_checkpointing", lambda value: not value)


def _rope(draft: Draft) -> None:
    """LLaMA-Factory takes the factor from the cutoff length and the model's own context length."""
    kind = draft.take("rope_scaling")
    if kind is None:
        return
    if kind not in ("linear", "dynamic", "yarn", "llama3"):
        draft.skip("rope_scaling", kind, "This kind of RoPE scaling has no counterpart.")
        return
    model, cutoff = draft.recipe.get("model", {}), draft.recipe.get("data", {}).get("cutoff_len")
    original = context_length(str(model.get("path", "")))
    if not original or not isinstance(cutoff, int):
        draft.put("model.rope_scaling", kind)
        reason = "The factor follows from a model that is not here: set model.rope_factor by hand."
        draft.skip("rope_scaling", kind, reason)
    elif cutoff > original:
        draft.put("model.rope_scaling", kind)
        draft.put("model.rope_factor", float(math.ceil(cutoff / original)))
    else:
        reason = f"The cutoff length is no longer than the {original} tokens that the model reads anyway."
        draft.skip("rope_scaling", kind, reason)


def _method(draft: Draft) -> None:
    kind = str(draft.take("finetuning_type") or "lora")
    if kind not in words.METHODS:
        draft.skip("finetuning_type", kind, "This method has no counterpart; LoRA stands in its place.")
        kind = "lora"
    if draft.take("use_llama_pro"):
        draft.put("method", {"kind": "llama_pro"})
        draft.move("freeze_trainable_layers", "method.num_new_blocks")
        for name in ("freeze_trainable_modules", "freeze_extra_modules"):
            if name in draft.left:
                draft.skip(name, draft.left[name], "Block expansion trains the new blocks whole.")
        return
    adapter = draft.take("adapter_name_or_path")
    if adapter and kind == "lora":
        draft.put("method", {"kind": "continue", "adapter_path": str(adapter).split(",")[0].strip()})
        for name in ("lora_rank", "lora_alpha", "lora_dropout", "lora_target"):
            if name in draft.left:
                draft.skip(name, draft.left[name], "The adapter that is continued has its own.")
        return
    draft.put("method", {"kind": kind})
    if kind == "lora":
        _lora(draft)
    else:
        for name, path in words.METHOD_OPTIONS[kind].items():
            draft.move(name, path)


def _lora(draft: Draft) -> None:
    rank = draft.left.get("lora_rank", 8)
    if draft.left.get("lora_alpha") is None and isinstance(rank, int):
        draft.put("method.lora_alpha", float(2 * rank))  # its default
    for name, path in words.LORA.items():
        draft.move(name, path, _joined)
    rounds = draft.take("pissa_iter")
    if draft.take("pissa_init"):
        fast = isinstance(rounds, int) and rounds > 0
        draft.put("method.init", "pissa_niter_4" if fast else "pissa")
        if fast and rounds != 4:
            draft.skip("pissa_iter", rounds, "The fast start of PiSSA takes 4 rounds.")


def _objective(draft: Draft) -> None:
    kind = draft.recipe["objective"]["kind"]
    if kind == "sft" and draft.take("use_dft_loss"):
        draft.put("objective.loss", "dft")
    if kind == "ppo":
        _ppo(draft)
    if kind == "dpo":
        draft.move("pref_loss", "objective.loss", _chosen(words.LOSSES))
    for name, path in words.OBJECTIVE_OPTIONS.get(kind, {}).items():
        draft.move(name, path)


def _ppo(draft: Draft) -> None:
    """Its reward is the reward model's alone."""
    judge, kind = draft.take("reward_model"), draft.take("reward_model_type")
    if judge and kind == "api":
        draft.skip("reward_model", judge, "A reward model is read from a folder, not asked over the network.")
    elif judge:
        draft.put("objective.reward_model", str(judge))
        draft.put("objective.exact_match", 0.0)
    draft.put("objective.kl_weight", 0.2)  # what it begins with
    own = "Answers are drawn from the model's own probabilities, as the method assumes."
    reasons = {"ppo_buffer_size": "Take more questions a step: gradient accumulation.",
               **dict.fromkeys(("temperature", "top_p", "top_k"), own)}  # fmt: skip
    for name in [name for name in reasons if draft.left.get(name) is not None]:
        draft.skip(name, draft.left[name], reasons[name])


def _optimizer(draft: Draft) -> None:
    draft.move("optim", "optim.optimizer", _chosen(words.OPTIMIZERS))
    if draft.take("use_muon"):
        draft.put("optim.optimizer", "muon")


def _datasets(draft: Draft) -> None:
    """Names in a ``dataset_info.json``; without that list the names say nothing."""
    names = _names(draft.left.get("dataset") or draft.left.get("train_dataset"))
    held_out = _names(draft.left.get("eval_dataset"))
    info = _info(draft)
    if info is None:
        for option in ("dataset", "train_dataset", "eval_dataset"):
            if option in draft.left:
                draft.skip(
                    option,
                    draft.left[option],
                    "Its dataset_info.json was not found; add the files to data.sources.",
                )
    else:
        path, entries = info
        local = [name for name in names if isinstance(entries.get(name, {}).get("file_name"), str)]
        sources = [source_of_entry(path.parent / entries[name]["file_name"], entries[name]) for name in local]
        draft.put("data.sources", [source.model_dump(mode="json") for source in sources])
        missing = [name for name in names if name not in local]
        for option in ("dataset", "train_dataset"):
            draft.take(option)
        if missing:
            draft.skip("dataset", ", ".join(missing), "These datasets are not on this computer.")
        if held_out and held_out[0] in entries and "file_name" in entries[held_out[0]]:
            draft.take("eval_dataset")
            draft.put("data.validation", {"path": str(path.parent / entries[held_out[0]]["file_name"])})
    draft.move("mix_strategy", "data.mix", _chosen(words.MIXES))
    _weights(draft)
    share = draft.left.get("val_size")
    if isinstance(share, int | float) and not isinstance(share, bool) and share > 0:
        draft.take("val_size")
        draft.recipe.setdefault("data", {}).setdefault("validation", {}).update(
            {"ratio": share} if share < 1 else {"count": int(share)}
        )
    strategy = draft.take("eval_strategy")
    if strategy == "steps":
        draft.move("eval_steps", "run.eval_steps", int)
    if draft.left.get("save_strategy") == "no":
        draft.take("save_strategy")
        draft.take("save_steps")
        draft.put("run.save_steps", 0)
    draft.move("save_steps", "run.save_steps")
    draft.move("early_stopping_steps", "run.early_stopping_patience")


def _weights(draft: Draft) -> None:
    """How often each dataset is drawn, where its file is among the sources."""
    shares, sources = (
        _names(draft.left.get("interleave_probs")),
        draft.recipe.get("data", {}).get("sources", []),
    )
    if shares and len(shares) == len(sources):
        draft.take("interleave_probs")
        for source, share in zip(sources, shares, strict=True):
            source["weight"] = share  # the recipe makes a number of it, or says what is wrong


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return [str(item) for item in value] if isinstance(value, list) else []


def _info(draft: Draft) -> tuple[Path, dict[str, dict[str, Any]]] | None:
    """The list of datasets: in the configured folder, seen from the configuration's folder or one above it."""
    named = Path(str(draft.left.get("dataset_dir") or "data"))
    for base in (draft.folder, *draft.folder.parents[:4]):
        path = base / named / "dataset_info.json"
        entries = read_dataset_info(path)
        if entries is not None:
            return path, entries
    return None


def _chosen(known: Mapping[str, str]) -> Any:
    return lambda value: known[str(value)]


def _joined(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else value


def _positive(value: Any) -> int | None:
    return int(value) if int(value) > 0 else None
