"""Verification's view of a GGUF file, through llama.cpp."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.models.gguf_file import GgufFile


class LlamaReplay:
    """See ``verify.Replay``: renders by the template inside the file."""

    def __init__(
        self,
        path: Path,
        *,
        context_tokens: int,
        adapter: Path | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self._file = GgufFile(path, context_tokens=context_tokens, all_logits=True, adapter=adapter)
        if config is not None:
            _check_rope(path, self._file.llama.metadata, config)

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


def _check_rope(path: Path, metadata: Mapping[str, str], config: Mapping[str, Any]) -> None:
    """In few bits, a wrong base looks like rounding; so the number itself is compared, where both sides name one."""
    ours = (config.get("rope_parameters") or {}).get("rope_theta", config.get("rope_theta"))
    name = f"{metadata.get('general.architecture')}.rope.freq_base"
    if ours is None or name not in metadata:
        return
    if not math.isclose(float(metadata[name]), float(ours), rel_tol=1e-5):
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"{path.name} counts positions by another RoPE base: {metadata[name]}, and the model has {ours}.",
        )
