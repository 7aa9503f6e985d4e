"""Could this be chance? The paired tests behind the report's figures, exact where counting allows it."""

import math
from collections.abc import Sequence


def binomial_tail(successes: int, trials: int, *, sides: int = 2) -> float:
    """Probability of at least ``successes`` in ``trials`` throws of a fair die, one side of which is a success."""
    counts = range(successes, trials + 1)
    return sum(math.comb(trials, count) * (sides - 1) ** (trials - count) for count in counts) / sides**trials


def sign_test(improved: int, worsened: int) -> float | None:
    """Two-sided: rows that stayed equal say nothing. None without a row that changed."""
    changed = improved + worsened
    if not changed:
        return None
    return min(1.0, 2.0 * binomial_tail(max(improved, worsened), changed))


def mcnemar(lost: int, gained: int) -> float:
    """One-sided, exact (McNemar, 1947): of the questions that changed, at least ``lost`` for the worse by chance."""
    return binomial_tail(lost, lost + gained) if lost + gained else 1.0


def mean_fall(before: Sequence[float], after: Sequence[float]) -> float:
    """One-sided paired test that the mean fell by chance; normal, which needs some thirty pairs."""
    changes = [old - new for old, new in zip(before, after, strict=True)]
    count = len(changes)
    mean = sum(changes) / count
    spread = math.sqrt(sum((change - mean) ** 2 for change in changes) / max(1, count - 1) / count)
    if spread == 0.0:
        return 0.0 if mean > 0 else 1.0
    return 0.5 * math.erfc(mean / spread / math.sqrt(2.0))


def said(p_value: float) -> str:
    """A probability as people write it."""
    return (
        "p < 0.0001" if p_value < 0.0001 else f"p = {p_value:.4f}" if p_value < 0.01 else f"p = {p_value:.2f}"
    )
