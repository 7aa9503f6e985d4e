"""What the model thought of each row before training began, for the objectives that compare with it.

Computed once and kept in the run's folder, so that no second model is held in memory and a resumed run compares with
the same start.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.contract.job import Job
from engine.data.examples import Example, Prepared
from engine.data.pack import make_batch
from engine.train.evaluation import groups_of

if TYPE_CHECKING:
    import torch

    from engine.train.session import Session

START = "start_log_probs.safetensors"


def with_start(data: Prepared, session: "Session", run_dir: Path, *, pad_id: int, job: Job) -> Prepared:
    """``data`` with ``reference`` filled in by the model of ``session``, which must not have been trained yet.

    Raises:
        Cancelled: the user wants the job to end.
    """
    from safetensors.torch import load_file, save_file

    path, known = run_dir / START, f"log_probs.{data.content_hash}"
    found = load_file(path).get(known) if path.is_file() else None
    sides = (data.train, data.validation)
    if found is None:
        with job.phase("reference"):
            parts = [_log_probs(session, side, pad_id=pad_id, job=job) for side in sides]
        import torch

        found = torch.cat(parts)
        work = path.with_suffix(".part")
        save_file({known: found}, work)
        work.replace(path)
    values = iter(found.tolist())
    train, validation = (
        tuple(replace(item, reference=tuple(next(values) for _ in item.sequences)) for item in side)
        for side in sides
    )
    return replace(data, train=train, validation=validation)


def _log_probs(session: "Session", examples: Sequence[Example], *, pad_id: int, job: Job) -> "torch.Tensor":
    """Float32 [sequences of all examples], on the CPU; leaves the random state and the mode as they were."""
    import torch

    from engine.kernels.prompts import prompt_length
    from engine.objectives.base import sequence_log_probs

    model = cast(Any, session.model)
    packing = session.recipe.data.packing
    was_training = model.training
    model.eval()
    found = [torch.zeros(0)]
    groups = groups_of(examples)
    try:
        # A trained prompt changes the model before its first step; the start is then the base without it.
        base = model.disable_adapter() if prompt_length(model) else nullcontext()
        with base, torch.inference_mode(), session.accelerator.autocast():
            for done, group in enumerate(groups):
                job.check()
                batch = make_batch(group, packing=packing, pad_id=pad_id, device=session.device)
                found.append(sequence_log_probs(model, batch).float().cpu())
                job.progress("reference", done + 1, len(groups), "batches")
    finally:
        model.train(was_training)
    return torch.cat(found)
