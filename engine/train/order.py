"""Which examples make which step: a pure function of the step, so that resuming needs no saved position."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.contract.recipe import OptimSection


@dataclass(frozen=True, slots=True)
class Order:
    """The order of ``examples`` rows over all epochs. The last, smaller batch of an epoch is kept."""

    examples: int
    batch_size: int
    accumulation: int
    shuffle: bool
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps in one pass over the rows."""
        return math.ceil(math.ceil(self.examples / self.batch_size) / self.accumulation)

    def total_steps(self, optim: OptimSection) -> int:
        """Optimizer steps of the whole run."""
        if optim.max_steps is not None:
            return optim.max_steps
        return max(1, math.ceil(optim.num_train_epochs * self.steps_per_epoch))

    def epoch_of(self, step: int) -> float:
        """Passes over the rows done after ``step`` steps."""
        return step / self.steps_per_epoch

    def micro_batches(self, step: int) -> list[list[int]]:
        """Row numbers of each micro-batch of ``step`` (counted from 0)."""
        epoch, within = divmod(step, self.steps_per_epoch)
        rows = self._rows(epoch)
        first = within * self.accumulation * self.batch_size
        chosen = rows[first : first + self.accumulation * self.batch_size]
        return [chosen[i : i + self.batch_size] for i in range(0, len(chosen), self.batch_size)]

    def largest_micro_batch(self, sizes: npt.NDArray[np.int64], *, steps: int, padded: bool) -> list[int]:
        """Row numbers of the micro-batch with the most tokens among the first ``steps`` steps. ``sizes`` are the rows'
        tokens; in a ``padded`` one every row takes as much as its longest."""
        a_step = self.batch_size * self.accumulation
        found, most = [0], -1
        for epoch in range(math.ceil(steps / self.steps_per_epoch)):
            left = (steps - epoch * self.steps_per_epoch) * a_step
            rows = np.asarray(self._rows(epoch)[:left])
            gap = -len(rows) % self.batch_size
            batches = np.pad(rows, (0, gap), constant_values=-1).reshape(-1, self.batch_size)
            tokens = np.where(batches < 0, 0, sizes[batches])
            filled = (batches >= 0).sum(axis=1)
            together = tokens.max(axis=1) * filled if padded else tokens.sum(axis=1)
            place = int(together.argmax())
            if together[place] > most:
                most, found = int(together[place]), [int(row) for row in batches[place] if row >= 0]
        return found

    def _rows(self, epoch: int) -> list[int]:
        if not self.shuffle:
            return list(range(self.examples))
        generator = np.random.Generator(np.random.Philox(key=[self.seed, epoch]))
        return [int(row) for row in generator.permutation(self.examples)]
