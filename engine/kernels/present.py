"""Which kernels of other packages this computer has: what is not here is not offered."""

import importlib.util
from functools import cache

from engine.contract.results import Limit

ALWAYS = ("auto", "sdpa", "eager")


@cache
def kernel_limits() -> tuple[Limit, ...]:
    """What is missing here as limits, for forms and for the check before a run; looks for packages, loads none."""
    if importlib.util.find_spec("flash_attn") is not None:
        return ()
    reason = "FlashAttention 2 needs the package flash-attn and a CUDA GPU. Auto takes the fastest kernel that is here."
    return (Limit(path="model.attention", allowed=ALWAYS, reason=reason),)
