"""Generalized advantage estimation: how much better each token did than was expected (Schulman et al., 2015,
arXiv:1506.02438). Pure numpy."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def advantages(rewards: Floats, values: Floats, *, gamma: float, decay: float) -> Floats:
    """Of one answer, by token; ``values`` are what was expected before each token, and nothing comes after the last.

    Equation 16 of the paper, ``decay`` being its lambda. All are float32 [tokens].
    """
    found = np.zeros_like(rewards)
    later, expected = 0.0, 0.0
    for place in range(len(rewards) - 1, -1, -1):
        surprise = float(rewards[place]) + gamma * expected - float(values[place])
        later = surprise + gamma * decay * later
        found[place] = later
        expected = float(values[place])
    return found


def whitened(values: Floats) -> Floats:
    """With mean 0 and spread 1."""
    return (values - values.mean()) / np.sqrt(values.var() + 1e-8)  # type: ignore[no-any-return]
