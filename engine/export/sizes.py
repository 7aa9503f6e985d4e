"""What the size of an export is told from before it is made: the model's tensors, what was trained, the tokenizer."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.export.placing import size_of
from engine.models.tuned import StoredTensor, Tuned, stored_tensors

TOKENIZER_FILES = (
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "tokenizer.model",
    "vocab.json", "merges.txt",
)  # fmt: skip
CARD_BYTES = 12_000  # model card, recipe and configuration
_ENTRY_BYTES = 12  # of a token in a GGUF: the length of its spelling, and its type
_PAIR_BYTES = 8  # of a merge: the length of its spelling
_ASSUMED_ENTRY = 36  # of a token, its merge included, where the tokenizer cannot be looked into
_NAMES_BYTES = 18_000  # names and shapes of the tensors, keys of the metadata


@dataclass(frozen=True, slots=True)
class ModelSize:
    """``tensors`` are those of the merged model, in the number format of the base."""

    tensors: tuple[StoredTensor, ...]
    trained: tuple[StoredTensor, ...]  # of the adapter; none where the whole model was trained
    trained_bytes: int  # of its files
    folder_bytes: int  # of the small files that every folder gets
    vocabulary_bytes: int  # of what a GGUF holds besides weights

    @property
    def elements(self) -> int:
        """How many numbers the model has."""
        return sum(tensor.elements for tensor in self.tensors)


def model_size(tuned: Tuned) -> ModelSize:
    """Read the headers of the weights and the tokenizer's files.

    Raises:
        UserError: a damaged file.
    """
    source = tuned.base if tuned.is_adapter else tuned.weights
    tokenizer = sum(
        (tuned.base / name).stat().st_size for name in TOKENIZER_FILES if (tuned.base / name).is_file()
    )
    return ModelSize(
        tensors=tuple(stored_tensors(source)),
        trained=tuple(stored_tensors(tuned.weights)) if tuned.is_adapter else (),
        trained_bytes=size_of(tuned.weights) if tuned.is_adapter else 0,
        folder_bytes=tokenizer + CARD_BYTES,
        vocabulary_bytes=_vocabulary_bytes(tuned.base) + _NAMES_BYTES,
    )


def _vocabulary_bytes(folder: Path) -> int:
    """Tokens and merges as a GGUF spells them."""
    try:
        document: dict[str, Any] = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        model = document["model"]
        tokens = {item[0] if isinstance(item, list) else item for item in model["vocab"]}
        tokens |= {str(item["content"]) for item in document.get("added_tokens", ())}
        merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in model.get("merges", ())]
    except (OSError, ValueError, KeyError, TypeError):
        return _ASSUMED_ENTRY * _vocabulary(folder)
    spelt = sum(len(token.encode("utf-8")) + _ENTRY_BYTES for token in tokens)
    return spelt + sum(len(pair.encode("utf-8")) + _PAIR_BYTES for pair in merges)


def _vocabulary(folder: Path) -> int:
    try:
        return int(json.loads((folder / "config.json").read_text(encoding="utf-8")).get("vocab_size", 0))
    except (OSError, ValueError, TypeError, AttributeError):
        return 0
