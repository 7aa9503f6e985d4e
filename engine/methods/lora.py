"""Low-rank adaptation and the variants that share its adapter."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from engine.contract.recipe import Tier, option
from engine.methods.base import Method, trained_parameters

if TYPE_CHECKING:
    from torch import nn

INITIAL = "initial_adapter"  # folder in the run that keeps PiSSA's starting point


class LoRA(Method, kind="lora", title="LoRA"):
    """Trains two thin matrices beside each frozen one; the usual first choice."""

    reference: ClassVar[str] = "Hu et al., 2021, arXiv:2106.09685"

    rank: int = option(
        8,
        ge=1,
        le=1024,
        title="Rank",
        tier=Tier.BASIC,
        help="Width of the thin matrices. 8 to 16 for style, 32 to 128 for new knowledge.",
    )
    lora_alpha: float = option(
        16.0,
        gt=0.0,
        title="Alpha",
        tier=Tier.BASIC,
        help="Strength of the adapter; its output is scaled by alpha / rank.",
    )
    lora_dropout: float = option(
        0.0,
        ge=0.0,
        lt=1.0,
        title="Dropout",
        help="Share of the adapter's inputs that is dropped while training.",
    )
    target_modules: str | tuple[str, ...] = option(
        "all",
        title="Target modules",
        help="all: every linear layer but the output head. Otherwise names such as q_proj, v_proj.",
    )
    use_rslora: bool = option(
        False,
        title="Rank-stabilized scaling",
        help="Scale by alpha / sqrt(rank) (Kalajdzievski, 2023); helps at high ranks.",
    )
    use_dora: bool = option(
        False, title="DoRA", help="Also learn the magnitude of each weight column (Liu et al., 2024); slower."
    )
    loraplus_lr_ratio: float | None = option(
        None,
        ge=1.0,
        title="LoRA+ ratio",
        help="Learn B this many times faster than A (Hayou et al., 2024); 16 is usual, empty: off.",
    )
    init: Literal["default", "gaussian", "pissa", "pissa_niter_4"] = option(
        "default",
        title="Initialisation",
        help="pissa starts from the principal directions of each weight (Meng et al., 2024).",
    )

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with a PEFT LoRA adapter in float32, initialised from ``seed``."""
        import torch
        from peft import LoraConfig, get_peft_model

        names = self.target_modules
        target: str | list[str]
        if names == "all" or names == ("all",):
            target = "all-linear"
        else:
            split = names.replace(" ", "").split(",") if isinstance(names, str) else names
            target = list(split)
        init: Any = True if self.init == "default" else self.init
        config = LoraConfig(
            task_type="CAUSAL_LM",
            r=self.rank,
            lora_alpha=cast(int, self.lora_alpha),  # PEFT computes with floats
            lora_dropout=self.lora_dropout,
            target_modules=target,
            use_rslora=self.use_rslora,
            use_dora=self.use_dora,
            init_lora_weights=init,
        )
        torch.manual_seed(seed)
        return cast("nn.Module", get_peft_model(cast(Any, model), config))

    def parameter_groups(self, model: "nn.Module", *, learning_rate: float) -> list[dict[str, Any]]:
        """One group, or with LoRA+ a second one of the B matrices with a higher rate."""
        if self.loraplus_lr_ratio is None:
            return super().parameter_groups(model, learning_rate=learning_rate)
        fast = [p for name, p in model.named_parameters() if p.requires_grad and "lora_B" in name]
        known = {id(parameter) for parameter in fast}
        slow = [parameter for parameter in trained_parameters(model) if id(parameter) not in known]
        return [
            {"params": slow, "lr": learning_rate},
            {"params": fast, "lr": learning_rate * self.loraplus_lr_ratio},
        ]

    def begin(self, model: "nn.Module", run_dir: Path) -> None:
        """PiSSA moves part of the base into the adapter; its start is kept so that ``save`` can undo that."""
        if self.init.startswith("pissa"):
            self._save_as_plain(model, run_dir / INITIAL)

    def save(self, model: "nn.Module", folder: Path, *, run_dir: Path) -> None:
        """Write a PEFT adapter for the unchanged base; PiSSA becomes a plain LoRA of twice the rank."""
        if not self.init.startswith("pissa"):
            super().save(model, folder, run_dir=run_dir)
            return
        self._save_as_plain(model, folder, initial=run_dir / INITIAL)

    def _save_as_plain(self, model: "nn.Module", folder: Path, *, initial: Path | None = None) -> None:
        peft_model = cast(Any, model)
        config = peft_model.peft_config["default"]
        chosen = config.init_lora_weights
        try:
            if initial is None:
                config.init_lora_weights = True
                peft_model.save_pretrained(folder)
            else:
                peft_model.save_pretrained(folder, path_initial_model_for_weight_conversion=str(initial))
        finally:
            config.init_lora_weights = chosen
