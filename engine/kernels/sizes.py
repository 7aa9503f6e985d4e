"""What the commonest operations make on torch's meta device, without torch's own way there.

That way is written in Python and costs a third of a millisecond an operation, which is most of what counting a step takes; the planner
has to answer while somebody types. Only what is certain is answered here: the result of everything else is torch's.
"""

from collections.abc import Callable
from typing import Any

import torch

aten: Any = torch.ops.aten


def quick_result(func: Any, args: Any) -> "torch.Tensor | None":
    """An empty tensor like the one that ``func`` would make on the meta device; None where that is not known here."""
    make = _KNOWN.get(func)
    first = args[0] if args else None
    if make is None or not isinstance(first, torch.Tensor) or not first.is_meta:
        return None
    return make(first, args[1] if len(args) > 1 else None)


def _like(tensor: torch.Tensor) -> "torch.Tensor | None":
    """Empty, and laid out as ``tensor`` is; ``torch.empty_like`` is as slow as what is avoided here."""
    if tensor.is_contiguous():
        return torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
    if tensor.ndim == 4 and tensor.transpose(1, 2).is_contiguous():  # heads before tokens
        return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
    return None


def _with_number(tensor: torch.Tensor, other: Any) -> "torch.Tensor | None":
    """One tensor and numbers."""
    if not tensor.dtype.is_floating_point or isinstance(other, torch.Tensor):
        return None
    return _like(tensor)


def _with_tensor(left: torch.Tensor, right: Any) -> "torch.Tensor | None":
    """Two tensors of one type, of which one has the shape of the result."""
    if not isinstance(right, torch.Tensor):
        return _with_number(left, right)
    if left.dtype is not right.dtype or not left.dtype.is_floating_point or not right.is_meta:
        return None
    if left.shape == right.shape:
        return _like(left) if left.stride() == right.stride() else None
    for one, other in ((left, right), (right, left)):
        if one.is_contiguous() and _spreads_over(other, one):
            return _like(one)
    return None


def _spreads_over(small: torch.Tensor, large: torch.Tensor) -> bool:
    """Whether ``small`` is repeated to have the shape of ``large``."""
    gap = large.ndim - small.ndim
    return gap >= 0 and all(
        side in (1, whole) for side, whole in zip(small.shape, large.shape[gap:], strict=True)
    )


def _product(left: torch.Tensor, right: Any) -> "torch.Tensor | None":
    """Of two matrices."""
    if left.dtype is not right.dtype:
        return None
    return torch.empty((left.shape[0], right.shape[1]), dtype=left.dtype, device="meta")


_KNOWN: dict[Any, Callable[[torch.Tensor, Any], "torch.Tensor | None"]] = {
    aten.add.Tensor: _with_tensor,
    aten.sub.Tensor: _with_tensor,
    aten.mul.Tensor: _with_tensor,
    aten.div.Tensor: _with_tensor,
    aten.mul.Scalar: _with_number,
    aten.div.Scalar: _with_number,
    aten.pow.Tensor_Scalar: _with_number,
    aten.mm.default: _product,
}
