"""What is answered without torch's own way is exactly what that way gives: shape, type and layout."""

import itertools

import pytest
import torch

from engine.kernels.sizes import aten, quick_result


def meta(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


HEADS = meta(2, 7, 3, 4).transpose(1, 2)
SHAPES = (
    meta(2, 3, 7, 4),
    HEADS,
    meta(1, 1, 7, 4),
    meta(7, 4),
    meta(4),
    meta(1),
    torch.empty((), device="meta"),
    meta(2, 3, 7, 4, dtype=torch.bfloat16),
    meta(2, 3, 7, 4, dtype=torch.int64),
    meta(2, 3, 7, 1).expand(2, 3, 7, 4),
    meta(4, 7, 3, 2).permute(3, 2, 1, 0),
)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
def test_two_tensors_give_what_torch_gives(name: str) -> None:
    func, answered = getattr(aten, name).Tensor, 0
    for left, right in itertools.product(SHAPES, SHAPES):
        found = quick_result(func, (left, right))
        if found is not None:
            answered += 1
            own = func(left, right)
            assert (found.shape, found.dtype, found.stride()) == (own.shape, own.dtype, own.stride())
            assert found.untyped_storage().nbytes() == own.untyped_storage().nbytes()
    assert answered > 12


@pytest.mark.parametrize("func", [aten.mul.Scalar, aten.div.Scalar, aten.pow.Tensor_Scalar, aten.add.Tensor])
def test_a_tensor_and_a_number_give_what_torch_gives(func: object) -> None:
    answered = 0
    for tensor in SHAPES:
        found = quick_result(func, (tensor, 2))
        if found is not None:
            answered += 1
            own = func(tensor, 2)  # type: ignore[operator]
            assert (found.shape, found.dtype, found.stride()) == (own.shape, own.dtype, own.stride())
    assert answered > 4


def test_a_product_and_what_is_not_known() -> None:
    left, right = meta(5, 3), meta(6, 3).t()
    found = quick_result(aten.mm.default, (left, right))
    assert found is not None and found.shape == (5, 6) and found.is_contiguous()
    assert quick_result(aten.mm.default, (left, right.to(torch.bfloat16))) is None
    assert quick_result(aten.silu.default, (left,)) is None
    assert quick_result(aten.mul.Tensor, (torch.ones(3), torch.ones(3))) is None
    assert quick_result(aten.mul.Tensor, (meta(3, dtype=torch.int64), 2)) is None
