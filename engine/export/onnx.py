"""ONNX: the model as a graph for ONNX Runtime and everything built on it (transformers.js, C#, Java, mobile).

Inputs and outputs have the names that Optimum introduced and others read: ``input_ids``, ``attention_mask``,
``position_ids``, ``past_key_values.N.key|value`` in, ``logits`` and ``present.N.key|value`` out. Batch, sequence and
past are of any length, so one file reads the prompt and says the answer token by token.
"""

import contextlib
import io
import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.export.base import ExportContext, ExportTarget
from engine.export.card import write_card
from engine.export.in_memory import merge_layers
from engine.export.merging import write_small_files
from engine.export.reference import Reference
from engine.export.sizes import ModelSize
from engine.export.verify import Replay
from engine.models.tuned import StoredTensor, load_tuned

if TYPE_CHECKING:
    from torch import nn

FILE = "model.onnx"
_SMALL_BYTES = 64 << 20
_GRAPH_BYTES, _LAYER_BYTES = 60_000, 60_000  # of the graph itself, and of each layer in it
_ONE_FILE_BYTES = 1_500_000_000  # a protobuf holds 2 GiB; larger weights go into a file beside it


class Onnx(ExportTarget, kind="onnx", title="ONNX"):
    """A graph in float32 with its tokenizer for ONNX Runtime, with key-value cache; no Python needed to run it."""

    @property
    def bits_per_weight(self) -> float | None:
        """Always float32, which every runtime has."""
        return 32.0

    def result_bytes(self, model: ModelSize) -> int:
        """Four bytes a weight, the graph, and the small files."""
        layers = sum(tensor.name.endswith("input_layernorm.weight") for tensor in model.tensors)
        return 4 * model.elements + model.folder_bytes + _GRAPH_BYTES + layers * _LAYER_BYTES

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """Four bytes a weight, tied embeddings once."""
        return sum(4 * tensor.elements for tensor in tensors) + _SMALL_BYTES

    def write(self, context: ExportContext) -> Path:
        """Merge in memory, trace, and save with the tokenizer."""
        import torch

        job, tuned = context.job, context.tuned
        folder = context.work / f"{context.name}-onnx"
        folder.mkdir()
        with job.phase("convert", self.spelling):
            job.check()
            model = load_tuned(tuned, dtype="float32", device=torch.device("cpu"))
            if tuned.is_adapter:
                context.weights()  # refuses what cannot be merged, in words
                model = merge_layers(model, job)
            job.check()
            try:
                program = trace(model)
            except (RuntimeError, ValueError, TypeError, AttributeError, NotImplementedError) as error:
                raise UserError(
                    ErrorCode.EXPORT_FAILED,
                    f"This architecture cannot be written as ONNX: {_first_line(error)}",
                    hint="Export it as merged or gguf instead.",
                ) from error
            job.check()
            large = sum(4 * parameter.numel() for parameter in model.parameters()) > _ONE_FILE_BYTES
            program.save(folder / FILE, external_data=large)
        write_small_files(tuned, folder, dtype="float32")
        write_card(tuned, folder, library="onnxruntime")
        return folder

    def replay(self, result: Path, context: ExportContext, reference: Reference) -> Replay:
        """Through ONNX Runtime."""
        from engine.export.replay_onnx import OnnxReplay

        return OnnxReplay(result)


def trace(model: "nn.Module") -> Any:
    """``model`` as a program of ``torch.onnx``, every length left open."""
    import torch

    model.eval()
    config: Any = model.config
    choose: Any = model.set_attn_implementation
    choose("eager")
    count = config.num_hidden_layers
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    batch, past, length = 2, 3, 4  # any but 0 and 1, which tracing takes for constants
    cache = [(torch.randn(batch, heads, past, width), torch.randn(batch, heads, past, width))] * count
    inputs = (
        torch.ones(batch, length, dtype=torch.long),
        torch.ones(batch, past + length, dtype=torch.long),
        torch.arange(past, past + length).expand(batch, length).contiguous(),
        [(key.clone(), value.clone()) for key, value in cache],
    )
    free = torch.export.Dim.DYNAMIC
    shapes = ({0: free, 1: free}, {0: free, 1: free}, {0: free, 1: free}, [({0: free, 2: free},) * 2] * count)
    with torch.inference_mode(), _quiet():
        return torch.onnx.export(
            _with_cache(model),
            inputs,
            dynamo=True,
            dynamic_shapes=shapes,
            input_names=[
                "input_ids",
                "attention_mask",
                "position_ids",
                *cache_names("past_key_values", count),
            ],
            output_names=["logits", *cache_names("present", count)],
            optimize=True,
            verbose=False,
        )


def cache_names(prefix: str, layers: int) -> list[str]:
    """Names of the cache's tensors, layer by layer."""
    return [f"{prefix}.{index}.{part}" for index in range(layers) for part in ("key", "value")]


def _with_cache(model: Any) -> Any:
    """The model as a function of plain tensors, its cache among them."""
    import torch
    from transformers import DynamicCache

    class WithCache(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, position_ids: Any, past: Any) -> Any:
            cache = DynamicCache()
            for index, (key, value) in enumerate(past):
                cache.update(key, value, index)
            out = self.model(
                input_ids=input_ids,
                attention_mask=attention_mask,
                position_ids=position_ids,
                past_key_values=cache,
                use_cache=True,
            )
            return out.logits, [(layer.keys, layer.values) for layer in out.past_key_values.layers]

    return WithCache()


@contextlib.contextmanager
def _quiet() -> Any:
    """The exporter prints, warns and logs of what is none of the user's concern."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
