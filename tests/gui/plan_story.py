"""What the Method page shows of a recipe that is too large, with the ways out of it, and of one that is counted anew."""

from dataclasses import replace

from app.state.model import AppState, JobState, PhaseMark
from engine.contract.results import CardFit, Change

GB = 2**30
CHANGES = (
    Change(
        title="Reduce the batch size to 4 with 2 accumulation steps",
        cost="The same result, a little slower.",
        options={"optim.per_device_train_batch_size": 4, "optim.gradient_accumulation_steps": 2},
        saves_bytes=640 * 2**20,
        fits=True,
    ),
    Change(
        title="Turn on gradient checkpointing",
        cost="The same result, about a third slower.",
        options={"model.gradient_checkpointing": True},
        saves_bytes=590 * 2**20,
        fits=True,
    ),
    Change(
        title="Hold the base model in 4 bits",
        cost="Less exact: the base loses some quality.",
        options={"model.quantization": "nf4"},
        saves_bytes=310 * 2**20,
        fits=False,
    ),
)
CARDS = tuple(
    CardFit(name=name, memory_bytes=size * GB, needed_bytes=int(6.4 * GB), fits=size > 6)
    for name, size in (("6 GB (RTX 2060, GTX 1660)", 6), ("8 GB (RTX 3070, RTX 4060)", 8), ("24 GB (RTX 3090, RTX 4090)", 24))
)  # fmt: skip


def too_large(planned: AppState) -> AppState:
    """It does not fit, and three changes would help."""
    plan = planned.draft.plan
    assert plan is not None
    tight = plan.model_copy(
        update={
            "available_bytes": int(1.5 * GB),
            "fits": False,
            "changes": CHANGES,
            "cards": CARDS,
            "asked_changes": True,
        }
    )
    return replace(planned, draft=replace(planned.draft, plan=tight))


def counting(planned: AppState) -> AppState:
    """The old figures, while new ones are counted."""
    return replace(planned, draft=replace(planned.draft, planning=True))


def measured(planned: AppState) -> AppState:
    """A step was made, and took a little more than was counted."""
    plan = planned.draft.plan
    assert plan is not None
    more = 130 * 2**20
    memory = {**plan.memory, "temporary": more}
    tried = plan.model_copy(
        update={
            "tried": True,
            "memory": memory,
            "memory_bytes": plan.memory_bytes + more,
            "predicted_bytes": plan.memory_bytes,
        }
    )
    return replace(planned, draft=replace(planned.draft, plan=tried))


def measuring(planned: AppState) -> AppState:
    """A step is being made."""
    job = JobState(
        kind="plan.try",
        status="running",
        phases=(PhaseMark("try", 3.0),),
        progress_name="try",
        progress_done=1,
        progress_total=2,
        progress_unit="steps",
    )
    return replace(planned, try_job=job, try_recipe=planned.draft.recipe)


def less_wanted(planned: AppState) -> AppState:
    """It fits, and less was asked for all the same."""
    plan = planned.draft.plan
    assert plan is not None
    asked = plan.model_copy(update={"changes": CHANGES, "asked_changes": True})
    return replace(planned, draft=replace(planned.draft, plan=asked))
