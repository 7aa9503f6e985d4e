"""RoPE scaling: lets a model with rotary positions read further than it was made for, once it is trained that way.

linear: Chen et al., 2023 (arXiv:2306.15595); dynamic: NTK-aware scaling by the longest text of a batch; yarn: Peng et al.,
2023 (arXiv:2309.00071); llama3: as Llama 3.1 scales its low frequencies (arXiv:2407.21783).
"""

import json
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection
from engine.models.consent import may_run_code

LLAMA3 = {"low_freq_factor": 1.0, "high_freq_factor": 4.0}  # of Llama 3.1
_ASIDE = ("rope_theta", "partial_rotary_factor")  # stand beside ``rope_scaling`` in configs of the older form


def scaled_config(section: ModelSection, folder: Path) -> Any:
    """The config of the base in ``folder`` with the scaling that the recipe wants; None where it wants none.

    Raises:
        UserError: ``RECIPE_INVALID``, with the reason why this base cannot be scaled.
    """
    if section.rope_scaling == "none":
        return None
    from transformers import AutoConfig

    own_code = may_run_code(folder)
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=own_code)
    text = config.get_text_config()
    parameters: dict[str, Any] = getattr(text, "rope_parameters", None) or {}
    reason = _reason(text, parameters)
    if reason:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"{config.model_type} models cannot be given RoPE scaling: {reason}",
            hint="Set RoPE scaling to none, or choose another base model.",
            recipe_path="model.rope_scaling",
        )
    original = int(text.max_position_embeddings)
    text.rope_parameters = {**parameters, **_parameters(section, original)}
    if section.rope_scaling != "dynamic":  # which measures against the original length
        text.max_position_embeddings = int(original * section.rope_factor)
    return config


def context_length(path: str) -> int:
    """How many tokens the model in the folder ``path`` was made to read; 0 where that is not known."""
    content = _json(Path(path).expanduser() / "config.json")
    found = (content.get("text_config") or content).get("max_position_embeddings")
    return found if isinstance(found, int) else 0


def write_scaling(content: dict[str, Any], section: ModelSection, folder: Path) -> dict[str, Any]:
    """``content`` (the config.json of the base in ``folder``) with the recipe's scaling, in the form that it has."""
    config = scaled_config(section, folder)
    if config is None:
        return content
    text = config.get_text_config()
    nested = isinstance(content.get("text_config"), dict)
    inner = dict(content["text_config"] if nested else content)
    inner["max_position_embeddings"] = text.max_position_embeddings
    if inner.get("rope_parameters"):
        inner["rope_parameters"] = dict(text.rope_parameters)
    else:
        inner["rope_scaling"] = {
            name: value for name, value in text.rope_parameters.items() if name not in _ASIDE
        }
    return {**content, "text_config": inner} if nested else inner


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _reason(text: Any, parameters: dict[str, Any]) -> str:
    if not parameters or not getattr(text, "max_position_embeddings", 0):
        return "they have no rotary positions."
    if text.nested_rope_parameter_keys(parameters):
        return "their layers turn positions in different ways."
    kind = str(parameters.get("rope_type", "default"))
    if kind != "default":
        return f"this one is scaled already ({kind})."
    return ""


def _parameters(section: ModelSection, original: int) -> dict[str, Any]:
    found: dict[str, Any] = {"rope_type": section.rope_scaling, "factor": float(section.rope_factor)}
    if section.rope_scaling in ("yarn", "llama3"):
        found["original_max_position_embeddings"] = original
    return {**found, **(LLAMA3 if section.rope_scaling == "llama3" else {})}
