"""Verification's view of an exported folder, adapter or merged, through transformers."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.export.answers import equal_prefix
from engine.export.tensor_files import read_entries
from engine.models.greedy import greedy, logits_along
from engine.models.load import frozen_dtype, pick_device
from engine.models.tuned import (
    Tuned,
    encode,
    for_inference,
    load_folder,
    load_tuned,
    render_prompt,
    stop_tokens,
)

if TYPE_CHECKING:
    from torch import nn


class TransformersReplay:
    """See ``verify.Replay``: everything but an adapter's base comes from the exported folder."""

    def __init__(self, folder: Path, *, tuned: Tuned) -> None:
        from safetensors import SafetensorError
        from transformers import AutoTokenizer

        is_adapter = (folder / "adapter_config.json").is_file()
        read_entries(folder)  # says at once which file is cut short
        try:
            self._model = self._load(replace(tuned, weights=folder), is_adapter=is_adapter)
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except (SafetensorError, OSError, ValueError, RuntimeError) as error:
            raise UserError(ErrorCode.UNREADABLE, f"{folder.name} cannot be opened: {error}") from None
        self._stops = stop_tokens(self._tokenizer, tuned.base if is_adapter else folder)

    def _load(self, tuned: Tuned, *, is_adapter: bool) -> "nn.Module":
        return load_tuned(tuned) if is_adapter else load_folder(tuned.weights)

    def prompt(self, messages: list[dict[str, str]]) -> list[int]:
        """Rendered and tokenized by the folder's tokenizer."""
        return encode(self._tokenizer, render_prompt(self._tokenizer, messages))

    def greedy(self, prompt: list[int], *, max_tokens: int, guess: list[int]) -> list[int]:
        """Its answer. As far as it would say the same along ``guess``, one pass shows what many would."""
        said = [int(token) for token in self.logits(prompt, guess).argmax(axis=-1)]
        equal = equal_prefix(guess, said)
        if equal == len(guess):
            return list(guess)
        start = guess[:equal]
        rest = greedy(self._model, prompt + start, max_tokens=max_tokens - equal, stop=self._stops)
        return start + rest

    def logits(self, prompt: list[int], answer: list[int]) -> np.ndarray:
        """What it would say along ``answer``."""
        found: np.ndarray = logits_along(self._model, prompt, answer).numpy()
        return found

    def ends(self, token: int) -> bool:
        """Whether the folder's configuration stops at ``token``."""
        return token in self._stops

    def close(self) -> None:
        """Free the model."""
        del self._model


class OlderFilesReplay(TransformersReplay):
    """A folder with ``pytorch_model.bin`` that we have just written. Luthier reads no such files otherwise."""

    def _load(self, tuned: Tuned, *, is_adapter: bool) -> "nn.Module":
        from transformers import AutoModelForCausalLM

        device = pick_device()
        model = AutoModelForCausalLM.from_pretrained(
            tuned.weights,
            dtype=frozen_dtype(tuned.recipe.model.model_copy(update={"dtype": "auto"}), device),
            local_files_only=True,
            use_safetensors=False,
            weights_only=True,
        )
        return for_inference(model.to(device))
