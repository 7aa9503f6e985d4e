"""Recipes as LLaMA-Factory's training configurations, with the entry of each dataset file beside it."""

import json
from pathlib import Path
from typing import Any, ClassVar

import yaml

from engine.contract.recipe import RecipeBase, Source
from engine.data.dataset_info import read_dataset_info
from engine.migrate import llama_factory_words as words
from engine.migrate.dataset_entry import entry_of
from engine.migrate.seen import look_at
from engine.migrate.sheet import Export, Sheet, Written
from engine.migrate.warmup import NOTE, is_share, write_warmup

INFO = "dataset_info.json"
_REASONS = {
    "data.steps": "LLaMA-Factory trains the rows as they are in the files; build the dataset first to take cleaned ones.",
    "data.template": "LLaMA-Factory knows templates by its own names; without one it takes the model's.",
    "data.overlong": "LLaMA-Factory cuts longer examples.",
    "data.packing": "It changes the speed only.",
    "data.shuffle": "LLaMA-Factory always shuffles.",
    "model.rope_factor": "LLaMA-Factory takes it from the cutoff length and the model's own.",
    "optim.decay_ratio": "LLaMA-Factory wants it as a number of steps.",
    "run.sample_steps": "LLaMA-Factory writes no samples while it trains.",
    "method.init": "LLaMA-Factory has no such initialisation.",
}  # fmt: skip


class ToLlamaFactory(Export):
    """Its flat YAML, and a ``dataset_info.json`` in the same folder, which keeps entries that are there already."""

    kind: ClassVar[str] = "llamafactory"
    title: ClassVar[str] = "LLaMA-Factory"
    suffix: ClassVar[str] = ".yaml"

    def write(self, recipe: RecipeBase, target: Path) -> Written:
        """See ``Export``."""
        sheet = Sheet(recipe)
        entries: dict[str, Any] = {}
        _model(sheet)
        _method(sheet)
        _objective(sheet)
        _data(sheet, recipe, entries, target)
        _optimizer(sheet)
        _run(sheet, recipe, target)
        for theirs, path in words.PLAIN.items():
            sheet.move(path, theirs)
        sheet.take("schema_version")
        sheet.finish(_REASONS)
        files = {target.name: _text(sheet, target)}
        if entries:
            known = read_dataset_info(target.with_name(INFO)) or {}
            files[INFO] = json.dumps({**known, **entries}, ensure_ascii=False, indent=2) + "\n"
        return Written(files, tuple(sheet.unmapped))


def _model(sheet: Sheet) -> None:
    from engine.models.load import STARTER, resolve_model

    path = sheet.take("model.path")
    sheet.document["model_name_or_path"] = str(resolve_model(path)) if path == STARTER else path
    sheet.document["trust_remote_code"] = False
    dtype = sheet.take("model.dtype")
    if dtype in ("bfloat16", "auto"):
        sheet.document["bf16"] = True
    if dtype == "float16":
        sheet.document["fp16"] = True
    if dtype == "auto":
        sheet.skip("model.dtype", dtype, "bf16 is written; without it LLaMA-Factory computes in float32.")
    kind, twice = sheet.take("model.quantization"), sheet.take("model.double_quantization")
    if kind != "none":
        sheet.document |= {"quantization_bit": 8 if kind == "int8" else 4, "quantization_method": "bnb"}
        if kind != "int8":
            sheet.document |= {"quantization_type": kind, "double_quantization": twice}
    sheet.move("model.attention", "flash_attn", words.turned(words.KERNELS).__getitem__)
    if sheet.left["model.rope_scaling"] == "none":
        sheet.take("model.rope_factor")
    else:
        sheet.move("model.rope_scaling", "rope_scaling")
    sheet.document["disable_gradient_checkpointing"] = not sheet.take("model.gradient_checkpointing")


def _method(sheet: Sheet) -> None:
    kind = sheet.take("method.kind")
    kinds = words.turned(words.METHODS)
    if kind == "continue":
        sheet.document["finetuning_type"] = "lora"
        sheet.move("method.adapter_path", "adapter_name_or_path")
    elif kind == "llama_pro":
        sheet.document |= {"finetuning_type": "freeze", "use_llama_pro": True}
        sheet.move("method.num_new_blocks", "freeze_trainable_layers")
    elif kind in kinds:
        sheet.document["finetuning_type"] = kinds[kind]
        for theirs, path in words.METHOD_OPTIONS[kind].items():
            sheet.move(path, theirs, _plain)
        if kind == "lora":
            _start_of_lora(sheet)
    else:
        sheet.document["finetuning_type"] = "lora"
        sheet.skip("method.kind", kind, "LLaMA-Factory has no such method; LoRA stands in its place.")


def _start_of_lora(sheet: Sheet) -> None:
    init = sheet.left["method.init"]
    if init in ("pissa", "pissa_niter_4"):
        sheet.take("method.init")
        sheet.document |= {"pissa_init": True, "pissa_iter": 4 if init == "pissa_niter_4" else -1}


def _objective(sheet: Sheet) -> None:
    kind = sheet.take("objective.kind")
    sheet.document |= {"stage": words.turned(words.STAGES).get(kind, "sft"), "do_train": True}
    if kind not in words.STAGES.values():
        sheet.skip("objective.kind", kind, "LLaMA-Factory has no such stage; sft stands in its place.")
    if kind == "sft" and sheet.left["objective.loss"] == "dft":
        sheet.take("objective.loss")
        sheet.document["use_dft_loss"] = True
    if kind == "dpo":
        reason = "LLaMA-Factory has no such loss; sigmoid stands in its place."
        sheet.move("objective.loss", "pref_loss", words.turned(words.LOSSES).__getitem__, reason=reason)
    for theirs, path in words.OBJECTIVE_OPTIONS.get(kind, {}).items():
        if sheet.left[path] == sheet.standard[path] == 0.0:
            sheet.take(path)  # off, there as here
        else:
            sheet.move(path, theirs)


def _optimizer(sheet: Sheet) -> None:
    write_warmup(sheet)
    if sheet.left["optim.optimizer"] == "muon":
        sheet.take("optim.optimizer")
        sheet.document["use_muon"] = True
    reason = "LLaMA-Factory has no such optimizer; AdamW stands in its place."
    sheet.move("optim.optimizer", "optim", words.turned(words.OPTIMIZERS).__getitem__, reason=reason)
    sheet.move("optim.max_steps", "max_steps")
    sheet.move("optim.lr_scheduler_type", "lr_scheduler_type", words.turned(words.SCHEDULES).__getitem__)


def _run(sheet: Sheet, recipe: RecipeBase, target: Path) -> None:
    held_out = bool({"val_size", "eval_dataset"} & sheet.document.keys())
    every = sheet.left["run.eval_steps"]
    if held_out:
        sheet.take("run.eval_steps")
        sheet.document["eval_strategy"] = "steps" if every else "epoch"
        if every:
            sheet.document["eval_steps"] = every
        reason = "LLaMA-Factory wants checkpoints and evaluations at the same steps for it; set both by hand."
        if sheet.left["run.load_best_at_end"]:
            sheet.skip("run.load_best_at_end", True, reason)
    sheet.take("run.load_best_at_end")
    if sheet.left["run.early_stopping_patience"]:
        sheet.move("run.early_stopping_patience", "early_stopping_steps")
    if sheet.left["run.save_steps"]:
        sheet.move("run.save_steps", "save_steps")
    else:
        sheet.take("run.save_steps")
        sheet.document["save_strategy"] = "no"
    if recipe.run.output_dir is None:
        sheet.document["output_dir"] = str(target.resolve().parent / "saves" / target.stem)
    sheet.document["report_to"] = "none"


# ---------------------------------------------------------------- datasets


def _data(sheet: Sheet, recipe: RecipeBase, entries: dict[str, Any], target: Path) -> None:
    data = recipe.data
    sheet.take("data.sources")
    names = [
        _add(sheet, source, f"data.sources[{place}]", entries, target)
        for place, source in enumerate(data.sources)
    ]
    if names:
        sheet.document |= {"dataset_dir": str(target.resolve().parent), "dataset": ",".join(names)}
    if len(names) > 1:
        sheet.move("data.mix", "mix_strategy", words.turned(words.MIXES).__getitem__)
    if data.mix != "concatenate" and len({source.weight for source in data.sources}) > 1:
        whole = sum(source.weight for source in data.sources)
        shares = [f"{source.weight / whole:.6g}" for source in data.sources]
        sheet.document["interleave_probs"] = ",".join(shares)
    path, count, ratio = (sheet.take(f"data.validation.{name}") for name in ("path", "count", "ratio"))
    if path is not None:
        file = Source(path=path, format=data.sources[0].format, columns=data.sources[0].columns)
        sheet.document["eval_dataset"] = _add(sheet, file, "data.validation.path", entries, target)
    elif count or ratio:
        sheet.document["val_size"] = count or ratio
        if sheet.take("data.validation.near_duplicates"):
            reason = "LLaMA-Factory draws held-out rows one by one."
            sheet.skip("data.validation.near_duplicates", True, reason)


def _add(sheet: Sheet, source: Source, path: str, entries: dict[str, Any], target: Path) -> str:
    """Add the entry of a file; its name in the list."""
    entry, trouble = entry_of(look_at(source))
    known = read_dataset_info(target.with_name(INFO)) or {}
    stem = "".join(letter if letter.isalnum() else "_" for letter in Path(source.path).stem)
    name, count = stem, 1
    while {**known, **entries}.get(name, entry) != entry:
        count += 1
        name = f"{stem}_{count}"
    entries[name] = entry
    if trouble:
        sheet.skip(path, source.path, trouble)
    if source.fill:
        sheet.skip(f"{path}.fill", source.fill, "LLaMA-Factory fills no empty cells.")
    return name


def _plain(value: Any) -> Any:
    """Lists as text with commas, whole numbers without a point."""
    if isinstance(value, list):
        return ",".join(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(sheet: Sheet, target: Path) -> str:
    head = [f"# Written by Luthier. Train with: llamafactory-cli train {target.name}"]
    if sheet.unmapped:
        head.append("# Of the recipe, this file leaves out:")
        head += [f"#   {item.option} = {_line(item.value)}: {item.reason}" for item in sheet.unmapped]
    if is_share(sheet.document.get("warmup_steps")):
        head.append(f"# {NOTE}")
    body = yaml.safe_dump(sheet.document, sort_keys=False, allow_unicode=True, width=100)
    return "\n".join(head) + "\n\n" + body


def _line(text: str) -> str:
    return " ".join(text.split())
