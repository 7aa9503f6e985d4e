"""LoRA whose ranks are shared out among the layers while training."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from pydantic import model_validator

from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.methods.peft_adapter import Names, add_adapter, target_option, targets

if TYPE_CHECKING:
    import torch
    from torch import nn

IMPORTANCE = ("ipt", "exp_avg_ipt", "exp_avg_unc")  # PEFT's running sums, by the weights' names
PATTERN = "rank_pattern"


class AdaLoRA(Method, kind="adalora", title="AdaLoRA"):
    """LoRA that gives rank to the layers that need it and takes it from the others."""

    reference: ClassVar[str] = "Zhang et al., 2023, arXiv:2303.10512"

    target_r: int = option(
        8, ge=1, le=1024, title="Target rank", tier=Tier.BASIC, help="Mean rank that is left at the end."
    )
    init_r: int = option(
        12, ge=2, le=2048, title="First rank", tier=Tier.BASIC, help="Rank of every layer at the beginning."
    )
    lora_alpha: float = option(
        32.0, gt=0.0, title="Alpha", tier=Tier.BASIC, help="Strength of the adapter, divided by the rank."
    )
    lora_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Dropout", help="Share of the adapter's inputs that is dropped."
    )
    target_modules: Names = target_option()
    init_ratio: float = option(
        0.1, ge=0.0, lt=1.0, title="First share", help="Share of the steps before any rank is taken away."
    )
    final_ratio: float = option(
        0.3, ge=0.0, lt=1.0, title="Last share", help="Share of the steps with the final ranks."
    )
    allocation_interval: int = option(
        1, ge=1, title="Share out every", unit="steps", help="How often ranks are shared out anew."
    )
    orth_reg_weight: float = option(
        0.5, ge=0.0, title="Orthogonality", help="Weight of the penalty that keeps directions apart."
    )

    @model_validator(mode="after")
    def _ranks_and_shares(self) -> Self:
        if self.target_r >= self.init_r:
            raise ValueError("the target rank must be smaller than the first rank")
        if self.init_ratio + self.final_ratio >= 1.0:
            raise ValueError("the first and the last share together must leave some steps for sharing out")
        return self

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with PEFT's AdaLoRA; the number of steps becomes known with the first one."""
        from peft import AdaLoraConfig

        config = AdaLoraConfig(
            task_type="CAUSAL_LM",
            target_r=self.target_r,
            init_r=self.init_r,
            lora_alpha=cast(int, self.lora_alpha),
            lora_dropout=self.lora_dropout,
            target_modules=targets(self.target_modules),
            deltaT=self.allocation_interval,
            orth_reg_weight=self.orth_reg_weight,
            total_step=1,
        )
        wrapped = add_adapter(model, config, seed=seed)
        for name, parameter in wrapped.named_parameters():
            if "ranknum" in name:  # the present rank, which PEFT lets gradients into over a 16-bit base
                parameter.requires_grad_(False)
        return wrapped

    def penalty(self, model: "nn.Module") -> "torch.Tensor | None":
        """Mean distance of each layer's two bases from orthonormal ones (equation 4 of the paper)."""
        import torch

        if not self.orth_reg_weight:
            return None
        distances = []
        for name, p in model.named_parameters():
            if p.requires_grad and ("lora_A" in name or "lora_B" in name):
                covariance = p @ p.T if "lora_A" in name else p.T @ p
                unit = torch.eye(covariance.shape[0], device=p.device, dtype=p.dtype)
                distances.append(torch.linalg.norm(covariance - unit))
        return self.orth_reg_weight * torch.stack(distances).mean()

    def after_step(self, model: "nn.Module", *, step: int, total_steps: int) -> None:
        """Measure how much each direction matters, and share the ranks out."""
        inner = cast(Any, model).base_model
        config = inner.peft_config["default"]
        config.total_step = total_steps
        config.tinit, config.tfinal = int(total_steps * self.init_ratio), int(total_steps * self.final_ratio)
        inner.update_and_allocate(step)

    def state(self, model: "nn.Module") -> "dict[str, torch.Tensor]":
        """PEFT's running sums and the present ranks."""
        import torch

        inner = cast(Any, model).base_model
        found = {
            f"{kind}/{name}": tensor
            for kind in IMPORTANCE
            for name, tensor in getattr(inner.rankallocator, kind).items()
        }
        pattern = inner.peft_config["default"].rank_pattern or {}
        return found | {f"{PATTERN}/{name}": torch.tensor(kept) for name, kept in pattern.items()}

    def restore(self, model: "nn.Module", state: "dict[str, torch.Tensor]") -> None:
        """Take both up again."""
        inner = cast(Any, model).base_model
        parameters = dict(inner.model.named_parameters())
        by_kind: dict[str, dict[str, Any]] = {kind: {} for kind in (*IMPORTANCE, PATTERN)}
        for key, tensor in state.items():
            kind, _, name = key.partition("/")
            by_kind[kind][name] = tensor.tolist() if kind == PATTERN else tensor.to(parameters[name].device)
        for kind in IMPORTANCE:
            setattr(inner.rankallocator, kind, by_kind[kind])
        inner.peft_config["default"].rank_pattern = by_kind[PATTERN] or None

    def save(self, model: "nn.Module", folder: Path, *, run_dir: Path) -> None:
        """Write the adapter without the directions that are switched off."""
        inner = cast(Any, model).base_model
        config = inner.peft_config["default"]
        before = config.rank_pattern
        config.rank_pattern = _kept_directions(model)
        try:
            super().save(model, folder, run_dir=run_dir)
        finally:
            config.rank_pattern = before


def _kept_directions(model: "nn.Module") -> dict[str, list[bool]]:
    """Of each layer which singular values are not zero; at least one, as PEFT knows no layer of rank 0."""
    pattern: dict[str, list[bool]] = {}
    for name, parameter in cast(Any, model).base_model.model.named_parameters():
        if "lora_E" in name:
            kept = [bool(value) for value in (parameter.detach().flatten() != 0).tolist()]
            pattern[name] = kept if any(kept) else [True, *kept[1:]]
    return pattern
