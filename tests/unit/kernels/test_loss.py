"""The chunked loss against torch's own cross-entropy, values and gradients."""

import pytest
import torch
from torch.nn.functional import cross_entropy, linear

from engine.kernels import loss as kernel


@pytest.mark.parametrize("rows", [1, 5, 256, 300])
@pytest.mark.parametrize("with_bias", [False, True])
def test_equals_cross_entropy(rows: int, with_bias: bool) -> None:
    torch.manual_seed(0)
    hidden = torch.randn(rows, 12, requires_grad=True)
    weight = torch.randn(31, 12, requires_grad=True)
    bias = torch.randn(31, requires_grad=True) if with_bias else None
    targets = torch.randint(0, 31, (rows,))
    inputs = [tensor for tensor in (hidden, weight, bias) if tensor is not None]

    expected = cross_entropy(linear(hidden, weight, bias), targets, reduction="sum")
    wanted = torch.autograd.grad(expected * 0.5, inputs)
    actual = kernel.LinearCrossEntropySum.apply(hidden, weight, bias, targets)
    got = torch.autograd.grad(actual * 0.5, inputs)

    torch.testing.assert_close(actual, expected, rtol=1e-5, atol=1e-4)
    for a, b in zip(got, wanted, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


def test_frozen_head_gets_no_gradient() -> None:
    hidden, weight = torch.randn(4, 6, requires_grad=True), torch.randn(9, 6)
    kernel.LinearCrossEntropySum.apply(hidden, weight, None, torch.tensor([1, 2, 3, 4])).backward()
    assert hidden.grad is not None
    assert weight.grad is None
