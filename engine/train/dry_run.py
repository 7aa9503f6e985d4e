"""One real step on the longest batch of a recipe, made and measured before the run: the planner's figure is held
against it, and later plans of the same shape begin from it (``tried``).

Nothing else stays: the folder that the loop wants is a temporary one, and nothing is saved in it.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled, Job
from engine.contract.recipe import RecipeBase
from engine.contract.results import Plan
from engine.contract.trying import TriedStep
from engine.data.examples import Example, Prepared
from engine.models.load import pick_device
from engine.objectives.base import Measures
from engine.train import tried
from engine.train.combination import check_combination
from engine.train.devices import Target, this_machine
from engine.train.expected import expected_memory
from engine.train.loop import BrokenOff, Trainer
from engine.train.memory import CONTEXT_BYTES
from engine.train.order import Order
from engine.train.plan import make_plan
from engine.train.session import open_session
from engine.train.start import with_start


def dry_run(recipe: RecipeBase, *, job: Job, anyway: bool = False) -> TriedStep:
    """Make one step of ``recipe`` on its longest batch; what it took, and the plan that knows of it.

    To be called once a process, since the most that a process ever held is what is read.

    Raises:
        UserError: ``OUT_OF_MEMORY`` when the plan says that it does not fit (not with ``anyway``), or the data, the
            model or the step cannot be used.
        Cancelled: the user wants it to end.
    """
    from engine.data.prepare import prepare
    from engine.models.load import load_tokenizer

    check_combination(recipe)
    tokenizer = load_tokenizer(recipe.model.path)
    data = prepare(recipe, tokenizer, job=job)
    target = this_machine(pick_device())
    if not anyway:
        _require_room(recipe, data, target)
    short, rows = _shortest_and_longest(recipe, data)
    rehearsed = _for_two_steps(recipe, len(rows))
    with tempfile.TemporaryDirectory(prefix="luthier-step-") as place:
        job.check()
        with job.phase("load", recipe.model.path):
            session = open_session(rehearsed)
        trial = Rehearsal(session, tokenizer, _two_steps_of(data, short, rows, rehearsed), Path(place), job)
        seconds = trial.rehearse()
    measured = trial.memory.peak + (CONTEXT_BYTES if target.kind == "cuda" else 0)
    tried.keep(tried.shape_of(recipe, data.content_hash, target), measured)
    with job.phase("plan"):
        plan = make_plan(recipe)
    return _told(plan, rows, measured, seconds)


def _told(plan: Plan, rows: list[Example], measured: int, seconds: float) -> TriedStep:
    return TriedStep(
        predicted_bytes=plan.predicted_bytes,
        measured_bytes=measured,
        rows=len(rows),
        tokens=sum(row.tokens_read for row in rows),
        seconds=round(seconds, 3),
        plan=plan,
    )


def _require_room(recipe: RecipeBase, data: Prepared, target: Target) -> None:
    needed = sum(expected_memory(recipe, data).values())
    if needed <= target.memory_bytes:
        return
    raise UserError(
        ErrorCode.OUT_OF_MEMORY,
        f"A step of this recipe is expected to take {needed / 1e9:.1f} GB of memory, "
        f"and {target.memory_bytes / 1e9:.1f} GB are free.",
        hint="Take one of the changes that make it fit, or try it anyway.",
        details={"needed_bytes": needed, "free_bytes": target.memory_bytes},
    )


def _shortest_and_longest(recipe: RecipeBase, data: Prepared) -> tuple[Example, list[Example]]:
    """The shortest row, and the rows of the micro-batch with the most tokens of the whole run."""
    sizes = np.array([row.tokens_read for row in data.train], dtype=np.int64)
    order = Order(
        examples=len(data.train),
        batch_size=recipe.optim.per_device_train_batch_size,
        accumulation=recipe.optim.gradient_accumulation_steps,
        shuffle=recipe.data.shuffle,
        seed=recipe.run.seed,
    )
    steps = order.total_steps(recipe.optim)
    longest = order.largest_micro_batch(sizes, steps=steps, padded=not recipe.data.packing)
    return data.train[int(sizes.argmin())], [data.train[row] for row in longest]


def _for_two_steps(recipe: RecipeBase, rows: int) -> RecipeBase:
    """``recipe`` as far as a step goes. Two micro-batches do for many: with the second one, gradients are there before."""
    update = {
        "max_steps": 2,
        "per_device_train_batch_size": rows,
        "gradient_accumulation_steps": min(2, recipe.optim.gradient_accumulation_steps),
    }
    return recipe.replace(
        data=recipe.data.model_copy(update={"shuffle": False}), optim=recipe.optim.model_copy(update=update)
    )


def _two_steps_of(data: Prepared, short: Example, rows: list[Example], recipe: RecipeBase) -> Prepared:
    """A first step over the shortest row, which makes the optimizer's state, and the step that is measured."""
    batches = recipe.optim.gradient_accumulation_steps
    first = [short] * (len(rows) * batches)
    return replace(data, train=(*first, *(rows * batches)), validation=(), test=())


class Rehearsal(Trainer):
    """The loop's own steps, with nothing between them and nothing behind them."""

    def rehearse(self) -> float:
        """Make both steps; seconds of the second one.

        Raises:
            Cancelled: the user wants it to end.
        """
        session, seconds = self.session, 0.0
        if session.objective.compares_with_start:
            self.data = with_start(self.data, session, self.run_dir, pad_id=self._pad_id, job=self.job)
        session.method.begin(session.model, self.run_dir)
        with self.job.phase("try"):
            for step in range(self.total_steps):
                self.job.progress("try", step, self.total_steps, "steps")
                started = time.monotonic()
                try:
                    self._step()
                except BrokenOff:
                    raise Cancelled from None
                seconds = time.monotonic() - started
            self.job.progress("try", self.total_steps, self.total_steps, "steps")
        self.memory.read()
        return seconds

    def _report(
        self, loss: float, norm: float, rate: float, tokens: int, trained: int, measures: Measures
    ) -> None:
        """A step that is thrown away has no curve."""
