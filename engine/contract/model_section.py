"""The recipe's section about the base model."""

from typing import Literal

from engine.contract.options import Section, Tier, option


class ModelSection(Section):
    """Which base model, and how it is held in memory."""

    path: str = option(
        "starter",
        title="Base model",
        help="Folder of a Hugging Face model, or 'starter' for the small model that comes with Luthier.",
        tier=Tier.BASIC,
        widget="model",
    )
    revision: str | None = option(
        None, title="Revision", help="Branch, tag or commit of a hub model; ignored for local folders."
    )
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = option(
        "auto",
        title="Data type",
        help="Number format of the frozen weights. Auto: float32 on a CPU, bfloat16 on a GPU that has it.",
    )
    quantization: Literal["none", "nf4", "fp4", "int8"] = option(
        "none",
        title="Quantized base",
        help="Hold the frozen weights in 4 or 8 bits to save memory (bitsandbytes). NF4 plus LoRA is QLoRA.",
        tier=Tier.BASIC,
    )
    double_quantization: bool = option(
        True,
        title="Double quantization",
        help="Also hold the scales of a 4-bit base in 8 bits: saves about 0.4 bits a weight (Dettmers et al., 2023).",
    )
    attention: Literal["auto", "sdpa", "eager", "flash_attention_2"] = option(
        "auto", title="Attention", help="Which attention kernel; auto takes the fastest that is present."
    )
    rope_scaling: Literal["none", "linear", "dynamic", "yarn", "llama3"] = option(
        "none",
        title="RoPE scaling",
        help="Stretches the positions, so that the model reads further than it was made for; train it with long examples "
        "then. YaRN keeps most of what short texts need; dynamic goes by the longest text of each batch.",
    )
    rope_factor: float = option(
        2.0,
        gt=1.0,
        le=128.0,
        title="RoPE factor",
        help="How many times further than it was made for the model shall read. Counts with RoPE scaling only.",
    )
    gradient_checkpointing: bool = option(
        False,
        title="Gradient checkpointing",
        help="Recompute activations in the backward pass: about a third slower, much less memory.",
    )
