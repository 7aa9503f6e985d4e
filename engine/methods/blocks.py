"""Where a model keeps its blocks, for the methods that choose among them or add some."""

from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError

if TYPE_CHECKING:
    from torch import nn


def blocks_of(model: "nn.Module") -> tuple[str, Any]:
    """The name and the list of the transformer blocks: the longest list of equal modules.

    Raises:
        UserError: ``MODEL_UNSUPPORTED`` when there is none.
    """
    from torch.nn import ModuleList

    lists = [
        (name, module)
        for name, module in model.named_modules()
        if isinstance(module, ModuleList) and len({type(item) for item in module}) == 1
    ]
    if not lists:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            "The blocks of this model could not be found",
            hint="Take LoRA or full fine-tuning for it.",
            recipe_path="method.kind",
        )
    return max(lists, key=lambda item: sum(p.numel() for p in item[1].parameters()))


def wrong_blocks(what: str, count: int) -> UserError:
    """The error for blocks that a model does not have."""
    return UserError(
        ErrorCode.RECIPE_INVALID,
        f"{what}, and this model has {count} blocks, counted from 0",
        hint="Choose fewer of them, or others.",
        recipe_path="method",
    )
