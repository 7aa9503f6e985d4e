"""What a recipe's model weighs, measured on shapes alone: the model is built on torch's meta device, where tensors
have sizes but no memory, the recipe's own method is applied to it, and a forward pass is watched for what autograd
keeps. So every architecture and method is counted exactly and no weight is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection, RecipeBase
from engine.methods.base import Method
from engine.models.quantize import bytes_per_weight

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBE_TOKENS = (
    32  # long enough to tell what grows with the tokens, short enough that T x T scores do not count
)
PROBE_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Footprint:
    """Sizes in bytes unless they say otherwise; activations are what backward needs of a micro-batch."""

    parameters: int  # of the base, counted
    trainable: int  # counted
    weights: int
    adapter: int
    gradients: int
    layers: int
    activation_fixed: int
    activation_per_token: float
    layer_per_token: float  # of one layer, all of its activations
    hidden_per_token: int  # one hidden state
    vocabulary: int
    hidden: int
    linear_elements: int  # weights that multiply every token: everything but embeddings and head
    largest_linear: int  # elements

    def activations(self, tokens: int, *, checkpointing: bool) -> int:
        """Bytes held between forward and backward, with the gradients of the layer that is worked on."""
        if checkpointing:
            kept = (self.layers * self.hidden_per_token + 2 * self.layer_per_token) * tokens
        else:
            kept = (self.activation_per_token + self.layer_per_token) * tokens
        return int(kept) + self.activation_fixed


def measure(recipe: RecipeBase, folder: Path, device: "torch.device") -> Footprint:
    """Build the recipe's model in ``folder`` without memory and weigh it.

    Raises:
        UserError: transformers does not know the architecture, or the method does not fit it.
    """
    import torch
    from torch import nn

    method = cast(Method, recipe.method)
    section = _held_as(recipe.model, method)
    config = read_config(folder)
    base = _build(config, section, device)
    linear = [m for m in base.modules() if isinstance(m, nn.Linear) and m is not base.get_output_embeddings()]
    elements = sum(module.weight.numel() for module in linear)
    base_parameters = {id(parameter): parameter for parameter in base.parameters()}
    vocabulary, hidden = (int(side) for side in base.get_input_embeddings().weight.shape)
    weights = sum(_bytes(parameter) for parameter in base_parameters.values())
    quantized = bytes_per_weight(section)
    if quantized is not None:
        weights += int(elements * quantized) - sum(_bytes(m.weight) for m in linear)
    model = _apply(method, base, recipe.run.seed)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    added = [p for p in model.parameters() if id(p) not in base_parameters]
    activations = _activations(recipe, config, section, device)
    itemsize = torch.empty((), dtype=_dtype(section, device)).element_size()
    return Footprint(
        parameters=sum(parameter.numel() for parameter in base_parameters.values()),
        trainable=sum(parameter.numel() for parameter in trained),
        weights=weights,
        adapter=sum(_bytes(parameter) for parameter in added),
        gradients=sum(_bytes(parameter) for parameter in trained),
        layers=_layers(config),
        activation_fixed=activations[0],
        activation_per_token=activations[1],
        layer_per_token=activations[2],
        hidden_per_token=hidden * itemsize,
        vocabulary=vocabulary,
        hidden=hidden,
        linear_elements=elements,
        largest_linear=max((module.weight.numel() for module in linear), default=0),
    )


def _held_as(section: ModelSection, method: Method) -> ModelSection:
    """Whole-model methods hold float32 weights unless the recipe names a type, as ``train.session`` does."""
    if method.adapter or section.dtype != "auto":
        return section
    return section.model_copy(update={"dtype": "float32"})


def read_config(folder: Path) -> Any:
    """The architecture's own description, without running code of the folder.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``.
    """
    from transformers import AutoConfig

    from engine.models.consent import may_run_code

    own_code = may_run_code(folder)
    try:
        return AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=own_code)
    except (OSError, ValueError, KeyError) as error:
        raise _unsupported(folder, error) from None


def _build(config: Any, section: ModelSection, device: "torch.device") -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    from engine.kernels.attention import implementation

    try:
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(
                config,
                dtype=_dtype(section, device),
                attn_implementation=implementation(section.attention),
                trust_remote_code=False,
            )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _unsupported(getattr(config, "name_or_path", "the model"), error) from None
    model.requires_grad_(False)
    model.config.use_cache = False
    return model


def _apply(method: Method, model: Any, seed: int) -> "nn.Module":
    import torch

    with torch.device("meta"):
        return method.apply(model, seed=seed).train()


def _activations(
    recipe: RecipeBase, config: Any, section: ModelSection, device: "torch.device"
) -> tuple[int, float, float]:
    """(fixed, per token, per token of one layer) from models of one and two layers with the same widths."""
    layers = _layers(config)

    def kept(count: int, tokens: int) -> int:
        short = _build(shortened(config, count), section, device)
        return kept_for_backward(_apply(cast(Method, recipe.method), short, recipe.run.seed), tokens)

    one, two = _line(lambda tokens: kept(1, tokens)), _line(lambda tokens: kept(2, tokens))
    layer_fixed, layer_slope = two[0] - one[0], two[1] - one[1]
    fixed = one[0] + (layers - 1) * layer_fixed
    return max(0, int(fixed)), one[1] + (layers - 1) * layer_slope, layer_slope


def _line(measure_at: Callable[[int], int]) -> tuple[float, float]:
    """Intercept and slope over the tokens."""
    low, high = measure_at(PROBE_TOKENS), measure_at(2 * PROBE_TOKENS)
    slope = (high - low) / PROBE_TOKENS
    return low - slope * PROBE_TOKENS, slope


def kept_for_backward(model: Any, tokens: int) -> int:
    """Bytes of distinct storages that autograd saves in a forward pass of ``tokens`` packed tokens; weights excluded."""
    import torch

    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    weights = {parameter.untyped_storage()._cdata for parameter in model.parameters()}
    kept: dict[int, int] = {}
    alive: list[torch.Tensor] = []  # or a freed storage's address could be given to another one

    def pack(tensor: "torch.Tensor") -> "torch.Tensor":
        storage = tensor.untyped_storage()
        if storage._cdata not in weights:
            kept[storage._cdata] = storage.nbytes()
            alive.append(tensor)
        return tensor

    ids = torch.zeros((1, tokens), dtype=torch.long, device="meta")
    inputs: dict[str, Any] = {"input_ids": ids, "position_ids": ids, "use_cache": False}
    if causal.config._attn_implementation == "luthier_packed":
        inputs["packed_lengths"] = (PROBE_LENGTH,) * (tokens // PROBE_LENGTH)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = causal.base_model(**inputs)
    del output
    return sum(kept.values())


def shortened(config: Any, layers: int) -> Any:
    """The same architecture with fewer layers."""
    import copy

    short = copy.deepcopy(config)
    text = _text(short)
    kinds = getattr(text, "layer_types", None)
    text.num_hidden_layers = layers
    if kinds:
        text.layer_types = list(kinds)[:layers]
    return short


def _text(config: Any) -> Any:
    return config.get_text_config() if hasattr(config, "get_text_config") else config


def _layers(config: Any) -> int:
    return int(_text(config).num_hidden_layers)


def _dtype(section: ModelSection, device: "torch.device") -> "torch.dtype":
    from engine.models.load import frozen_dtype

    return frozen_dtype(section, device)


def _bytes(tensor: "torch.Tensor") -> int:
    return tensor.numel() * tensor.element_size()


def _unsupported(where: object, error: BaseException) -> UserError:
    first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    return UserError(
        ErrorCode.MODEL_UNSUPPORTED,
        f"Cannot plan for the model in {where}: {first}",
        hint="Choose the folder of a causal language model.",
        recipe_path="model.path",
    )
