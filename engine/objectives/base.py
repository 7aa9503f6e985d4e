"""What every objective is: what of a row is read, and the loss that is minimised."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.contract.recipe import Variant

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch

Reads = Literal["conversation", "text", "pair", "verdict", "question"]
Measures = dict[str, float]


class Objective(Variant):
    """Base of the objectives (training stages)."""

    reads: ClassVar[Reads] = "conversation"
    attempts: ClassVar[bool] = False  # learns from answers that the model gives while it is trained
    scores: ClassVar[bool] = False  # the result gives numbers instead of answers
    reference: ClassVar[str] = ""  # the paper

    @property
    def sequences(self) -> int:
        """How many sequences a row has."""
        return 2 if self.reads in ("pair", "verdict") else 1

    @property
    def compares_with_start(self) -> bool:
        """Whether the loss needs the log-probabilities that the model gave before training began."""
        return False

    @property
    def updates(self) -> int:
        """How many optimizer steps are made with the same batches before the next ones."""
        return 1

    @property
    def judge(self) -> str:
        """Folder of the reward model that has a say; empty without one."""
        return ""

    @property
    def code_file(self) -> str:
        """Python file of the user that has a say; empty without one."""
        return ""

    def prepare(self, model: "nn.Module", *, seed: int) -> None:
        """Add to ``model``, as the method has prepared it, what is trained for the objective's own sake."""

    def save(self, model: "nn.Module", folder: Path) -> None:
        """Write into the result's ``folder`` what ``prepare`` added."""

    def units(self, batch: "Batch") -> int:
        """What the loss of ``batch`` is a sum over: its trained tokens, or its pairs or rows."""
        return batch.trained_tokens

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """Summed loss of a micro-batch in nats; the loop divides by the ``units`` of the whole step.

        What else is worth a curve is added to ``measures`` under its metric's name, as a sum over the units.
        """
        raise NotImplementedError


def add(measures: Measures | None, name: str, values: "torch.Tensor") -> None:
    """Add the sum of ``values`` to the measure ``name``."""
    if measures is not None:
        measures[name] = measures.get(name, 0.0) + float(values.detach().sum())


def sequence_log_probs(model: "nn.Module", batch: "Batch", *, mean: bool = False) -> "torch.Tensor":
    """Log-probability of the trained tokens of each sequence, float32 [sequences]; with ``mean`` a token's mean."""
    import torch

    from engine.kernels.loss import token_log_probs

    tokens = token_log_probs(model, batch)
    zeros = torch.zeros(batch.sequences, dtype=tokens.dtype, device=tokens.device)
    sums = zeros.index_add(0, batch.sequence_of, tokens)
    return sums / trained_lengths(batch) if mean else sums


def trained_lengths(batch: "Batch") -> "torch.Tensor":
    """Trained tokens of each sequence, float32 [sequences], at least 1."""
    import torch

    return torch.bincount(batch.sequence_of, minlength=batch.sequences).clamp(min=1).float()
