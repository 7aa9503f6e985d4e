"""What all targets share that write a GGUF file of the whole model: its type, and what follows from it."""

from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.export.base import ExportTarget
from engine.export.gguf_sizes import GgufType, bits_of, tensor_bytes
from engine.export.sizes import ModelSize
from engine.models.tuned import StoredTensor

STRAIGHT: tuple[GgufType, ...] = ("f32", "f16", "bf16", "q8_0")  # the converter writes these by itself
USUAL: tuple[GgufType, ...] = ("f16", "q8_0", "q6_k", "q5_k_m", "q4_k_m")
_KL_LIMITS = (
    (16.0, 0.02),
    (8.0, 0.05),
    (6.0, 0.1),
    (4.8, 0.2),
    (4.3, 0.4),
    (3.0, 1.0),
    (2.2, 1.5),
    (0.0, 3.0),
)  # by bits
_VOCABULARY_BYTES = 24 << 20  # more than any


class GgufTarget(ExportTarget):
    """Base of GGUF, Ollama and LM Studio."""

    main_option: ClassVar[str | None] = "type"

    type: GgufType = option(
        "q8_0",
        title="Quantization",
        help="q8_0: half of 16 bits and nearly lossless. q4_k_m: the usual choice for large models. "
        "f16, bf16, f32: not quantized.",
        tier=Tier.BASIC,
    )

    @property
    def bits_per_weight(self) -> float | None:
        """The mean over a large model."""
        return bits_of(self.type)

    @property
    def usual(self) -> bool:
        """Those that most people take; the others are for special machines."""
        return self.type in USUAL

    @property
    def precise(self) -> bool:
        """Down to 8 bits the answers stay; below, some change."""
        return self.type in STRAIGHT

    @property
    def kl_limit(self) -> float:
        """By what rounding to so few bits may change; another model is further off. See the benchmarks for what is
        seen in a good file."""
        bits = bits_of(self.type)
        return next(limit for least, limit in _KL_LIMITS if bits >= least)

    def result_bytes(self, model: ModelSize) -> int:
        """The weights by llama.cpp's own rules, and the vocabulary."""
        return tensor_bytes(model.tensors, self.type) + model.vocabulary_bytes

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """The file, and once an export the unquantized file that it is quantized from."""
        size = self.file_bytes(tensors)
        if self.type not in STRAIGHT and "gguf base" not in shared:
            shared.add("gguf base")
            size += sum(tensor.size_bytes for tensor in tensors) + _VOCABULARY_BYTES
        return size

    def file_bytes(self, tensors: tuple[StoredTensor, ...]) -> int:
        """Of the file alone, a little more rather than less."""
        return tensor_bytes(tensors, self.type) + _VOCABULARY_BYTES
