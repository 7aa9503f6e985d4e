"""What is known of a base model before it is loaded: its config.json and the names of its weights."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models.tuned import stored_tensors

CONV1D_MODELS = ("gpt2", "openai-gpt", "imagegpt", "ctrl", "decision_transformer")


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """``tensors`` is empty where the folder holds no safetensors files."""

    folder: Path
    config: dict[str, Any]
    tensors: frozenset[str]

    @property
    def model_type(self) -> str:
        """The architecture by its name in transformers."""
        return str(self.config.get("model_type", ""))

    @property
    def stores_transposed(self) -> bool:
        """Whether its layers are GPT-2's Conv1D, which hold their weights transposed."""
        return self.model_type in CONV1D_MODELS


def read_facts(folder: Path) -> BaseFacts:
    """Read the small files and the headers of a model's folder; needs no torch."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        config = {}
    names = frozenset(tensor.name for tensor in stored_tensors(folder))
    return BaseFacts(folder, config if isinstance(config, dict) else {}, names)
