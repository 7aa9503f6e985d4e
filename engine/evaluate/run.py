"""Before and after: what training changed, measured on held-out rows and general questions, as one report."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import REPORT_NAME, Answer, EvaluationReport, EvaluationWish, JudgeWish
from engine.contract.job import Job
from engine.data.examples import Example, HeldOut, Prepared
from engine.evaluate.forgetting import forgetting
from engine.evaluate.generations import answers
from engine.evaluate.harness import Score, check_tasks, harness_measures, harness_scores
from engine.evaluate.judging import Talker, ask_judge
from engine.evaluate.loss import RowLoss, mean_loss, row_losses
from engine.evaluate.measures import answer_measures, loss_measures
from engine.evaluate.metrics.base import chosen
from engine.evaluate.overfitting import overfitting
from engine.evaluate.perplexity import perplexity
from engine.evaluate.probe import Question, Seen, ask, questions
from engine.evaluate.scores import score_report
from engine.models.load import load_base
from engine.models.tuned import (
    Tuned,
    find_tuned,
    for_inference,
    load_tuned,
    stop_tokens,
    tokenizer_of,
    without_adapter,
)
from engine.registry import load_recipe

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase

TRAIN_ROWS = 32  # training rows that are measured too, to see what was learnt by heart
REPORT_BYTES = 600_000  # of the answers that go through the protocol; the file holds all of them


@dataclass(frozen=True, slots=True)
class Task:
    """What both models are asked, alike."""

    tokenizer: "PreTrainedTokenizerBase"
    stops: tuple[int, ...]
    examples: tuple[Example, ...]
    trained: tuple[Example, ...]
    prompts: tuple[HeldOut, ...]
    questions: tuple[Question, ...]
    wish: EvaluationWish
    split: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One model's results."""

    rows: list[RowLoss]
    trained: list[RowLoss]
    answers: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    harness: dict[str, Score] = field(default_factory=dict)


Measure = Callable[["nn.Module", str], Measured]
OpenJudge = Callable[[JudgeWish], Talker]


def evaluate(
    run_dir: Path, *, job: Job, wish: EvaluationWish | None = None, open_judge: OpenJudge | None = None
) -> EvaluationReport:
    """Measure a run; the report also stays in its folder as ``evaluation.json``.

    ``open_judge`` opens the judge that ``wish`` names, once the measured models have left the memory.

    Raises:
        UserError: no finished run, no held-out rows, or a wish that cannot be met.
        Cancelled: the user asked to end.
    """
    began = time.monotonic()
    if not (run_dir / "recipe.yaml").is_file():
        raise UserError(ErrorCode.NOT_FOUND, f"{run_dir} is no run: it holds no recipe.yaml")
    wish = wish or EvaluationWish()
    tuned = find_tuned(run_dir, load_recipe(run_dir / "recipe.yaml"))
    check_tasks(wish.lm_eval, scores=tuned.scores)
    task = _task(tuned, wish, job)
    if tuned.scores:
        report = score_report(tuned, task.examples, task.trained, split=task.split, job=job)
    else:
        report = _answer_report(tuned, task, job)
        if wish.judge is not None and open_judge is not None and report.answers:
            report = ask_judge(report, wish.judge, open_judge, job=job)
    report = report.model_copy(update={"created": time.time(), "seconds": round(time.monotonic() - began, 1)})
    document = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (run_dir / REPORT_NAME).write_text(document + "\n", encoding="utf-8")
    return report


def _answer_report(tuned: Tuned, task: Task, job: Job) -> EvaluationReport:
    chosen(task.wish, [row.reference for row in task.prompts])  # a wrong pattern is told before the work

    def measure(model: "nn.Module", name: str) -> Measured:
        return _measured(model, task, job, name)

    before, after = _before_and_after(tuned, measure)
    return _report(tuned, task, before, after)


def _task(tuned: Tuned, wish: EvaluationWish, job: Job) -> Task:
    from engine.data.prepare import prepare

    tokenizer = tokenizer_of(tuned)
    prepared = prepare(tuned.recipe, tokenizer, job=job)
    examples, prompts, split = _held_out_rows(prepared)
    return Task(
        tokenizer=tokenizer,
        stops=stop_tokens(tokenizer, tuned.base),
        examples=examples,
        trained=_spread(prepared.train, TRAIN_ROWS),
        prompts=prompts[: wish.answers],
        questions=questions() if wish.probe else (),
        wish=wish,
        split=split,
    )


def _held_out_rows(prepared: Prepared) -> tuple[tuple[Example, ...], tuple[HeldOut, ...], str]:
    """Test rows where there are some: no step and no checkpoint was chosen by them."""
    if prepared.test:
        return prepared.test, prepared.held_out_test, "test"
    if not prepared.validation:
        raise UserError(
            ErrorCode.DATA_EMPTY,
            "This run kept no rows aside, so there is nothing to measure it on.",
            hint="Set a validation share or file in the recipe and train again.",
            recipe_path="data.validation",
        )
    return prepared.validation, prepared.held_out, "validation"


def _spread(rows: Sequence[Example], count: int) -> tuple[Example, ...]:
    """``count`` of ``rows``, evenly spaced."""
    step = max(1.0, len(rows) / count)
    return tuple(rows[int(index * step)] for index in range(min(count, len(rows))))


def _measured(model: "nn.Module", task: Task, job: Job, name: str) -> Measured:
    with job.phase("evaluate", name):
        rows = row_losses(model, task.examples, job=job, name=name)
        trained = row_losses(model, task.trained, job=job, name=name)
        said = answers(
            model,
            task.tokenizer,
            task.prompts,
            stops=task.stops,
            max_tokens=task.wish.max_tokens,
            job=job,
            name=name,
        )
        seen = ask(model, task.tokenizer, task.questions, job=job, name=name) if task.questions else []
    wish = task.wish
    harness = harness_scores(
        model, task.tokenizer, wish.lm_eval, limit=wish.lm_eval_limit, job=job, name=name
    )
    return Measured(rows, trained, said, seen, harness)


def _before_and_after(tuned: Tuned, measure: Measure) -> tuple[Measured, Measured]:
    """An adapter is switched off for the base's turn; of complete models only one is in memory at a time."""
    model = load_tuned(tuned)
    if tuned.is_adapter:
        with without_adapter(model, is_adapter=True):
            before = measure(model, "before")
        return before, measure(model, "after")
    after = measure(model, "after")
    del model
    section = tuned.recipe.model.model_copy(update={"quantization": "none"})
    return measure(for_inference(load_base(section)), "before"), after


def _report(tuned: Tuned, task: Task, before: Measured, after: Measured) -> EvaluationReport:
    references = [row.reference for row in task.prompts]
    losses = mean_loss(before.rows), mean_loss(after.rows)
    learnt = (mean_loss(before.trained), mean_loss(after.trained)) if task.trained else None
    return EvaluationReport(
        rows=len(task.examples),
        loss_before=losses[0],
        loss_after=losses[1],
        perplexity_before=perplexity(losses[0]),
        perplexity_after=perplexity(losses[1]),
        split="test" if task.split == "test" else "validation",
        run=tuned.recipe.name or tuned.run_dir.name,
        base=tuned.recipe.model.path,
        answered=len(references),
        measures=(
            *loss_measures(before.rows, after.rows),
            *answer_measures(task.wish, references, before.answers, after.answers),
            *harness_measures(before.harness, after.harness),
        ),
        overfitting=overfitting(tuned.run_dir, held_out=losses, trained=learnt),
        forgetting=forgetting(task.questions, before.seen, after.seen) if task.questions else None,
        answers=tuple(
            Answer(prompt=row.messages[-1]["content"], reference=row.reference, before=first, after=second)
            for row, first, second in zip(task.prompts, before.answers, after.answers, strict=True)
        ),
    )


def shortened(report: EvaluationReport, *, limit: int = REPORT_BYTES) -> EvaluationReport:
    """``report`` with as many answers as one line of the protocol holds."""
    kept, size = [], 0
    for answer in report.answers:
        size += len(answer.model_dump_json().encode("utf-8"))
        if size > limit:
            break
        kept.append(answer)
    return report.model_copy(update={"answers": tuple(kept)})
