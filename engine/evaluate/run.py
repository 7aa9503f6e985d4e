"""Before and after: held-out loss and answers of the base model and of the trained one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.results import Answer, EvaluationReport
from engine.data.examples import Example, HeldOut
from engine.evaluate.generations import answers
from engine.evaluate.loss import token_weighted_loss
from engine.evaluate.perplexity import perplexity
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

REPORT_NAME = "evaluation.json"
PROMPTS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """One model's figures."""

    loss: float
    answers: tuple[str, ...]


Measure = Callable[["nn.Module", str], Measured]


def evaluate(run_dir: Path, *, job: Job) -> EvaluationReport:
    """Measure a run on its held-out rows; the report also stays in its folder as ``evaluation.json``.

    Raises:
        UserError: no finished run, or no held-out rows.
        Cancelled: the user asked to end.
    """
    if not (run_dir / "recipe.yaml").is_file():
        raise UserError(ErrorCode.NOT_FOUND, f"{run_dir} is no run: it holds no recipe.yaml")
    tuned = find_tuned(run_dir, load_recipe(run_dir / "recipe.yaml"))
    tokenizer = tokenizer_of(tuned)
    examples, held_out = _held_out_rows(tuned, tokenizer, job)
    prompts = held_out[:PROMPTS]
    stops = stop_tokens(tokenizer, tuned.base)

    def measure(model: "nn.Module", name: str) -> Measured:
        with job.phase("evaluate", name):
            loss = token_weighted_loss(model, examples, job=job, name=name)
            return Measured(loss, tuple(answers(model, tokenizer, prompts, stops=stops, job=job, name=name)))

    before, after = _before_and_after(tuned, measure)
    report = EvaluationReport(
        rows=len(examples),
        loss_before=before.loss,
        loss_after=after.loss,
        perplexity_before=perplexity(before.loss),
        perplexity_after=perplexity(after.loss),
        answers=tuple(
            Answer(prompt=row.messages[-1]["content"], reference=row.reference, before=first, after=second)
            for row, first, second in zip(prompts, before.answers, after.answers, strict=True)
        ),
    )
    document = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (run_dir / REPORT_NAME).write_text(document + "\n", encoding="utf-8")
    return report


def _held_out_rows(
    tuned: Tuned, tokenizer: "PreTrainedTokenizerBase", job: Job
) -> tuple[tuple[Example, ...], tuple[HeldOut, ...]]:
    from engine.data.prepare import prepare

    prepared = prepare(tuned.recipe, tokenizer, job=job)
    if prepared.test:
        return prepared.test, prepared.held_out_test
    if not prepared.validation:
        raise UserError(
            ErrorCode.DATA_EMPTY,
            "This run kept no rows aside, so there is nothing to measure it on.",
            hint="Set a validation share or file in the recipe and train again.",
            recipe_path="data.validation",
        )
    return prepared.validation, prepared.held_out


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
