"""Full fine-tuning: every weight moves."""

from typing import TYPE_CHECKING, ClassVar

from engine.contract.recipe import option
from engine.methods.base import Method

if TYPE_CHECKING:
    from torch import nn


class Full(Method, kind="full", title="Full fine-tuning"):
    """Trains every weight of the model; needs the most memory and gives the largest result."""

    adapter: ClassVar[bool] = False
    quantized_base: ClassVar[bool] = False

    train_embeddings: bool = option(
        True, title="Train embeddings", help="Also move the token embeddings and the output head."
    )

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Let gradients reach every weight; with ``train_embeddings`` off all but embeddings and head."""
        model.requires_grad_(True)
        if not self.train_embeddings:
            for part in (model.get_input_embeddings(), model.get_output_embeddings()):  # type: ignore[operator]
                if part is not None:
                    part.requires_grad_(False)
        return model
