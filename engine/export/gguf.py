"""GGUF: one file for llama.cpp and everything built on it (Ollama, LM Studio, Jan, ...)."""

from pathlib import Path

from engine.export.base import ExportContext
from engine.export.gguf_convert import convert, gguf_names
from engine.export.gguf_files import small_files
from engine.export.gguf_quantize import quantize
from engine.export.gguf_sizes import GgufType
from engine.export.gguf_target import STRAIGHT, GgufTarget
from engine.export.importance import write_importance
from engine.export.placing import link_or_copy
from engine.export.reference import Reference
from engine.export.verify import Replay, open_replay
from engine.models.tuned import stored_dtype

_PLAIN = {"float32": "f32", "float16": "f16", "bfloat16": "bf16"}  # number format -> type without any loss


class Gguf(GgufTarget, kind="gguf", title="GGUF"):
    """One file with weights, tokenizer and chat template for llama.cpp, Ollama and LM Studio."""

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
    if type_name in STRAIGHT:
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
