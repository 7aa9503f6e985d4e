"""What the methods share that train a prompt instead of weights."""

from typing import Any

from engine.contract.recipe import Tier, option
from engine.contract.results import Limit

PROMPT_LIMITS = (
    Limit(
        path="model.attention",
        allowed=("auto", "sdpa", "eager"),
        reason="A trained prompt stands before each example, which flash attention is not told of.",
    ),
)
PREFIX_LIMITS = (
    *PROMPT_LIMITS,
    Limit(
        path="model.gradient_checkpointing",
        allowed=(False,),
        reason="A trained prefix stands in the key-value cache, which gradient checkpointing does without.",
    ),
    Limit(
        path="data.packing",
        allowed=(False,),
        reason="Eager attention cannot share a trained prefix among packed examples.",
        when={"model.attention": ("eager",)},
    ),
)


def token_option(default: int) -> Any:
    """The option ``num_virtual_tokens``."""
    return option(
        default,
        ge=1,
        le=1024,
        title="Virtual tokens",
        unit="tokens",
        tier=Tier.BASIC,
        help="Length of the trained prompt. More can say more, and take their part of the context.",
    )
