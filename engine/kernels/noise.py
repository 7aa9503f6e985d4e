"""NEFTune: uniform noise on the embeddings of what is read (Jain et al., 2023, arXiv:2310.05914)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

if TYPE_CHECKING:
    from engine.data.pack import Batch


@contextmanager
def noisy_embeddings(model: nn.Module, batch: "Batch", alpha: float) -> Iterator[None]:
    """While inside, embeddings get noise from [-1, 1] times ``alpha / sqrt(tokens x width)``, by sequence."""
    layer = cast(Any, model).get_input_embeddings()

    def disturb(_: nn.Module, inputs: Any, words: torch.Tensor) -> torch.Tensor:
        lengths = torch.tensor(batch.lengths or [words.shape[1]] * words.shape[0], device=words.device)
        scales = (alpha / (lengths * words.shape[-1]).sqrt()).repeat_interleave(lengths)
        noise = torch.empty_like(words).uniform_(-1.0, 1.0)
        return words + noise * scales.view(*words.shape[:2], 1).to(words.dtype)

    handle = layer.register_forward_hook(disturb)
    try:
        yield
    finally:
        handle.remove()
