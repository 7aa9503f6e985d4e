"""Perplexity: how many tokens the model hesitates between, on average."""

import math


def perplexity(loss: float) -> float:
    """The exponential of a loss in nats a token; infinite where a float ends."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf
