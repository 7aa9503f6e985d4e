"""Recipes as a plain training script over Transformers and PEFT, for whoever wants to read or change every line."""

import re
from pathlib import Path
from typing import Any, ClassVar

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase, Source
from engine.migrate import script_parts as parts
from engine.migrate.script_model import MODEL_REASONS, model_part, optimizer_part
from engine.migrate.seen import SeenSource, look_at
from engine.migrate.sheet import Export, Sheet, Written

_OBJECTIVES = ("sft", "pt")
_REASONS = {
    **MODEL_REASONS,
    "data.steps": "The script trains the rows as they are in the files; build the dataset first to take cleaned ones.",
    "data.template": "The script takes the model's own chat template.",
    "data.overlong": "The script cuts longer examples.",
    "data.packing": "The script lays examples side by side; that changes the speed only.",
    "data.mix": "The script takes the files one after the other.",
    "objective.loss": "The script computes the plain cross-entropy.",
    "objective.neftune_noise_alpha": "The script adds no noise.",
    "run.save_total_limit": "The script keeps every adapter that it saves.",
    "run.early_stopping_patience": "The script goes on to its last step.",
    "run.sample_steps": "The script writes no samples while it trains.",
}  # fmt: skip


class ToScript(Export):
    """One file of Python for supervised fine-tuning and continued pretraining."""

    kind: ClassVar[str] = "script"
    title: ClassVar[str] = "Transformers + PEFT script"
    suffix: ClassVar[str] = ".py"

    def write(self, recipe: RecipeBase, target: Path) -> Written:
        """See ``Export``."""
        kind = recipe.objective.kind
        if kind not in _OBJECTIVES:
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                f"A plain script is written for {' and '.join(_OBJECTIVES)}, not for the objective {kind}",
                hint="Write it for LLaMA-Factory instead, or choose another objective.",
                recipe_path="objective.kind",
            )
        sheet = Sheet(recipe)
        sheet.take("schema_version")
        sheet.take("name")  # it stands at the head
        sheet.take("objective.kind")
        files = _Files(sheet, recipe)
        model, needs = model_part(sheet)
        optimizer, more = optimizer_part(sheet)
        options = _options(sheet, recipe, files, target)
        body = [*files.readers(), parts.TEXT if kind == "pt" else _conversation(sheet), parts.EXAMPLES]
        order = parts.SHUFFLED if sheet.take("data.shuffle") else parts.IN_ORDER
        smoothing = sheet.take("objective.label_smoothing")
        smoothed = f", label_smoothing={smoothing}" if smoothing else ""
        body += [
            _filled(parts.ORDER, ROWS=order), model, optimizer, _filled(parts.BATCH, SMOOTHING=smoothed),
            parts.EVALUATE if files.held_out else "", _training(sheet, recipe, files),
        ]  # fmt: skip
        sheet.finish(_REASONS)
        imports = _imports({*needs, *more, *files.imports()})
        text = _head(sheet, recipe, target) + imports + "\n" + options + "".join(_spaced(body))
        return Written({target.name: text}, tuple(sheet.unmapped))


class _Files:
    """The dataset files as the script reads them, and what is held out."""

    def __init__(self, sheet: Sheet, recipe: RecipeBase) -> None:
        data = recipe.data
        sheet.take("data.sources")
        self.train = [
            self._look(sheet, source, f"data.sources[{place}]") for place, source in enumerate(data.sources)
        ]
        path, count, ratio = (sheet.take(f"data.validation.{name}") for name in ("path", "count", "ratio"))
        self.file = None
        if path is not None:
            first = data.sources[0] if data.sources else Source(path=path)
            named = Source(path=path, format=first.format, columns=first.columns)
            self.file = self._look(sheet, named, "data.validation.path")
        elif (count or ratio) and sheet.take("data.validation.near_duplicates"):
            reason = "The script draws other rows, as many, and looks for no near duplicates."
            sheet.skip("data.validation.near_duplicates", True, reason)
        self.count = (
            "" if path is not None else str(count or "") or (f"round(len(train) * {ratio})" if ratio else "")
        )
        self.held_out = self.file is not None or bool(self.count)

    def _look(self, sheet: Sheet, source: Source, path: str) -> SeenSource:
        seen = look_at(source)
        known = seen.family in parts.ROWS and (seen.file_type or "json") in parts.READERS
        if not known:
            reason = "The script reads JSON, JSON Lines, CSV and Parquet of the usual formats; write the dataset as JSON Lines first."
            sheet.skip(path, f"{source.path} ({seen.family}, {seen.file_type})", reason)
        elif seen.trouble:
            sheet.skip(path, source.path, f"It was not looked at: {seen.trouble}")
        for name, value in (("roles", source.roles), ("fill", source.fill)):
            if value:
                sheet.skip(f"{path}.{name}", value, "The script takes the rows as they are.")
        return seen

    def readers(self) -> list[str]:
        """The functions that read the files and make conversations or texts of their rows."""
        every = [*self.train, *([self.file] if self.file else [])]
        types = dict.fromkeys(_type(seen) for seen in every)
        families = dict.fromkeys(_family(seen) for seen in every)
        return [parts.READERS[name] for name in types] + [parts.ROWS[name] for name in families]

    def imports(self) -> set[str]:
        """What those functions import."""
        types = {_type(seen) for seen in [*self.train, *([self.file] if self.file else [])]}
        return {"csv" for name in types if name == "csv"} | {
            "pyarrow.parquet" for name in types if name == "parquet"
        }


def _type(seen: SeenSource) -> str:
    return seen.file_type if seen.file_type in parts.READERS else "json"


def _family(seen: SeenSource) -> str:
    return seen.family if seen.family in parts.ROWS else "messages"


def _conversation(sheet: Sheet) -> str:
    return _filled(parts.CONVERSATION, EVERY="True or " if sheet.take("data.train_on_prompt") else "")


def _options(sheet: Sheet, recipe: RecipeBase, files: _Files, target: Path) -> str:
    """Constants at the head of the script. The files are entered in ``FILES`` behind the functions that they name."""
    from engine.models.load import STARTER, resolve_model

    path = sheet.take("model.path")
    output = sheet.take("run.output_dir") or str(
        target.resolve().with_suffix("").with_name(f"{target.stem}-output")
    )
    values: dict[str, Any] = {
        "MODEL": str(resolve_model(path)) if path == STARTER else path,
        "OUTPUT": output,
        "CUTOFF": sheet.take("data.cutoff_len"),
        "MAX_SAMPLES": sheet.take("data.max_samples"),
        "LEARNING_RATE": sheet.take("optim.learning_rate"),
        "WEIGHT_DECAY": sheet.take("optim.weight_decay"),
        "MAX_GRAD_NORM": sheet.take("optim.max_grad_norm"),
        "BATCH_SIZE": sheet.take("optim.per_device_train_batch_size"),
        "ACCUMULATION": sheet.take("optim.gradient_accumulation_steps"),
        "EPOCHS": sheet.take("optim.num_train_epochs"),
        "MAX_STEPS": sheet.take("optim.max_steps"),
        "SCHEDULE": sheet.take("optim.lr_scheduler_type"),
        "WARMUP_RATIO": sheet.take("optim.warmup_ratio"),
        "SEED": sheet.take("run.seed"),
        "LOGGING_STEPS": sheet.take("run.logging_steps"),
    }
    for name, option in (("SAVE_STEPS", "run.save_steps"), ("EVAL_STEPS", "run.eval_steps")):
        value = sheet.take(option)
        if value or (files.held_out and name == "EVAL_STEPS"):
            values[name] = value
    if "SAVE_STEPS" not in values:
        sheet.take("run.save_total_limit")
    if files.held_out and sheet.left["run.load_best_at_end"]:
        sheet.skip("run.load_best_at_end", True, "The script ends with its last step.")
    sheet.take("run.load_best_at_end")
    lines = [f"{name} = {parts.literal(value)}" for name, value in values.items()]
    dtype = sheet.take("model.dtype")
    fitting = (
        "torch.bfloat16 if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else torch.float32"
    )
    if dtype == "auto" and recipe.method.kind == "full":
        fitting = "torch.float32"
    lines.append(f"DTYPE = {fitting if dtype == 'auto' else f'torch.{dtype}'}")
    attention = sheet.take("model.attention")
    lines.append(f"ATTENTION = {parts.literal('sdpa' if attention == 'auto' else attention)}")
    threads = sheet.take("run.num_threads")
    if threads:
        lines.append(f"torch.set_num_threads({threads})")
    return "\n".join(lines) + "\n"


def _training(sheet: Sheet, recipe: RecipeBase, files: _Files) -> str:
    decay = sheet.take("optim.decay_ratio")
    wsd = recipe.optim.lr_scheduler_type == "warmup_stable_decay"
    kept = f'scheduler_specific_kwargs={{"num_decay_steps": max(1, math.ceil(steps * {decay}))}}'
    decaying = f", {kept}" if wsd else ""
    every = (parts.MEASURED if files.held_out else "") + (parts.SAVED if recipe.run.save_steps else "")
    if files.file is not None:
        held_out = parts.HELD_OUT_FILE
    else:
        held_out = _filled(parts.HELD_OUT_SHARE, COUNT=files.count) if files.count else ""
    lists = "\n" + _listed("TRAIN_FILES", files.train)
    if files.file is not None:
        lists += _listed("HELD_OUT_FILES", [files.file])
    return lists + "\n" + _filled(parts.TRAIN, HELD_OUT=held_out, DECAY=decaying, EVERY=every)


def _listed(name: str, seen: list[SeenSource]) -> str:
    """A list of files: path, how it is read, what makes turns of a row, the columns, and at most how many rows."""
    lines = [
        f"    ({parts.literal(item.source.path)}, read_{_type(item)}, from_{_family(item)}, {parts.literal(_columns(item))}, {item.source.max_samples}),"
        for item in seen
    ]
    return f"{name} = [\n" + "\n".join(lines) + "\n]\n"


def _columns(seen: SeenSource) -> dict[str, str]:
    return {ours: column for ours, column in seen.mapping.items() if ours != column}


def _head(sheet: Sheet, recipe: RecipeBase, target: Path) -> str:
    name = f" from the recipe {recipe.name!r}" if recipe.name else ""
    lines = [f"{recipe.objective.title} by {type(recipe.method).title}, written by Luthier{name}.", ""]
    lines += [f"Run it with: python {target.name}"]
    if sheet.unmapped:
        lines += ["", "Of the recipe, this script leaves out:"]
        lines += [
            f"- {item.option} = {' '.join(item.value.split())}: {item.reason}" for item in sheet.unmapped
        ]
    return '"""' + "\n".join(lines).replace("\\", "/").replace('"', "'") + '\n"""\n\n'


def _imports(needs: set[str]) -> str:
    plain = sorted({"json", "math", *(name for name in needs if name == "csv")})
    lines = [f"import {name}" for name in plain] + ["from pathlib import Path", "", "import numpy as np"]
    lines += ["import pyarrow.parquet"] if "pyarrow.parquet" in needs else []
    lines += ["import torch"] + (["import bitsandbytes"] if "bitsandbytes" in needs else [])
    adapters = sorted(name for name in needs if name.endswith("Config") and name != "BitsAndBytesConfig")
    if adapters:
        lines.append(f"from peft import {', '.join([*adapters, 'get_peft_model'])}")
    hugging = ["AutoModelForCausalLM", "AutoTokenizer", "get_scheduler"]
    hugging += ["BitsAndBytesConfig"] if "BitsAndBytesConfig" in needs else []
    return "\n".join([*lines, f"from transformers import {', '.join(sorted(hugging, key=str.lower))}"]) + "\n"


def _filled(text: str, **values: str) -> str:
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], text)


def _spaced(pieces: list[str]) -> list[str]:
    return ["\n" + piece for piece in pieces if piece]
