"""The LoRA alone as a GGUF file, for llama.cpp programs that load it beside the base model's GGUF."""

from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.export.base import ExportContext, ExportTarget
from engine.export.gguf_convert import convert, open_converter
from engine.export.gguf_files import small_files
from engine.export.lora_factors import NamedFactors, named_factors
from engine.export.reference import Reference
from engine.export.sizes import ModelSize
from engine.export.skeleton import NotStreamable, open_adapter
from engine.export.tensor_files import read_entries
from engine.export.verify import Replay, context_tokens
from engine.export.weights import MergedWeights
from engine.models.tuned import StoredTensor, Tuned

_MARGIN_BYTES = 8 << 20
_NAMES_BYTES = 2_000  # and 100 a tensor, with the gaps between them


class GgufAdapter(ExportTarget, kind="gguf_adapter", title="GGUF adapter"):
    """The trained LoRA as a small GGUF file; llama.cpp adds it to the GGUF of the base model while loading."""

    @property
    def bits_per_weight(self) -> float | None:
        """Only what was trained."""
        return 0.0

    def result_bytes(self, model: ModelSize) -> int:
        """What was trained, in float32."""
        return sum(4 * tensor.elements for tensor in model.trained) + (_NAMES_BYTES if model.trained else 0)

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """The adapter, and for the comparison an unquantized GGUF of the base, which does not stay."""
        size = sum(tensor.size_bytes for tensor in tensors) // 20 + _MARGIN_BYTES
        if "plain base" not in shared:
            shared.add("plain base")
            size += sum(2 * tensor.elements for tensor in tensors)
        return size

    def write(self, context: ExportContext) -> Path:
        """Rename and rearrange the factors as llama.cpp's converter does with the weights."""
        if not context.tuned.is_adapter:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                "This run trained the whole model, so there is no adapter to export.",
                hint="Export it as gguf instead.",
            )
        target = context.work / f"{context.name}-adapter.gguf"
        with context.job.phase("convert", self.spelling):
            write_gguf_adapter(context.tuned, target, small_files(context), job=context.job)
        return target

    def replay(self, result: Path, context: ExportContext, reference: Reference) -> Replay:
        """Base and adapter, put together by llama.cpp."""
        from engine.export.replay_llama import LlamaReplay

        base = context.work / ".plain-base.gguf"
        if not base.is_file():
            weights = MergedWeights(read_entries(context.tuned.base))
            convert(
                small_files(context), base, plain_type="f16", name="base", job=context.job, weights=weights
            )
        return LlamaReplay(base, context_tokens=context_tokens(reference), adapter=result)


def write_gguf_adapter(tuned: Tuned, target: Path, folder: Path, *, job: Job) -> None:
    """Write the run's LoRA; ``folder`` holds the model's small files.

    Raises:
        UserError: ``EXPORT_FAILED`` for an adapter that llama.cpp has no form for.
    """
    import torch

    entries = read_entries(tuned.base)
    try:
        parts = open_adapter(tuned.base, tuned.weights, {entry.name for entry in entries})
    except NotStreamable as reason:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"This adapter cannot be written for llama.cpp: {reason}.",
            hint="Export the merged model as GGUF instead.",
        ) from None
    converter = open_converter(folder, target, MergedWeights(entries))
    with torch.inference_mode():
        factors = []
        for item in named_factors(parts, converter):
            job.check()
            factors.append(item)
    _write(factors, target, converter)


def _write(factors: list[NamedFactors], target: Path, converter: Any) -> None:
    """In float32, as they are small. One alpha stands for all layers; where theirs differ it goes into B."""
    import gguf
    import numpy as np

    alphas = {round(item.scale * len(item.a), 6) for item in factors}
    alpha = alphas.pop() if len(alphas) == 1 else 0.0  # llama.cpp: 0 means a scale of 1
    writer: Any = gguf.GGUFWriter(None, gguf.MODEL_ARCH_NAMES[converter.model_arch])
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for item in factors:
        b = item.b if alpha else item.b * item.scale
        writer.add_tensor(f"{item.name}.lora_a", np.ascontiguousarray(item.a.float().numpy()))
        writer.add_tensor(f"{item.name}.lora_b", np.ascontiguousarray(b.float().numpy()))
    try:
        writer.write_header_to_file(path=target)
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
