"""Bases held in 4 or 8 bits by bitsandbytes: how they are asked for, and what the rounding took away."""

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.contract.recipe import ModelSection

if TYPE_CHECKING:
    import torch
    from torch import nn

# bytes of one weight: 4 bits and a float32 scale for each 64, which double quantization holds in 8 bits with a second
# scale for each 256 of them (Dettmers et al., 2023, section 3); LLM.int8 has a scale a row
_BLOCK, _SECOND_BLOCK, _ROW = 64, 256, 1024


def bytes_per_weight(section: ModelSection) -> float | None:
    """What a weight of a linear layer takes, or None where the base is not quantized."""
    if section.quantization == "none":
        return None
    if section.quantization == "int8":
        return 1.0 + 4.0 / _ROW
    scales = 1.0 / _BLOCK + 4.0 / (_BLOCK * _SECOND_BLOCK) if section.double_quantization else 4.0 / _BLOCK
    return 0.5 + scales


def quantization_config(section: ModelSection, compute_dtype: "torch.dtype") -> Any:
    """``section`` as transformers wants it."""
    from transformers import BitsAndBytesConfig

    if section.quantization == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=section.quantization,
        bnb_4bit_use_double_quant=section.double_quantization,
        bnb_4bit_compute_dtype=compute_dtype,
    )


def rounding_losses(
    layers: "Mapping[str, nn.Module]", model: "nn.Module"
) -> "Iterator[tuple[str, torch.Tensor]]":
    """For each 4-bit layer its name and what it lost: stored weight minus held weight, float32 [out, in].

    ``layers`` go by the names of their weights in the folder that ``model`` was loaded from; nothing comes for a model
    that is only being weighed.
    """
    import bitsandbytes
    from safetensors import safe_open

    from engine.models.load import resolve_model

    config: Any = model.config
    waiting = {f"{name}.weight": (name, layer) for name, layer in layers.items()}
    for path in sorted(resolve_model(config._name_or_path).glob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            for key in sorted(waiting.keys() & set(file.keys())):
                name, layer = waiting[key]
                held: Any = layer.weight
                if held.device.type == "meta" or not isinstance(layer, bitsandbytes.nn.Linear4bit):
                    continue
                plain = bitsandbytes.functional.dequantize_4bit(held.data, held.quant_state).float()
                yield name, file.get_tensor(key).to(plain) - plain


def settle(model: "nn.Module") -> None:
    """Bring bitsandbytes' layers into the state that training needs of them, before anything else touches them.

    4 bits, on processors with AVX512-BF16: at its first evaluation a layer would be repacked, with its scales
    rounded to bfloat16, and compute without gradients from then on, also when training goes on
    (``bitsandbytes.autograd.matmul_4bit``); a held-out loss in the middle would end the learning.
    8 bits: DoRA looks at the weights through PEFT's ``dequantize_module_weight``, after which a layer on a CPU would
    throw the scales away that it has long taken over.
    """
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False
        if hasattr(module, "init_8bit_state"):
            module.init_8bit_state = functools.partial(_take_over_scales, module)
            _take_over_scales(module)


def _take_over_scales(layer: Any) -> None:
    """As ``Linear8bitLt.init_8bit_state``, but never in exchange for nothing."""
    weight, state = layer.weight, layer.state
    if weight.SCB is not None:
        state.CB, state.SCB = weight.CB, weight.SCB
    weight.CB = weight.SCB = None
