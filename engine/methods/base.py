"""What every method is: a choice of which weights are trained."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from engine.contract.recipe import Variant

if TYPE_CHECKING:
    import torch
    from torch import nn


class Method(Variant):
    """Base of the methods. A method changes a loaded base model so that just its own weights are trained."""

    adapter: ClassVar[bool] = True  # leaves a PEFT adapter (True) or a whole model (False)
    quantized_base: ClassVar[bool] = True  # works over a 4-bit or 8-bit base
    reference: ClassVar[str] = ""  # the paper

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Prepare ``model`` for training and return what the loop calls; deterministic for ``seed``."""
        raise NotImplementedError

    def parameter_groups(self, model: "nn.Module", *, learning_rate: float) -> list[dict[str, Any]]:
        """Optimizer groups of the trained weights, each with ``params`` and optionally ``lr``."""
        return [{"params": trained_parameters(model), "lr": learning_rate}]

    def begin(self, model: "nn.Module", run_dir: Path) -> None:
        """Called once before the first step of a new run, for what ``save`` will need of the beginning."""

    def save(self, model: "nn.Module", folder: Path, *, run_dir: Path) -> None:
        """Write what was trained into ``folder``: a PEFT adapter, or a whole model."""
        saver = cast(Any, model)
        saver.save_pretrained(folder, safe_serialization=True) if self.adapter else saver.save_pretrained(
            folder
        )


def trained_parameters(model: "nn.Module") -> "list[torch.nn.Parameter]":
    """The parameters that receive gradients, in the model's own order."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]
