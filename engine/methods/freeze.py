"""Training of some blocks while the rest stays frozen."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.methods.blocks import blocks_of, wrong_blocks
from engine.methods.peft_adapter import split_names

if TYPE_CHECKING:
    from torch import nn

    from engine.models.facts import BaseFacts


class Freeze(Method, kind="freeze", title="Some layers"):
    """Trains the last blocks, the first ones or those you name, and leaves the others as they are."""

    adapter: ClassVar[bool] = False
    same_for_all_blocks: ClassVar[bool] = False
    quantized_base: ClassVar[bool] = False
    reference: ClassVar[str] = "Lee et al., 2019, arXiv:1911.03090"

    freeze_trainable_layers: int = option(
        2,
        ge=-1024,
        le=1024,
        title="Trained blocks",
        tier=Tier.BASIC,
        help="This many of the last blocks are trained; a negative number takes the first ones.",
    )
    layers_to_train: tuple[int, ...] = option(
        (), title="Named blocks", help="Numbers of the trained blocks, from 0; used instead of their count."
    )
    freeze_trainable_modules: str = option(
        "all",
        title="Trained modules",
        help="all: the whole block. Otherwise parts of names, with commas, e.g. mlp, self_attn.",
    )
    freeze_extra_modules: str = option(
        "",
        title="Also train",
        help="Modules outside the blocks, with commas, e.g. embed_tokens, lm_head, norm.",
    )

    def refusal(self, base: "BaseFacts") -> str | None:
        """Blocks that the model does not have are told from its config alone."""
        count = base.config.get("num_hidden_layers") or base.config.get("n_layer")
        if isinstance(count, int):
            try:
                self._chosen(count)
            except UserError as error:
                return f"{error.info.message}."
        return super().refusal(base)

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Let gradients reach the chosen blocks and the extra modules."""
        model.requires_grad_(False)
        place, blocks = blocks_of(model)
        wanted = split_names(self.freeze_trainable_modules)
        found = False
        for index in self._chosen(len(blocks)):
            for name, parameter in cast(Any, blocks[index]).named_parameters():
                if wanted == ["all"] or any(part in name for part in wanted):
                    parameter.requires_grad_(True)
                    found = True
        if not found:
            raise _no_such_module(self.freeze_trainable_modules)
        for extra in split_names(self.freeze_extra_modules):
            parts = [
                module
                for name, module in model.named_modules()
                if name.rpartition(".")[2] == extra and not name.startswith(f"{place}.")
            ]
            if not parts:
                raise _no_such_module(extra)
            for part in parts:
                part.requires_grad_(True)
        return model

    def _chosen(self, count: int) -> list[int]:
        """Numbers of the trained blocks of ``count``."""
        if self.layers_to_train:
            if not all(0 <= index < count for index in self.layers_to_train):
                raise wrong_blocks(f"The named blocks are {', '.join(map(str, self.layers_to_train))}", count)
            return sorted(set(self.layers_to_train))
        wanted = self.freeze_trainable_layers
        if not 0 < abs(wanted) <= count:
            raise wrong_blocks(f"{abs(wanted)} blocks are to be trained", count)
        return list(range(count - wanted, count) if wanted > 0 else range(-wanted))


def _no_such_module(name: str) -> UserError:
    return UserError(
        ErrorCode.RECIPE_INVALID,
        f"This model has no module called {name!r} there",
        hint="Look at the names in the model's safetensors files.",
        recipe_path="method",
    )
