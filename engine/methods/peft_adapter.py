"""What the methods share that PEFT adds to a model: names of layers, and how a configuration becomes a model."""

from typing import TYPE_CHECKING, Any, cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import option

if TYPE_CHECKING:
    from torch import nn

Names = str | tuple[str, ...]


def target_option() -> Any:
    """The option ``target_modules`` of every method that stands beside linear layers."""
    return option(
        "all",
        title="Target modules",
        help="all: every linear layer but the output head. Otherwise names such as q_proj, v_proj.",
    )


def targets(names: Names) -> str | list[str]:
    """``target_modules`` as PEFT wants it."""
    split = split_names(names)
    return "all-linear" if split == ["all"] else split


def split_names(names: Names) -> list[str]:
    """Names written with commas, or listed, as a list."""
    if isinstance(names, str):
        return [name for name in names.replace(" ", "").split(",") if name]
    return list(names)


def add_adapter(model: "nn.Module", config: Any, *, seed: int, **options: Any) -> "nn.Module":
    """``model`` inside PEFT's wrapper, its adapter initialised from ``seed``.

    Raises:
        UserError: ``RECIPE_INVALID`` when the adapter does not fit the model's layers.
    """
    import torch
    from peft import get_peft_model

    torch.manual_seed(seed)
    try:
        return cast("nn.Module", get_peft_model(cast(Any, model), config, **options))
    except ValueError as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"The method does not fit this model: {first}",
            hint="Check the names in the method's options, or take another method.",
            recipe_path="method",
        ) from None
