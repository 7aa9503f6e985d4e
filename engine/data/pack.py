"""Examples to tensors: laid end to end without padding, or side by side with padding on the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.examples import Example

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of answers that the model gave itself: float32 [trained], each where the objective needs it.

    ``start`` and ``before``: log-probabilities before training and before the step. ``values``: what a value head
    expected before the step. ``advantages``: how much better a token did. ``returns``: what should have been expected.
    """

    start: "torch.Tensor | None" = None
    before: "torch.Tensor | None" = None
    values: "torch.Tensor | None" = None
    advantages: "torch.Tensor | None" = None
    returns: "torch.Tensor | None" = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One micro-batch.

    ``input_ids``, ``position_ids``: int64 [rows, tokens]; packed batches have one row and ``lengths``.
    ``predicts``: int64 [trained], flat positions whose output predicts a trained token; ``targets``: those tokens.
    ``sequence_of``: int64 [trained], which of the ``sequences`` each target belongs to; an example's other sequences
    follow it. ``ends``: int64 [sequences], flat position of each sequence's last token. ``labels``: bool [examples] or None. ``reference``: float32 [sequences] or None, log-probabilities
    before training. ``known``: of own answers only. ``tokens`` counts real tokens, padding excluded. ``origins`` names the rows for error messages.
    """

    input_ids: "torch.Tensor"
    position_ids: "torch.Tensor"
    predicts: "torch.Tensor"
    targets: "torch.Tensor"
    lengths: tuple[int, ...] | None
    tokens: int
    origins: tuple[str, ...]
    sequence_of: "torch.Tensor"
    sequences: int
    ends: "torch.Tensor"
    labels: "torch.Tensor | None" = None
    reference: "torch.Tensor | None" = None
    known: Known | None = None

    @property
    def trained_tokens(self) -> int:
        """How many tokens the loss is summed over."""
        return int(self.targets.numel())

    def attention_arguments(self, config: Any) -> dict[str, Any]:
        """What the attention kernel of a model needs to keep packed examples apart."""
        if self.lengths is None or len(self.lengths) == 1:
            return {}
        if config._attn_implementation != "flash_attention_2":
            return {"packed_lengths": self.lengths}
        import torch

        ends = np.cumsum((0, *self.lengths))
        cumulative = torch.tensor(ends, dtype=torch.int32, device=self.input_ids.device)
        longest = max(self.lengths)
        return {
            "cu_seq_lens_q": cumulative,
            "cu_seq_lens_k": cumulative,
            "max_length_q": longest,
            "max_length_k": longest,
        }


def make_batch(examples: Sequence[Example], *, packing: bool, pad_id: int, device: "torch.device") -> Batch:
    """``examples`` as one batch on ``device``: packed into one row, or one row a sequence."""
    import torch

    parts = [part for example in examples for part in example.sequences]
    lengths = [len(part) for part in parts]
    width = sum(lengths) if packing else max(lengths)
    height = 1 if packing else len(parts)
    ids = np.full((height, width), pad_id, dtype=np.int64)
    positions = np.zeros((height, width), dtype=np.int64)
    predicts: list[np.ndarray[Any, np.dtype[np.int64]]] = []
    targets: list[np.ndarray[Any, np.dtype[np.int64]]] = []
    ends: list[int] = []
    start = 0
    for index, example in enumerate(parts):
        row, column = (0, start) if packing else (index, 0)
        length = lengths[index]
        ids[row, column : column + length] = example.input_ids
        positions[row, column : column + length] = np.arange(length)
        where = np.flatnonzero(example.trained[1:]) + 1  # nothing predicts the first token
        predicts.append(row * width + column + where - 1)
        targets.append(example.input_ids[where].astype(np.int64))
        ends.append(row * width + column + length - 1)
        start += length
    counts = torch.tensor([len(item) for item in targets])
    references = [value for example in examples for value in example.reference]
    return Batch(
        input_ids=torch.from_numpy(ids).to(device),
        position_ids=torch.from_numpy(positions).to(device),
        predicts=torch.from_numpy(np.concatenate(predicts)).to(device),
        targets=torch.from_numpy(np.concatenate(targets)).to(device),
        lengths=tuple(lengths) if packing else None,
        tokens=sum(lengths),
        origins=tuple(f"{example.path}:{example.line}" for example in examples),
        sequence_of=torch.repeat_interleave(torch.arange(len(parts)), counts).to(device),
        sequences=len(parts),
        ends=torch.tensor(ends, device=device),
        labels=None
        if any(example.label is None for example in examples)
        else torch.tensor([example.label for example in examples], device=device),
        reference=torch.tensor(references, dtype=torch.float32, device=device) if references else None,
    )
