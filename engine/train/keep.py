"""Ends a run with what its newest good checkpoint has learnt, without another step: the way out after a crash."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.results import RunReport
from engine.registry import load_recipe
from engine.train import checkpoint as checkpoints
from engine.train.checkpoint import LoopState

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from engine.train.session import Session


def keep_checkpoint(run_dir: Path, *, job: Job) -> dict[str, str]:
    """Write the result of the run in ``run_dir`` as its newest good checkpoint has it; the paths it left.

    Raises:
        UserError: there is no usable checkpoint, or the base model is gone.
    """
    from engine.models.load import load_tokenizer
    from engine.train.session import open_session

    folder = checkpoints.newest_good(run_dir / "checkpoints")
    if folder is None:
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"The run in {run_dir} has no usable checkpoint",
            hint="Nothing that it learnt was saved; start it again.",
        )
    recipe = load_recipe(run_dir / "recipe.yaml")
    snapshot = checkpoints.load(folder)
    with job.phase("load", recipe.model.path):
        session = open_session(recipe)
        session.restore(snapshot)
        session.optimizer.for_use()
    with job.phase("write"):
        result = write_result(session, load_tokenizer(recipe.model.path), run_dir)
    report = run_report(snapshot.state, attempts=session.objective.attempts)
    (run_dir / "report.json").write_text(report.model_dump_json(indent=1), encoding="utf-8")
    name = "adapter" if session.method.adapter else "model"
    return {"run": str(run_dir), name: str(result), "checkpoint": str(folder)}


def write_result(session: "Session", tokenizer: "PreTrainedTokenizerBase", run_dir: Path) -> Path:
    """The adapter (or the whole model) in its folder, renamed into place when complete."""
    from engine.kernels.value_head import without_head

    target = run_dir / ("adapter" if session.method.adapter else "model")
    work = target.with_name(f".{target.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    with without_head(session.model):
        session.method.save(session.model, work, run_dir=run_dir)
    session.objective.save(session.model, work)
    tokenizer.save_pretrained(work)
    shutil.rmtree(target, ignore_errors=True)
    work.rename(target)
    return target


def run_report(
    state: LoopState,
    *,
    attempts: bool,
    epochs: float | None = None,
    eval_loss: float | None = None,
    peak_bytes: int = 0,
    planned: Mapping[str, int] = MappingProxyType({}),
) -> RunReport:
    """What a run reports of itself when it ends in ``state``; with ``attempts`` the loss is a reward turned round."""
    held_out = state.best_eval if eval_loss is None else eval_loss
    return RunReport(
        steps=state.step,
        epochs=epochs,
        train_loss=state.loss_sum / state.step if state.step else None,
        eval_loss=None if attempts else held_out,
        eval_reward=-held_out if attempts and held_out is not None else None,
        best_step=state.best_step,
        seconds=state.seconds,
        tokens=state.tokens,
        tokens_per_second=state.tokens / state.seconds if state.seconds else 0.0,
        peak_memory_bytes=peak_bytes,
        planned_memory_bytes=sum(planned.values()) or None,
        planned_memory=dict(planned),
        content_hash=state.data_hash,
    )
