"""How the Models page words what is known of a model: where it was found, how it suits this computer."""

from PySide6.QtCore import QCoreApplication

from app.ui import format
from app.ui.engine_text import engine_text
from engine.contract.base_models import Fit, ModelFit
from engine.contract.results import LocalModel

translate = QCoreApplication.translate

_MARKS = {"fits": "✓", "tight": "◐", "too_large": "✕", "unknown": "?"}
_TONES = {"fits": "success", "tight": "warning", "too_large": "danger", "unknown": "neutral"}


def origin_words(origin: str) -> str:
    """Where a model was found."""
    return {
        "starter": translate("Settings", "comes with Luthier"),
        "folder": translate("Settings", "your folder"),
        "hugging_face": translate("Settings", "Hugging Face cache"),
        "lm_studio": translate("Settings", "LM Studio"),
        "ollama": translate("Settings", "Ollama"),
        "run": translate("Settings", "made by a run"),
        "downloaded": translate("Models", "downloaded"),
        "converted": translate("Models", "converted"),
    }.get(origin, origin)


def hub_words(hub: str) -> str:
    """What a hub is called."""
    return {"hugging_face": "Hugging Face", "modelscope": "ModelScope"}.get(hub, hub)


def facts_of(model: LocalModel) -> str:
    """Architecture, parameters, size, licence and template in one line."""
    parts = [
        model.architecture,
        translate("Models", "{0} parameters").format(format.short_count(model.parameters))
        if model.parameters
        else "",
        model.quantization,
        format.size(model.size_bytes) if model.size_bytes else "",
        model.licence or translate("Models", "licence not named"),
        translate("Models", "chat template")
        if model.has_template
        else translate("Models", "no chat template"),
    ]
    return " · ".join(part for part in parts if part)


def convert_tooltip(model: LocalModel) -> str:
    """What converting does, and what it costs."""
    words = translate(
        "Models", "Make it trainable: its weights are written as safetensors, once, in a process of its own."
    )
    if model.quantization not in ("", "F32", "F16", "BF16"):
        loss = translate("Models", "Training then starts from weights that carry the rounding of {0}.")
        words += " " + loss.format(model.quantization)
    return words


def uses_of(fit: ModelFit) -> list[tuple[str, Fit]]:
    """The uses of a model with their words, as the badges show them."""
    return [
        (translate("Models", "Chat"), fit.chat),
        (translate("Models", "LoRA"), fit.lora),
        (translate("Models", "QLoRA"), fit.qlora),
    ]


def fit_badge(use: str, fit: Fit) -> tuple[str, str]:
    """(words, tone) of a badge; the mark says the same as the colour."""
    return f"{_MARKS[fit.state]} {use}", _TONES[fit.state]


def fit_tooltip(use: str, fit: Fit, whole: ModelFit) -> str:
    """What a badge means, with its figures."""
    if fit.state == "unknown":
        return engine_text(fit.reason) or translate("Models", "Not known.")
    words = {
        "fits": translate("Models", "{use} takes about {need} of the {free} that are free now ({device})."),
        "tight": translate("Models", "{use} takes about {need}, nearly all of the {free} that are free now ({device})."),
        "too_large": translate("Models", "{use} would take about {need}; {free} are free now ({device})."),
    }[fit.state]  # fmt: skip
    return words.format(
        use=use,
        need=format.size(fit.needed_bytes),
        free=format.size(whole.available_bytes),
        device=whole.device,
    )
