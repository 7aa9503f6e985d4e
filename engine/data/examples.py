"""What training sees of a row: token ids and which of them are learnt. Numpy only, no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.contract.results import Rejection, StepCount


@dataclass(frozen=True, slots=True)
class Example:
    """One tokenized row.

    ``input_ids``: int32 [tokens]. ``trained``: bool [tokens], True where the token is a target of the loss
    (never at position 0, which nothing predicts). ``others`` are sequences that are read beside this one: the
    rejected answer of a preference pair, or the answer of another row to this row's question (KTO's estimate of
    the KL divergence). ``label`` is the verdict on a KTO row. ``reference``: float32, log-probability of the
    trained tokens of this sequence and of each of ``others`` before training began; empty where it is not needed.
    ``prompt`` and ``wanted``: the last question and the answer to it as text, where the model's own answers are judged;
    ``row``: what the dataset holds in this row, where a function of the user asks for it.
    """

    input_ids: npt.NDArray[np.int32]
    trained: npt.NDArray[np.bool_]
    path: str
    line: int
    others: "tuple[Example, ...]" = ()
    label: bool | None = None
    reference: tuple[float, ...] = ()
    prompt: str = ""
    wanted: str = ""
    row: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.input_ids)

    @property
    def trained_tokens(self) -> int:
        """How many tokens of this sequence the loss is computed on."""
        return int(self.trained.sum())

    @property
    def sequences(self) -> "tuple[Example, ...]":
        """This one and what is read beside it."""
        return (self, *self.others)

    @property
    def tokens_read(self) -> int:
        """Tokens of all its sequences."""
        return sum(len(item.input_ids) for item in self.sequences)


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
    rejected: Sequence[tuple[str, Rejection]] = ()  # (path, rejection)
    dropped: int = 0  # over the cutoff, with overlong: drop
    truncated: int = 0
    split: int = 0  # rows over the cutoff that were made into several examples, with overlong: split
    steps: tuple[StepCount, ...] = field(default=())
    test: tuple[Example, ...] = ()
    held_out_test: tuple[HeldOut, ...] = ()
