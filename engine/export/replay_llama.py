"""Verification's view of a GGUF file, through llama.cpp."""

from pathlib import Path

import numpy as np

from engine.models.gguf_file import GgufFile


class LlamaReplay:
    """See ``verify.Replay``: renders by the template inside the file."""

    def __init__(self, path: Path, *, context_tokens: int, adapter: Path | None = None) -> None:
        self._file = GgufFile(path, context_tokens=context_tokens, all_logits=True, adapter=adapter)

    def prompt(self, messages: list[dict[str, str]]) -> list[int]:
        """Rendered and tokenized by the file alone."""
        return self._file.encode(self._file.render(messages))

    def greedy(self, prompt: list[int], *, max_tokens: int, guess: list[int]) -> list[int]:
        """Its answer, said token by token as a user's program would; ``guess`` is not used."""
        return self._file.greedy(prompt, max_tokens=max_tokens)

    def logits(self, prompt: list[int], answer: list[int]) -> np.ndarray:
        """What it would say along ``answer``."""
        found: np.ndarray = self._file.logits_along(prompt, answer)
        return found

    def ends(self, token: int) -> bool:
        """Whether llama.cpp stops at ``token``."""
        return self._file.ends(token)

    def close(self) -> None:
        """Free the model."""
        self._file.close()
