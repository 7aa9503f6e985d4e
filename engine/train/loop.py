"""The training loop: one loop for every method and objective, readable on one screen (``Trainer.run``)."""

import math
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled, Job
from engine.contract.messages import Metrics, RunScope
from engine.contract.recipe import RecipeBase
from engine.contract.results import RunReport
from engine.data.examples import Prepared
from engine.data.pack import Batch
from engine.objectives.base import Measures
from engine.registry import save_recipe
from engine.train import checkpoint as checkpoints
from engine.train.allocator import give_back
from engine.train.attempts import Attempts
from engine.train.background import Reason, Save, Saver
from engine.train.checkpoint import LoopState
from engine.train.combination import check_combination
from engine.train.evaluation import held_out_loss, mean_reward
from engine.train.expected import expected_memory
from engine.train.keep import run_report, write_result
from engine.train.metrics import MemoryMeter, Throughput
from engine.train.optim import learning_rate_factor, set_learning_rate
from engine.train.order import Order
from engine.train.room import BrokenOff, WaitEnded
from engine.train.run_files import check_same_run, write_held_out
from engine.train.samples import live_samples
from engine.train.session import Session, open_session, random_state
from engine.train.start import with_start

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Ending = Literal["completed", "stopped", "paused"]


@dataclass(frozen=True, slots=True)
class TrainOutcome:
    """How training ended, its report, and every path it left."""

    status: Ending
    report: RunReport
    paths: dict[str, str]


def train(recipe: RecipeBase, *, run_dir: Path, resume: bool, job: Job) -> TrainOutcome:
    """Train ``recipe`` in ``run_dir``, or go on from its newest good checkpoint.

    Raises:
        UserError: the data, the model or a step cannot be used; ``info`` says what to do.
        Cancelled: the user threw the run away.
    """
    from engine.data.prepare import prepare
    from engine.models.load import load_tokenizer

    check_combination(recipe)
    run_dir.mkdir(parents=True, exist_ok=True)
    recipe = recipe.replace(run=recipe.run.model_copy(update={"output_dir": str(run_dir)}))
    if resume:
        check_same_run(recipe, run_dir)
    save_recipe(recipe, run_dir / "recipe.yaml")
    tokenizer = load_tokenizer(recipe.model.path)
    data = prepare(recipe, tokenizer, job=job)
    write_held_out(run_dir, data)
    with job.phase("load", recipe.model.path):
        session = open_session(recipe)
    return Trainer(session, tokenizer, data, run_dir, job).run(resume=resume)


class Trainer:
    """Owns the steps of one run. ``state`` always describes the last finished step."""

    def __init__(
        self, session: Session, tokenizer: "PreTrainedTokenizerBase", data: Prepared, run_dir: Path, job: Job
    ) -> None:
        recipe = session.recipe
        self.session, self.tokenizer, self.data = session, tokenizer, data
        self.run_dir, self.job = run_dir, job
        self.optim, self.settings = recipe.optim, recipe.run
        self.order = Order(
            examples=len(data.train),
            batch_size=recipe.optim.per_device_train_batch_size,
            accumulation=recipe.optim.gradient_accumulation_steps,
            shuffle=recipe.data.shuffle,
            seed=recipe.run.seed,
        )
        self.total_steps = self.order.total_steps(recipe.optim)
        self.state = LoopState(0, 0, 0.0, 0.0, None, None, 0, data.content_hash)
        self.saver = Saver(run_dir, keep=self.settings.save_total_limit, job=job)
        self.checkpoints = self.saver.folder
        self.memory = MemoryMeter(session.device)
        self.throughput = Throughput()
        self.eval_loss: float | None = None
        asks = session.objective.attempts
        self.attempts = Attempts(session, tokenizer, data.train, pad_id=self._pad_id) if asks else None

    def run(self, *, resume: bool) -> TrainOutcome:
        """All steps from where the run stands to its end, with checkpoints, evaluations and wishes between them."""
        if self.session.objective.compares_with_start:
            self.data = with_start(self.data, self.session, self.run_dir, pad_id=self._pad_id, job=self.job)
        if not (resume and self._restore()):
            self.session.method.begin(self.session.model, self.run_dir)
        total = self.total_steps
        self.job.emit(
            RunScope(
                total_steps=total,
                first_step=self.state.step,
                train_rows=len(self.data.train),
                validation_rows=len(self.data.validation),
            )
        )
        try:
            with self.job.phase("train"):
                while self.state.step < total and not self._patience_is_over():
                    self._step()
                    self.job.progress("train", self.state.step, total, "steps")
                    self._between_steps()
            with self._broken_off_by_a_wish():
                self.saver.settle()
            return self._finish("completed")
        except BrokenOff:
            return self._end_early()
        finally:
            self.saver.close()

    def _step(self) -> None:
        """One step: the loss is the mean over the trained tokens (pairs, rows) of all its micro-batches, and mostly one
        update of the weights is made with it."""
        session, step = self.session, self.state.step
        started = time.monotonic()
        session.optimizer.for_steps()
        session.random_at_step_start = random_state()
        batches, about, kl_weight = self._batches()
        rate = set_learning_rate(session.optimizer, learning_rate_factor(step, self.total_steps, self.optim))
        for update in range(session.objective.updates):
            session.optimizer.zero_grad()
            loss, measures = self._backward(batches, stoppable=update == 0)
            norm = self._finite(self._clip(), "gradient norm", *batches)
            session.optimizer.step()
        session.method.after_step(session.model, step=step + 1, total_steps=self.total_steps)
        session.optimizer.zero_grad()
        give_back()
        tokens = sum(batch.tokens for batch in batches)
        self.state = replace(
            self.state,
            step=step + 1,
            tokens=self.state.tokens + tokens,
            seconds=self.state.seconds + time.monotonic() - started,
            loss_sum=self.state.loss_sum + loss,
            kl_weight=kl_weight,
        )
        trained = sum(batch.trained_tokens for batch in batches)
        self._report(loss, norm, rate, tokens, trained, measures | about)

    def _backward(self, batches: list[Batch], *, stoppable: bool) -> tuple[float, Measures]:
        """Gradients of all micro-batches together; the loss and what else is measured, as means."""
        session = self.session
        units = max(1, sum(session.objective.units(batch) for batch in batches))
        measures: Measures = {}
        loss = 0.0
        for batch in batches:
            if stoppable:  # once the weights have moved, the step is carried to its end
                self._break_off_if_wished()
            with session.accelerator.autocast():
                mean = session.objective.loss_sum(session.model, batch, measures=measures) / units
                penalty = session.method.penalty(session.model)
            loss += self._finite(float(mean.detach()), "loss", batch)
            session.accelerator.backward(mean if penalty is None else mean + penalty / len(batches))
        return loss, {name: total / units for name, total in measures.items()}

    def _batches(self) -> tuple[list[Batch], Measures, float | None]:
        """The micro-batches of the next step: rows, or the model's own answers with what is known of these."""
        rows = [[self.data.train[row] for row in part] for part in self.order.micro_batches(self.state.step)]
        if self.attempts is None:
            return [self.session.batch(part, pad_id=self._pad_id) for part in rows], {}, None
        examples = [example for part in rows for example in part]
        made = self.attempts.step(examples, kl_weight=self.state.kl_weight, check=self._break_off_if_wished)
        return made.batches, made.measures, made.kl_weight

    @property
    def _pad_id(self) -> int:
        return int(self.tokenizer.pad_token_id or 0)

    def _clip(self) -> float:
        limit = self.optim.max_grad_norm or math.inf
        norm = self.session.accelerator.clip_grad_norm_(list(self.session.trained.values()), limit)
        return float(norm) if norm is not None else 0.0

    def _finite(self, value: float, what: str, *batches: Batch) -> float:
        if math.isfinite(value):
            return value
        rows = [origin for batch in batches for origin in batch.origins]
        raise UserError(
            ErrorCode.NOT_FINITE,
            f"The {what} of step {self.state.step + 1} is {value}; its rows are {', '.join(rows[:8])}"
            + (f" and {len(rows) - 8} more" if len(rows) > 8 else ""),
            hint="Lower the learning rate, keep gradient clipping at 1, and look at the named rows.",
            details={"step": self.state.step + 1, "rows": rows},
        )

    def _report(
        self, loss: float, norm: float, rate: float, tokens: int, trained: int, measures: Measures
    ) -> None:
        speed = self.throughput.add(tokens)
        step = self.state.step
        if step % self.settings.logging_steps and step != self.total_steps:
            return
        left = (self.total_steps - step) * self.state.seconds / step
        values = {
            "train/loss": loss,
            "train/learning_rate": rate,
            "train/grad_norm": norm,
            "train/tokens_per_second": speed,
            "train/trained_tokens": float(trained),
            **measures,
            "train/epoch": self.order.epoch_of(step),
            "time/remaining_seconds": left,
            **self.memory.read(),
        }
        self.job.emit(Metrics(step=[step], **{name: [value] for name, value in values.items()}))

    def _between_steps(self) -> None:
        """What is due after a step: evaluation, sample, checkpoint, and the user's wish to save."""
        step, settings = self.state.step, self.settings
        last = step == self.total_steps
        with self._broken_off_by_a_wish():
            self.saver.settle(wait=False)
        improved = self._evaluate() if self._evaluation_is_due() else False
        if self._sample_is_due(step, last=last):
            self._sample()
        scheduled = bool(settings.save_steps) and step % settings.save_steps == 0
        if self.job.wish() == "save":
            self._save("asked")
            self.job.answered()
        elif last or scheduled or (improved and settings.load_best_at_end):
            self._save("end" if last else "scheduled")

    def _sample_is_due(self, step: int, *, last: bool) -> bool:
        every = self.settings.sample_steps
        asked = self.data.held_out or self.attempts is not None
        if not every or not asked or self.session.objective.scores:
            return False
        return step % every == 0 or last

    def _evaluation_is_due(self) -> bool:
        if not self.data.validation:
            return False
        every = self.settings.eval_steps or self.order.steps_per_epoch
        return self.state.step % every == 0 or self.state.step == self.total_steps

    def _evaluate(self) -> bool:
        """Measure the held-out loss, or the reward of answers; True when it is the best so far."""
        session = self.session
        random = random_state()
        try:
            with self.job.phase("evaluate"), session.accelerator.autocast(), session.optimizer.in_use():
                name, value = self._measure_held_out()
        except Cancelled:
            session.random_at_step_start = random
            raise BrokenOff from None
        loss = value if name == "eval/loss" else -value
        self.eval_loss = loss
        better = self.state.best_eval is None or loss < self.state.best_eval
        self.state = replace(
            self.state,
            best_eval=loss if better else self.state.best_eval,
            best_step=self.state.step if better else self.state.best_step,
            bad_evals=0 if better else self.state.bad_evals + 1,
        )
        self.job.emit(Metrics(step=[self.state.step], **{name: [value]}))
        return better

    def _measure_held_out(self) -> tuple[str, float]:
        """A metric's name and value."""
        session, rows = self.session, self.data.validation
        if self.attempts is not None:
            return "eval/reward", mean_reward(self.attempts, rows, job=self.job)
        packing, device = session.recipe.data.packing, session.device
        return "eval/loss", held_out_loss(
            session.model,
            session.objective,
            rows,
            packing=packing,
            pad_id=self._pad_id,
            device=device,
            job=self.job,
        )

    def _patience_is_over(self) -> bool:
        patience = self.settings.early_stopping_patience
        return patience > 0 and self.state.bad_evals >= patience

    def _sample(self) -> None:
        last = self.attempts.last if self.attempts is not None else None
        held_out, step = self.data.held_out, self.state.step
        for sample in live_samples(self.session, self.tokenizer, held_out, step=step, last=last):
            self.job.emit(sample)

    def _save(self, reason: Reason, *, broken_off: bool = False) -> None:
        """Save beside the next steps, or here and now where none follows."""
        random = self.session.random_at_step_start if broken_off else random_state()
        save = Save(self.session.snapshot(self.state, random=random), reason, self.state.best_step)
        with self._broken_off_by_a_wish(), self.job.phase("save"):
            if reason in ("scheduled", "asked"):
                self.saver.hand_over(save)
            else:
                self.saver.write(save)

    @contextmanager
    def _broken_off_by_a_wish(self) -> Iterator[None]:
        """Between steps: a wish that ends the wait for a full disk breaks the run off as it stands."""
        try:
            yield
        except WaitEnded:
            self.session.random_at_step_start = random_state()
            raise BrokenOff from None

    def _break_off_if_wished(self) -> None:
        if self.job.wish() not in (None, "save"):
            raise BrokenOff

    def _end_early(self) -> TrainOutcome:
        """Carry out pause, stop, discard or cancel; gradients of the step that was broken off are dropped."""
        wish = self.job.wish()
        self.session.optimizer.zero_grad()
        if wish in ("discard", "cancel"):
            self.saver.close()
            shutil.rmtree(self.checkpoints, ignore_errors=True)
            raise Cancelled
        self._save("pause" if wish == "pause" else "stop", broken_off=True)
        if wish == "pause":
            folder = checkpoints.folder_of(self.checkpoints, self.state.step)
            paths = {"run": str(self.run_dir), "checkpoint": str(folder)}
            return TrainOutcome("paused", self._make_report(), paths)
        return self._finish("stopped")

    def _finish(self, status: Ending) -> TrainOutcome:
        """Take the best weights if asked, write the result and the report."""
        best = self.state.best_step
        if status == "completed" and self.settings.load_best_at_end and best not in (None, self.state.step):
            best_folder = checkpoints.folder_of(self.checkpoints, int(best or 0))
            if checkpoints.damage(best_folder) is None:
                self.session.restore(checkpoints.load(best_folder))
        self.session.optimizer.for_use()
        with self.job.phase("write"):
            result = write_result(self.session, self.tokenizer, self.run_dir)
        report = self._make_report()
        (self.run_dir / "report.json").write_text(report.model_dump_json(indent=1), encoding="utf-8")
        name = "adapter" if self.session.method.adapter else "model"
        paths = {
            "run": str(self.run_dir),
            name: str(result),
            "recipe": str(self.run_dir / "recipe.yaml"),
            "report": str(self.run_dir / "report.json"),
            "journal": str(self.run_dir / "events.jsonl"),
        }
        newest = checkpoints.steps(self.checkpoints)
        if newest:
            paths["checkpoint"] = str(checkpoints.folder_of(self.checkpoints, newest[-1]))
        return TrainOutcome(status, report, paths)

    def _make_report(self) -> RunReport:
        self.memory.read()
        return run_report(
            self.state,
            attempts=self.attempts is not None,
            epochs=self.order.epoch_of(self.state.step),
            eval_loss=None if self.settings.load_best_at_end else self.eval_loss,
            peak_bytes=self.memory.peak,
            planned=expected_memory(self.session.recipe, self.data),
        )

    def _restore(self) -> bool:
        """Load the newest good checkpoint; False when there is none and the run begins anew."""
        folder = checkpoints.newest_good(self.checkpoints)
        if folder is None:
            self.job.warn(
                "no_checkpoint", "There is no usable checkpoint; the run starts from its beginning."
            )
            return False
        snapshot = checkpoints.load(folder)
        if snapshot.state.data_hash != self.data.content_hash:
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                "The training data is no longer what this run was trained on",
                hint="Bring the dataset back as it was, or start a new run.",
                recipe_path="data",
            )
        self.session.restore(snapshot)
        self.state = snapshot.state
        return True
