"""The pieces of a plain script that make the model and the optimizer, from tables of what PEFT and torch call them."""

import re
from dataclasses import dataclass

from engine.contract.errors import ErrorCode, UserError
from engine.methods.peft_adapter import targets
from engine.migrate import script_parts as parts
from engine.migrate.sheet import Sheet

MODEL_REASONS = {
    "method.modules_to_save": "The script trains the adapter alone.",
    "method.init": "The script begins with PEFT's usual start.",
}
_STARTS = {"default": True, "gaussian": "gaussian", "orthogonal": "orthogonal"}


@dataclass(frozen=True, slots=True)
class Adapter:
    """PEFT's configuration of a method, and its arguments by our options."""

    config: str
    options: dict[str, str]


ADAPTERS = {
    "lora": Adapter(
        "LoraConfig",
        {"rank": "r", "lora_alpha": "lora_alpha", "lora_dropout": "lora_dropout", "use_rslora": "use_rslora",
         "use_dora": "use_dora"},
    ),
    "loha": Adapter("LoHaConfig", {"rank": "r", "alpha": "alpha", "rank_dropout": "rank_dropout", "module_dropout": "module_dropout"}),
    "lokr": Adapter(
        "LoKrConfig",
        {"rank": "r", "alpha": "alpha", "rank_dropout": "rank_dropout", "module_dropout": "module_dropout",
         "decompose_factor": "decompose_factor", "decompose_both": "decompose_both"},
    ),
    "oft": Adapter(
        "OFTConfig",
        {"oft_block_size": "oft_block_size", "module_dropout": "module_dropout", "coft": "coft", "eps": "eps",
         "use_cayley_neumann": "use_cayley_neumann", "block_share": "block_share"},
    ),
}  # fmt: skip
_ADAM = "betas=({b1}, {b2}), eps={eps}"
_OPTIMIZERS = {
    "adamw": f"torch.optim.AdamW(groups, {_ADAM})",
    "nadam": f"torch.optim.NAdam(groups, {_ADAM}, decoupled_weight_decay=True)",
    "radam": f"torch.optim.RAdam(groups, {_ADAM}, decoupled_weight_decay=True)",
    "sgd": "torch.optim.SGD(groups)",
    "sgd_momentum": "torch.optim.SGD(groups, momentum=0.9)",
    "sgd_nesterov": "torch.optim.SGD(groups, momentum=0.9, nesterov=True)",
    "adafactor": "torch.optim.Adafactor(groups)",
    "adamw_8bit": f"bitsandbytes.optim.AdamW8bit(groups, {_ADAM})",
    "paged_adamw_8bit": f"bitsandbytes.optim.PagedAdamW8bit(groups, {_ADAM})",
    "lion": "bitsandbytes.optim.Lion(groups, betas=(0.9, 0.99))",
    "lion_8bit": "bitsandbytes.optim.Lion8bit(groups, betas=(0.9, 0.99))",
}


def model_part(sheet: Sheet) -> tuple[str, set[str]]:
    """The function that makes the model, and the names that it needs.

    Raises:
        UserError: the method is none that a plain script is written for.
    """
    kind = sheet.take("method.kind")
    needs: set[str] = set()
    if kind == "full":
        adapter = "" if sheet.take("method.train_embeddings") else _still()
    elif kind in ADAPTERS:
        adapter = _adapter(sheet, kind)
        needs.add(ADAPTERS[kind].config)
    else:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"A plain script is written for {', '.join(('full', *ADAPTERS))}, not for the method {kind}",
            hint="Choose one of these methods, or write it for LLaMA-Factory.",
            recipe_path="method.kind",
        )
    quantized = _quantized(sheet, needs)
    values = {
        "QUANTIZED": quantized,
        "PLACED": "" if quantized else ".to(device)",
        "ALL": str(kind == "full"),
        "CHECKPOINTING": parts.CHECKPOINTING if sheet.take("model.gradient_checkpointing") else "",
        "ADAPTER": adapter,
    }
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], parts.MODEL), needs


def _still() -> str:
    return """
    for part in (model.get_input_embeddings(), model.get_output_embeddings()):
        part.requires_grad_(False)"""


def _adapter(sheet: Sheet, kind: str) -> str:
    adapter = ADAPTERS[kind]
    arguments = ['task_type="CAUSAL_LM"']
    arguments += [
        f"{theirs}={parts.literal(sheet.take(f'method.{ours}'))}" for ours, theirs in adapter.options.items()
    ]
    names = sheet.take("method.target_modules")
    arguments.append(
        f"target_modules={parts.literal(targets(tuple(names) if isinstance(names, list) else names))}"
    )
    after = ""
    if kind == "lora":
        start = sheet.left["method.init"]
        if start in _STARTS:
            sheet.take("method.init")
            arguments.append(f"init_lora_weights={parts.literal(_STARTS[start])}")
        saved = str(sheet.take("method.modules_to_save") or "").replace(" ", "")
        if saved:
            arguments.append(f"modules_to_save={parts.literal(saved.split(','))}")
        if sheet.take("method.freeze_a"):
            after = """
    for name, parameter in model.named_parameters():
        if "lora_A" in name:
            parameter.requires_grad_(False)"""
    listed = "".join(f"\n        {argument}," for argument in arguments)
    return (
        f"""
    adapter = {adapter.config}({listed}
    )
    torch.manual_seed(SEED)
    model = get_peft_model(model, adapter)"""
        + after
    )


def _quantized(sheet: Sheet, needs: set[str]) -> str:
    kind, twice = sheet.take("model.quantization"), sheet.take("model.double_quantization")
    if kind == "none":
        return ""
    needs.add("BitsAndBytesConfig")
    options = ["load_in_8bit=True"]
    if kind != "int8":
        options = ["load_in_4bit=True", f'bnb_4bit_quant_type="{kind}"']
        options += [f"bnb_4bit_use_double_quant={twice}", "bnb_4bit_compute_dtype=DTYPE"]
    lines = "".join(f"\n            {option}," for option in options)
    return f',\n        quantization_config=BitsAndBytesConfig({lines}\n        ), device_map={{"": device}}'


def optimizer_part(sheet: Sheet) -> tuple[str, set[str]]:
    """The function that makes the optimizer, and the names that it needs."""
    name = sheet.take("optim.optimizer")
    if name not in _OPTIMIZERS:
        sheet.skip("optim.optimizer", name, "The script takes AdamW in its place.")
    text = _OPTIMIZERS.get(name, _OPTIMIZERS["adamw"])
    b1, b2, eps = (sheet.take(f"optim.adam_{option}") for option in ("beta1", "beta2", "epsilon"))
    ratio = sheet.take("method.loraplus_lr_ratio")
    faster = f' * ({ratio} if "lora_B" in name else 1.0)' if ratio else ""
    values = {"OPTIMIZER": text.format(b1=b1, b2=b2, eps=eps), "FASTER": faster}
    needs = {"bitsandbytes"} if "bitsandbytes" in text else set()
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], parts.OPTIMIZER), needs
