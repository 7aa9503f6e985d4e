"""What a model that lies on this computer takes at least, so that a list can say which of them are worth a try."""

import json
from pathlib import Path
from typing import Any, Literal

from engine.contract.base_models import Fit, ModelFit
from engine.contract.errors import UserError
from engine.contract.results import Plan
from engine.models.convert import converted_path, is_converted
from engine.models.load import STARTER, pick_device, resolve_model
from engine.registry import parse_recipe
from engine.train.devices import Target, this_machine
from engine.train.plan import make_plan

CONTEXT_TOKENS = 4096
GGUF_CACHE = 0.1  # of a GGUF's size: its conversation, in half precision
TIGHT = 0.85  # of what is free
NEEDS_CONVERSION = "It is converted once before it can be trained."


def fit_of(path: str) -> ModelFit:
    """Weigh the model at ``path`` (a folder, a GGUF file, or ``starter``) for this computer; nothing is loaded."""
    target = this_machine(pick_device())
    chat, lora, qlora = _uses(path, target)
    return ModelFit(
        path=path, device=target.name, available_bytes=target.memory_bytes, chat=chat, lora=lora, qlora=qlora
    )


def _uses(path: str, target: Target) -> tuple[Fit, Fit, Fit]:
    place = Path(path).expanduser()
    chat: Fit | None = None
    if path != STARTER and place.is_file():
        chat = _fit(int(place.stat().st_size * (1 + GGUF_CACHE)), target.memory_bytes)
        if not is_converted(place):
            unknown = Fit(state="unknown", reason=NEEDS_CONVERSION)
            return chat, unknown, unknown
        path = str(converted_path(place))
    try:
        plain, four = _planned(path, "none"), _planned(path, "nf4")
    except UserError as error:
        unknown = Fit(state="unknown", reason=error.info.message)
        return chat or unknown, unknown, unknown
    free = plain.available_bytes
    talking = _talking(plain, resolve_model(path))
    return chat or _fit(talking, free), _fit(plain.memory_bytes, free), _fit(four.memory_bytes, free)


def _planned(path: str, quantization: str) -> Plan:
    """The plan of the smallest sensible LoRA run."""
    recipe: Any = {
        "model": {"path": path, "quantization": quantization, "gradient_checkpointing": True},
        "data": {"cutoff_len": 1024},
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
        "optim": {"per_device_train_batch_size": 1},
    }
    return make_plan(parse_recipe(recipe))


def _talking(plan: Plan, folder: Path) -> int:
    """Weights, the libraries, and the keys and values of a conversation."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config = config.get("text_config") or config
    layers = int(config.get("num_hidden_layers") or config.get("n_layer") or 0)
    heads = int(config.get("num_attention_heads") or config.get("n_head") or 1)
    width = int(config.get("head_dim") or int(config.get("hidden_size") or config.get("n_embd") or 0) / heads)
    kept = int(config.get("num_key_value_heads") or heads)
    itemsize = max(1, round(plan.memory["weights"] / max(1, plan.parameters)))
    return (
        plan.memory["weights"]
        + plan.memory.get("overhead", 0)
        + 2 * layers * kept * width * CONTEXT_TOKENS * itemsize
    )


def _fit(needed: int, free: int) -> Fit:
    share = needed / max(1, free)
    state: Literal["fits", "tight", "too_large"] = (
        "fits" if share <= TIGHT else "tight" if share <= 1.0 else "too_large"
    )
    return Fit(state=state, needed_bytes=needed)
