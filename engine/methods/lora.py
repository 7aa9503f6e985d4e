"""Low-rank adaptation and the variants that share its adapter."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from engine.contract.recipe import Tier, option
from engine.contract.results import Limit
from engine.methods.base import Method, trained_parameters
from engine.methods.peft_adapter import Names, add_adapter, split_names, target_option, targets

if TYPE_CHECKING:
    from torch import nn

    from engine.models.facts import BaseFacts

INITIAL = "initial_adapter"  # folder in the run that keeps the adapter's starting point
MOVING = ("pissa", "pissa_niter_4", "olora", "loftq")  # their start is no zero change of the base


class LoRA(Method, kind="lora", title="LoRA"):
    """Trains two thin matrices beside each frozen one; the usual first choice."""

    reference: ClassVar[str] = "Hu et al., 2021, arXiv:2106.09685"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(
            path="model.quantization",
            allowed=("none",),
            reason="PiSSA and OLoRA take a part out of the base weights, which quantized ones do not allow.",
            when={"method.init": ("pissa", "pissa_niter_4", "olora")},
        ),
        Limit(
            path="model.quantization",
            allowed=("none",),
            reason="PEFT makes the orthogonal start in the number format of the base, which cannot be 4 or 8 bits.",
            when={"method.init": ("orthogonal",)},
        ),
        Limit(
            path="model.quantization",
            allowed=("nf4", "fp4"),
            reason="LoftQ starts from what a 4-bit base has lost, so it needs a 4-bit base.",
            when={"method.init": ("loftq",)},
        ),
        Limit(
            path="method.use_dora",
            allowed=(False,),
            reason="This initialisation ends as a plain LoRA for the unchanged base, which has no place for DoRA.",
            when={"method.init": MOVING},
        ),
        Limit(
            path="method.modules_to_save",
            allowed=("",),
            reason="This initialisation ends as a plain LoRA for the unchanged base, without further modules.",
            when={"method.init": MOVING},
        ),
        Limit(
            path="method.loraplus_lr_ratio",
            allowed=(None,),
            reason="LoRA-FA keeps A still, so B cannot learn faster than it.",
            when={"method.freeze_a": (True,)},
        ),
    )

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
    target_modules: Names = target_option()
    use_rslora: bool = option(
        False,
        title="Rank-stabilized scaling",
        help="Scale by alpha / sqrt(rank) (Kalajdzievski, 2023); helps at high ranks.",
    )
    use_dora: bool = option(
        False, title="DoRA", help="Also learn the magnitude of each weight column (Liu et al., 2024); slower."
    )
    freeze_a: bool = option(
        False,
        title="LoRA-FA",
        help="Keep A as it was drawn and learn only B (Zhang et al., 2023): half the trained weights, less memory.",
    )
    loraplus_lr_ratio: float | None = option(
        None,
        ge=1.0,
        title="LoRA+ ratio",
        help="Learn B this many times faster than A (Hayou et al., 2024); 16 is usual, empty: off.",
    )
    init: Literal["default", "gaussian", "orthogonal", "pissa", "pissa_niter_4", "olora", "loftq"] = option(
        "default",
        title="Initialisation",
        help="pissa starts from the principal directions of each weight (Meng et al., 2024), olora from an "
        "orthonormal basis of it (Büyükakyüz, 2024), loftq from what quantization lost (Li et al., 2023).",
    )
    modules_to_save: str = option(
        "",
        title="Also train",
        help="Modules that are trained whole beside the adapter and saved with it, e.g. embed_tokens, lm_head.",
    )

    @property
    def rewrites_base(self) -> bool:
        """PiSSA and OLoRA leave the base what their start has not taken out of it."""
        return self.init in ("pissa", "pissa_niter_4", "olora")

    def refusal(self, base: "BaseFacts") -> str | None:
        """LoftQ and OLoRA look at the weights themselves, and must find them the usual way round."""
        if self.init in ("loftq", "olora") and base.stores_transposed:
            return f"The initialisation {self.init} does not know the transposed layers of {base.model_type}."
        return super().refusal(base)

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with a PEFT LoRA adapter in float32, initialised from ``seed``."""
        from peft import LoraConfig

        init: Any = True if self.init in ("default", "loftq") else self.init
        config = LoraConfig(
            task_type="CAUSAL_LM",
            r=self.rank,
            lora_alpha=cast(int, self.lora_alpha),  # PEFT computes with floats
            lora_dropout=self.lora_dropout,
            target_modules=targets(self.target_modules),
            use_rslora=self.use_rslora,
            use_dora=self.use_dora,
            init_lora_weights=init,
            modules_to_save=split_names(self.modules_to_save) or None,
        )
        wrapped = add_adapter(model, config, seed=seed)
        if self.init == "loftq":
            _take_up_quantization_error(wrapped, rank=self.rank)
        if self.freeze_a:
            for name, parameter in wrapped.named_parameters():
                if "lora_A" in name:
                    parameter.requires_grad_(False)
        return wrapped

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
        """Where the start already changes the model it is kept, so that ``save`` can take it out again."""
        if self.init in MOVING:
            self._save_as_plain(model, run_dir / INITIAL)

    def save(self, model: "nn.Module", folder: Path, *, run_dir: Path) -> None:
        """Write a PEFT adapter for the unchanged base; where the start moved, a plain LoRA of twice the rank."""
        if self.init not in MOVING:
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


def _take_up_quantization_error(model: "nn.Module", *, rank: int) -> None:
    """LoftQ over a bitsandbytes base: A and B begin as the best low-rank account of what rounding took away.

    Li et al., 2023, arXiv:2310.08659, with one iteration, as the base stays as it is. PEFT's own function needs a
    GPU and leaves the adapter's scale out.
    """
    import torch

    from engine.models.quantize import rounding_losses

    wrapped = cast(Any, model)
    layers = {name: module for name, module in model.named_modules() if hasattr(module, "lora_A")}
    prefix = "base_model.model."
    bases = {name.removeprefix(prefix): layer.get_base_layer() for name, layer in layers.items()}  # type: ignore[operator]
    with torch.no_grad():
        for name, lost in rounding_losses(bases, wrapped.get_base_model()):
            layer = cast(Any, layers[prefix + name])
            width = min(rank + 8, *lost.shape)  # a few directions more make the randomized ones exact enough
            left, sizes, right = torch.svd_lowrank(lost, q=width, niter=4)
            root = sizes[:rank].sqrt()
            a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
            a.zero_()[: len(root)] = root[:, None] * right[:, :rank].T
            b.zero_()[:, : len(root)] = left[:, :rank] * root / layer.scaling["default"]
