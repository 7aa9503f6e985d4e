"""An adapter's low-rank factors under the names and in the order of rows that llama.cpp gives them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.export.skeleton import LowRank, Part

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class NamedFactors:
    """``weight += b @ a * scale`` for one tensor of a GGUF file."""

    name: str
    a: "torch.Tensor"  # [rank, in]
    b: "torch.Tensor"  # [out, rank]
    scale: float


def named_factors(parts: Mapping[str, Part], converter: Any) -> Iterator[NamedFactors]:
    """Each layer's factors, rearranged as the converter rearranges its weight.

    The converter only knows whole weights, and may turn around the rows of some (Llama's queries and keys). B has the
    same rows, so it is sent through alone; that this was right is proved by sending the whole change through too.

    Raises:
        UserError: ``EXPORT_FAILED`` for adapters that are more than low-rank factors, or such as llama.cpp lacks.
    """
    for name, part in sorted(parts.items()):
        factors = part.low_rank()
        if factors is None:
            if part.key == "bias" and part.layer is not None:
                continue  # of a layer whose weight has the adapter; PEFT leaves it as it is
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"llama.cpp's adapters are plain LoRA; this one also changes {name} in another way.",
                hint="Export the merged model as GGUF instead.",
            )
        yield _rearranged(name, factors, converter)


def _rearranged(name: str, factors: LowRank, converter: Any) -> NamedFactors:
    import torch

    a, b = (factors.a, factors.b) if not factors.transposed else (factors.b.T, factors.a.T)
    block = next((int(part) for part in name.split(".") if part.isdecimal()), None)
    try:
        ((target, whole),) = converter.modify_tensors(b @ a, name, block)
        ((_, rows),) = converter.modify_tensors(b.contiguous(), name, block)
        if factors.transposed:  # the converter turned it; so are its factors
            a, rows = factors.a, factors.b
        agrees = rows.shape[0] == whole.shape[0] and torch.allclose(rows @ a, whole, rtol=1e-4, atol=1e-6)
    except (ValueError, RuntimeError, KeyError):
        agrees = False
    if not agrees:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"llama.cpp keeps {name} in a form that a LoRA cannot be added to.",
            hint="Export the merged model as GGUF instead.",
        )
    return NamedFactors(str(target), a, rows, factors.scale)
