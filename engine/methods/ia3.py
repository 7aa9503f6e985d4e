"""Learned scales of keys, values and the inside of the feed-forward part."""

from typing import TYPE_CHECKING, ClassVar

from engine.contract.recipe import option
from engine.methods.base import Method
from engine.methods.peft_adapter import Names, add_adapter, split_names

if TYPE_CHECKING:
    from torch import nn

# names that architectures give to what makes keys and values, and to the second half of the feed-forward part
KEYS_AND_VALUES = ("k_proj", "v_proj", "query_key_value", "qkv_proj", "c_attn", "Wqkv", "key", "value")
FEED_FORWARD = ("down_proj", "fc2", "dense_4h_to_h", "fc_out", "wo", "w2")
FEED_FORWARD_OF_BLOCKS = ("mlp.c_proj",)  # the attention of GPT-2 has a c_proj as well


class IA3(Method, kind="ia3", title="IA3"):
    """Learns one scale for each key, value and inner feature; a few thousand weights in all."""

    reference: ClassVar[str] = "Liu et al., 2022, arXiv:2205.05638"

    target_modules: Names = option(
        "auto",
        title="Scaled modules",
        help="auto: what makes keys and values, and the second half of the feed-forward part. Otherwise names.",
    )
    feedforward_modules: Names = option(
        "auto",
        title="Scaled at the input",
        help="Those of the modules that are scaled at their input: the second half of the feed-forward part.",
    )

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with PEFT's IA3; all scales begin at one."""
        from peft import IA3Config

        names = [name for name, _ in model.named_modules()]
        forward, both = split_names(self.feedforward_modules), split_names(self.target_modules)
        if forward == ["auto"]:
            forward = _present(names, (*FEED_FORWARD, *FEED_FORWARD_OF_BLOCKS))
        if both == ["auto"]:
            both = [*_present(names, KEYS_AND_VALUES), *forward]
        config = IA3Config(
            task_type="CAUSAL_LM",
            target_modules=both,
            feedforward_modules=[name for name in forward if name in both],
        )
        return add_adapter(model, config, seed=seed)


def _present(names: list[str], wanted: tuple[str, ...]) -> list[str]:
    return [name for name in wanted if any(f".{module}".endswith(f".{name}") for module in names)]
