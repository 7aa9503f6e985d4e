"""What a model takes of the memory while it is talked to, told from its files before any of it is loaded."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.chat.opening import locate
from engine.contract.errors import UserError
from engine.models.gguf_header import NotGguf, is_gguf, read_header
from engine.models.load import resolve_model
from engine.models.tuned import Tuned, stored_tensors

LLAMA_PROCESS = 100_000_000  # Python with llama.cpp, measured
TORCH_PROCESS = 430_000_000  # Python with torch and transformers, measured
READ_AT_ONCE = 512  # tokens of a prompt that llama.cpp computes together
ASSUMED_VOCABULARY = 128_000
PARTS_OF_A_LAYER = 4  # tensors as wide as the inner layer that stand at once while a prompt is read

Engine = Literal["llama.cpp", "torch"]


@dataclass(frozen=True, slots=True)
class Need:
    """``fixed_bytes``: weights, libraries and buffers; ``token_bytes`` come with each token of the context."""

    path: Path
    engine: Engine
    fixed_bytes: int
    token_bytes: int

    def bytes_for(self, context_tokens: int) -> int:
        """All of it with a context of so many tokens."""
        return self.fixed_bytes + context_tokens * self.token_bytes


def need_of(model: str, *, on_gpu: bool = False) -> Need | None:
    """What ``model`` needs in this process's engine; None for models that another program holds, and for files that
    do not say enough of themselves: opening them tells why.

    ``on_gpu``: torch would put it on a graphics card, where it takes half.

    Raises:
        UserError: there is no such model.
    """
    found = locate(model)
    if found is None:
        return None
    if isinstance(found, Path) and is_gguf(found):
        return need_of_gguf(found)
    return need_of_weights(found, on_gpu=on_gpu)


def need_of_gguf(path: Path) -> Need | None:
    """A file is mapped into the memory as it is; keys and values are float16."""
    try:
        header = read_header(path)
    except (NotGguf, OSError):
        return None
    buffers = 4 * READ_AT_ONCE * (header.vocabulary or ASSUMED_VOCABULARY)
    return Need(path, "llama.cpp", path.stat().st_size + buffers + LLAMA_PROCESS, header.cache_bytes)


def need_of_weights(found: Path | Tuned, *, on_gpu: bool = False) -> Need | None:
    """A folder or an unmerged run in transformers; None where it says too little of itself."""
    itemsize = 2 if on_gpu else 4
    folders = [found.base, found.weights] if isinstance(found, Tuned) and found.is_adapter else []
    if not folders:
        folders = [found.weights if isinstance(found, Tuned) else resolve_model(str(found))]
    try:
        config = json.loads((folders[0] / "config.json").read_text(encoding="utf-8"))
        elements = sum(tensor.elements for folder in folders for tensor in stored_tensors(folder))
    except (OSError, ValueError, UserError):
        return None
    path = found.run_dir if isinstance(found, Tuned) else found
    token = itemsize * _numbers_of_a_token(config.get("text_config") or config)
    return Need(path, "torch", elements * itemsize + TORCH_PROCESS, token)


def _numbers_of_a_token(config: dict[str, Any]) -> int:
    """Keys and values in all layers, and what one layer holds of it while the prompt is read."""

    def number(*names: str) -> int:
        return next((int(config[name]) for name in names if isinstance(config.get(name), int)), 0)

    heads, hidden = number("num_attention_heads", "n_head"), number("hidden_size", "n_embd")
    width = number("head_dim") or (hidden // heads if heads else 0)
    kept = 2 * number("num_hidden_layers", "n_layer") * (number("num_key_value_heads") or heads) * width
    inner = number("intermediate_size", "n_inner") or 4 * hidden
    return kept + PARTS_OF_A_LAYER * inner
