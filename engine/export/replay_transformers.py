"""Verification's view of an exported folder, adapter or merged, through transformers."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.export.answers import equal_prefix
from engine.export.tensor_files import read_entries
from engine.models.greedy import greedy, logits_along
from engine.models.tuned import Tuned, encode, load_folder, load_tuned, render_prompt, stop_tokens


class TransformersReplay:
    """See ``verify.Replay``: everything but an adapter's base comes from the exported folder."""

    def __init__(self, folder: Path, *, tuned: Tuned) -> None:
        from safetensors import SafetensorError
        from transformers import AutoTokenizer

        is_adapter = (folder / "adapter_config.json").is_file()
        read_entries(folder)  # says at once which file is cut short
        try:
            self._model = load_tuned(replace(tuned, weights=folder)) if is_adapter else load_folder(folder)
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except (SafetensorError, OSError, ValueError, RuntimeError) as error:
            raise UserError(ErrorCode.UNREADABLE, f"{folder.name} cannot be opened: {error}") from None
        self._stops = stop_tokens(self._tokenizer, tuned.base if is_adapter else folder)

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
