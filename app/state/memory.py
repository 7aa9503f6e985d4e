"""What a live run may still take of the memory, so that nothing else is put where it will need room. No Qt."""

from app.state.model import TrainState


def still_wanted(train: TrainState) -> dict[str, int]:
    """Bytes by device: up to the planned peak, or up to the most that the run has taken before; empty without one."""
    if not train.job.active:
        return {}
    planned = train.plan.memory_bytes if train.plan is not None else 0
    device = "cuda" if "memory/gpu" in train.series or _planned_for_card(train) else "cpu"
    curve = train.series.get("memory/gpu" if device == "cuda" else "memory/process")
    if curve is None or not curve.length:
        return {device: planned}
    values = curve.values
    most = max(values)
    if device == "cpu":  # of a card, all that is used is measured, not what this run uses
        most = max(most, planned)
    return {device: max(0, int(most - values[-1]))}


def _planned_for_card(train: TrainState) -> bool:
    return train.plan is not None and train.plan.device == "cuda"
