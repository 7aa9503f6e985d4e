"""What training sees of a row: token ids and which of them are learnt. Numpy only, no torch."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engine.contract.results import Rejection, StepCount


@dataclass(frozen=True, slots=True)
class Example:
    """One tokenized row.

    ``input_ids``: int32 [tokens]. ``trained``: bool [tokens], True where the token is a target of the loss
    (never at position 0, which nothing predicts).
    """

    input_ids: npt.NDArray[np.int32]
    trained: npt.NDArray[np.bool_]
    path: str
    line: int

    def __len__(self) -> int:
        return len(self.input_ids)

    @property
    def trained_tokens(self) -> int:
        """How many tokens the loss is computed on."""
        return int(self.trained.sum())


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A held-out conversation: the turns before the last answer, and that answer."""

    messages: tuple[dict[str, str], ...]  # role, content; ends with a user turn
    reference: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything a run needs of its data. ``content_hash`` is SHA-256 over all token ids and masks.

    ``test`` rows are for the end alone: nothing is learnt from them, and no run is stopped or chosen by them.
    """

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    held_out: tuple[HeldOut, ...]
    content_hash: str
    rows: int = 0
    rejected: tuple[tuple[str, Rejection], ...] = ()  # (path, rejection)
    dropped: int = 0  # over the cutoff, with overlong: drop
    truncated: int = 0
    steps: tuple[StepCount, ...] = field(default=())
    test: tuple[Example, ...] = ()
    held_out_test: tuple[HeldOut, ...] = ()
