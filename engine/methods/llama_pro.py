"""Block expansion: new blocks that begin by doing nothing, and only they are trained."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.methods.blocks import blocks_of, wrong_blocks

if TYPE_CHECKING:
    from torch import nn

    from engine.models.facts import BaseFacts

# names that architectures give to the last layer of the attention and of the feed-forward part
LAST_LAYERS = ("o_proj", "out_proj", "dense", "c_proj", "down_proj", "fc2", "dense_4h_to_h", "fc_out")


class LlamaPro(Method, kind="llama_pro", title="Block expansion"):
    """Adds copied blocks that begin by changing nothing and trains only those; keeps what the model knew."""

    adapter: ClassVar[bool] = False
    same_for_all_blocks: ClassVar[bool] = False
    quantized_base: ClassVar[bool] = False
    reference: ClassVar[str] = "Wu et al., 2024 (LLaMA Pro), arXiv:2401.02415"

    num_new_blocks: int = option(
        2,
        ge=1,
        le=256,
        title="New blocks",
        tier=Tier.BASIC,
        help="How many blocks are added, evenly between the old ones; must divide their number.",
    )

    def refusal(self, base: "BaseFacts") -> str | None:
        """The old blocks must fall into as many equal parts."""
        count = base.config.get("num_hidden_layers") or base.config.get("n_layer")
        if isinstance(count, int) and count % self.num_new_blocks:
            return f"{self.num_new_blocks} new blocks do not divide the {count} blocks of this model evenly."
        return super().refusal(base)

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Put a copy after each part of the blocks, with its last layers at zero, and train only the copies."""
        import copy

        from torch.nn import ModuleList

        model.requires_grad_(False)
        place, blocks = blocks_of(model)
        old = len(blocks)
        if old % self.num_new_blocks:
            raise wrong_blocks(f"{self.num_new_blocks} new blocks must divide the old ones evenly", old)
        every = old // self.num_new_blocks
        grown: list[Any] = []
        copied: list[int] = []
        for index, block in enumerate(blocks):
            grown.append(block)
            copied.append(index)
            if (index + 1) % every == 0:
                new = copy.deepcopy(block)
                _silence(new)
                new.requires_grad_(True)
                grown.append(new)
                copied.append(index)
        for index, block in enumerate(grown):
            _number(block, index)
        parent, _, name = place.rpartition(".")
        setattr(model.get_submodule(parent), name, ModuleList(grown))
        _grow_config(cast(Any, model).config, copied)
        return model


def _silence(block: Any) -> None:
    """Let the block add nothing to the stream it stands in: zero what leaves attention and feed-forward part."""
    import torch

    last = [
        module
        for name, module in block.named_modules()
        if name.rpartition(".")[2] in LAST_LAYERS and hasattr(module, "weight")
    ]
    if len(last) < 2:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            "The last layers of this model's blocks could not be found, so blocks cannot be added",
            hint="Take LoRA or full fine-tuning for it.",
            recipe_path="method.kind",
        )
    with torch.no_grad():
        for module in last:
            module.weight.zero_()
            if getattr(module, "bias", None) is not None:
                module.bias.zero_()


def _number(block: Any, index: int) -> None:
    """Blocks know their place, by which the key-value cache is kept."""
    for module in block.modules():
        if hasattr(module, "layer_idx"):
            module.layer_idx = index


def _grow_config(config: Any, copied: list[int]) -> None:
    text = config.get_text_config() if hasattr(config, "get_text_config") else config
    for name in ("layer_types", "no_rope_layers"):  # what some architectures list block by block
        listed = getattr(text, name, None)
        if isinstance(listed, list) and len(listed) == text.num_hidden_layers:
            setattr(text, name, [listed[index] for index in copied])
    text.num_hidden_layers = len(copied)
