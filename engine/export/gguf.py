"""GGUF: one file for llama.cpp and everything built on it (Ollama, LM Studio, Jan, ...)."""

from pathlib import Path
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.export.base import ExportContext, ExportTarget
from engine.export.gguf_convert import convert, gguf_names
from engine.export.gguf_files import small_files
from engine.export.gguf_quantize import quantize
from engine.export.importance import write_importance
from engine.export.placing import link_or_copy
from engine.export.reference import Reference
from engine.export.verify import Replay, open_replay
from engine.models.tuned import StoredTensor, stored_dtype

GgufType = Literal[
    "f32", "f16", "bf16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q4_k_s", "q3_k_m", "q2_k",
    "iq4_nl", "iq4_xs", "iq3_m", "iq3_s", "iq3_xxs", "iq2_m", "iq2_s", "iq2_xs", "iq2_xxs", "iq1_m", "iq1_s",
]  # fmt: skip

_PLAIN = {"float32": "f32", "float16": "f16", "bfloat16": "bf16"}  # number format -> type without any loss
_PLAIN_BITS = {"f32": 32.0, "f16": 16.0, "bf16": 16.0}
# Bits a weight of each type's mixture, and of the type that llama.cpp takes for rows that are no multiple of 256.
_BITS = {
    "q8_0": (8.5, 8.5),
    "q6_k": (6.6, 8.5),
    "q5_k_m": (5.8, 6.5),
    "q4_k_m": (5.0, 6.2),
    "q4_k_s": (4.7, 6.0),
    "q3_k_m": (4.1, 5.5),
    "q2_k": (3.5, 5.5),
    "iq4_nl": (4.7, 4.7),
    "iq4_xs": (4.5, 4.7),
    "iq3_m": (3.8, 4.7),
    "iq3_s": (3.6, 4.7),
    "iq3_xxs": (3.3, 4.7),
    "iq2_m": (2.9, 4.7),
    "iq2_s": (2.8, 4.7),
    "iq2_xs": (2.6, 4.7),
    "iq2_xxs": (2.4, 4.7),
    "iq1_m": (2.1, 4.7),
    "iq1_s": (1.9, 4.7),
}
_STRAIGHT = ("f32", "f16", "bf16", "q8_0")  # the converter writes these by itself
_KL_LIMITS = (
    (16.0, 0.02),
    (8.0, 0.05),
    (6.0, 0.1),
    (5.0, 0.2),
    (4.4, 0.4),
    (3.0, 1.0),
    (2.2, 1.5),
    (0.0, 3.0),
)  # by bits
_EMBEDDING_BITS = 8.5
_VOCABULARY_BYTES = 24 << 20


class Gguf(ExportTarget, kind="gguf", title="GGUF"):
    """One file with weights, tokenizer and chat template for llama.cpp, Ollama and LM Studio."""

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
    def precise(self) -> bool:
        """Down to 8 bits the answers stay; below, some change."""
        return self.type in ("f32", "f16", "bf16", "q8_0")

    @property
    def kl_limit(self) -> float:
        """By what rounding to so few bits may change; another model is further off."""
        return kl_limit(self.type)

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """The file, and once an export the unquantized file that it is quantized from."""
        return predict_gguf(tensors, self.type, shared=shared)

    def replay(self, result: Path, context: ExportContext, reference: Reference) -> Replay:
        """Through llama.cpp, which is what runs such files."""
        return open_replay(result, engine="llama.cpp", tuned=context.tuned, reference=reference)

    def write(self, context: ExportContext) -> Path:
        """Convert straight from base and adapter, and quantize the result where asked."""
        return write_gguf(context, self.type)


def write_gguf(context: ExportContext, type_name: GgufType) -> Path:
    """The model as ``NAME-TYPE.gguf`` in the work folder; linked where this export has made it already."""
    job, spelling = context.job, f"gguf:{type_name}"
    target = context.work / f"{context.name}-{type_name}.gguf"
    if spelling in context.made:
        link_or_copy(context.made[spelling], target)
        return target
    if type_name in _STRAIGHT:
        with job.phase("convert", spelling):
            return _convert(context, target, type_name)
    base = _unquantized(context)
    importance = _importance(context) if weighs_errors(type_name) else None
    with job.phase("quantize", spelling):
        return quantize(base, target, type_name=type_name, job=job, importance=importance)


def weighs_errors(type_name: GgufType) -> bool:
    """Whether an importance matrix is computed for it: all types of fewer than about 4 bits gain by one."""
    return type_name.startswith("iq") or type_name in ("q2_k", "q3_k_m")


def _importance(context: ExportContext) -> Path:
    """How much each input matters, computed once an export."""
    target = context.work / ".importance.safetensors"
    if not target.is_file():
        folder, weights = small_files(context), context.weights()
        with context.job.phase("importance"):
            write_importance(
                context.tuned, target, names=lambda names: gguf_names(folder, names, weights), job=context.job
            )
    return target


def _unquantized(context: ExportContext) -> Path:
    """What the quantizer reads: it takes a file alone. Made once an export, in the number format of the base."""
    stored = stored_dtype(context.tuned.base if context.tuned.is_adapter else context.tuned.weights)
    plain_type = _PLAIN.get(stored, "f16")
    base = context.work / f".base-{plain_type}.gguf"
    if not base.is_file():
        with context.job.phase("convert", plain_type):
            _convert(context, base, plain_type)
    return base


def _convert(context: ExportContext, target: Path, plain_type: str) -> Path:
    """Straight from base and adapter: the folder that the converter opens has no weights in it."""
    return convert(
        small_files(context),
        target,
        plain_type=plain_type,
        name=context.name,
        job=context.job,
        weights=context.weights(),
    )


def predict_gguf(tensors: tuple[StoredTensor, ...], type_name: GgufType, *, shared: set[str]) -> int:
    """Bytes of the file, and once an export of what it is quantized from."""
    size = _file_bytes(tensors, type_name)
    if type_name not in _STRAIGHT and "gguf base" not in shared:
        shared.add("gguf base")
        size += sum(tensor.size_bytes for tensor in tensors) + _VOCABULARY_BYTES
    return size


def bits_of(type_name: GgufType) -> float:
    """Bits a weight, the mean over a large model."""
    return _PLAIN_BITS.get(type_name) or _BITS[type_name][0]


def kl_limit(type_name: GgufType) -> float:
    """Nats a token; see the benchmarks for what is seen in a good file."""
    bits = bits_of(type_name)
    return next(limit for least, limit in _KL_LIMITS if bits >= least)


def _file_bytes(tensors: tuple[StoredTensor, ...], type_name: str) -> int:
    bits = 0.0
    for tensor in tensors:
        if len(tensor.shape) < 2:
            bits += 32 * tensor.elements
        elif type_name in _PLAIN_BITS:
            bits += _PLAIN_BITS[type_name] * tensor.elements
        elif "embed" in tensor.name or "lm_head" in tensor.name:
            bits += _EMBEDDING_BITS * tensor.elements
        else:
            bits += _BITS[type_name][1 if tensor.shape[-1] % 256 else 0] * tensor.elements
    return int(bits / 8) + _VOCABULARY_BYTES
