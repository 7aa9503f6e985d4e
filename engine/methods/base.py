"""What every method is: a choice of which weights are trained, and what it goes together with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from engine.contract.recipe import Variant
from engine.contract.results import Limit

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.models.facts import BaseFacts


class Method(Variant):
    """Base of the methods. A method changes a loaded base model so that just its own weights are trained."""

    adapter: ClassVar[bool] = True  # leaves a PEFT adapter (True) or a whole model (False)
    quantized_base: ClassVar[bool] = True  # works over a 4-bit or 8-bit base
    conv1d: ClassVar[bool] = True  # works on GPT-2's transposed layers
    mergeable: ClassVar[bool] = True  # the result can become one complete model
    same_for_all_blocks: ClassVar[bool] = (
        True  # adds the same to each transformer block, unless options name some
    )
    reference: ClassVar[str] = ""  # the paper

    @classmethod
    def limit_infos(cls) -> tuple[Limit, ...]:
        """The method's own limits, and that of the quantized base."""
        if cls.quantized_base:
            return cls.limits
        reason = f"{cls.title} moves the weights themselves, and a quantized base holds them still."
        return (Limit(path="model.quantization", allowed=("none",), reason=reason), *cls.limits)

    def refusal(self, base: "BaseFacts") -> str | None:
        """Why this base cannot be trained so, in a sentence; looked at before anything is loaded."""
        if not self.conv1d and base.stores_transposed:
            return f"{self.title} does not know the transposed layers of {base.model_type} models."
        return None

    @property
    def rewrites_base(self) -> bool:
        """Whether ``apply`` puts other weights in place of the base's, so that both are in memory for a while."""
        return False

    def reads_files(self) -> tuple[Path, ...]:
        """Files besides the base's that ``apply`` looks at."""
        return ()

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Prepare ``model`` for training and return what the loop calls; deterministic for ``seed``."""
        raise NotImplementedError

    def parameter_groups(self, model: "nn.Module", *, learning_rate: float) -> list[dict[str, Any]]:
        """Optimizer groups of the trained weights, each with ``params`` and optionally ``lr``."""
        return [{"params": trained_parameters(model), "lr": learning_rate}]

    def begin(self, model: "nn.Module", run_dir: Path) -> None:
        """Called once before the first step of a new run, for what ``save`` will need of the beginning."""

    def penalty(self, model: "nn.Module") -> "torch.Tensor | None":
        """What is added to the loss of a step for the adapter's sake; the reported loss is without it."""
        return None

    def after_step(self, model: "nn.Module", *, step: int, total_steps: int) -> None:
        """Called when the optimizer has made ``step`` of ``total_steps`` steps; the gradients are still there."""

    def state(self, model: "nn.Module") -> "dict[str, torch.Tensor]":
        """What a checkpoint must hold besides the trained weights."""
        return {}

    def restore(self, model: "nn.Module", state: "dict[str, torch.Tensor]") -> None:
        """Take up what ``state`` gave."""

    def save(self, model: "nn.Module", folder: Path, *, run_dir: Path) -> None:
        """Write what was trained into ``folder``: a PEFT adapter, or a whole model."""
        saver = cast(Any, model)
        saver.save_pretrained(folder, safe_serialization=True) if self.adapter else saver.save_pretrained(
            folder
        )


def trained_parameters(model: "nn.Module") -> "list[torch.nn.Parameter]":
    """The parameters that receive gradients, in the model's own order."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]
