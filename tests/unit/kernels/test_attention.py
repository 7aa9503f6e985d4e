"""Packed attention equals attention of each example alone, and a full mask where windows or caps are used."""

from typing import Any

import pytest
import torch

from engine.kernels.attention import packed_attention

LENGTHS = (5, 1, 9)


def tensors(tokens: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.randn(1, 4, tokens, 8), torch.randn(1, 2, tokens, 8), torch.randn(1, 2, tokens, 8)


def reference(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, window: int | None, cap: float | None
) -> torch.Tensor:
    k, v = k.repeat_interleave(2, dim=1), v.repeat_interleave(2, dim=1)
    scores = q @ k.transpose(2, 3) / 8**0.5
    if cap is not None:
        scores = cap * torch.tanh(scores / cap)
    distance = torch.arange(q.shape[2])[:, None] - torch.arange(k.shape[2])[None, :]
    allowed = distance >= 0
    if window is not None:
        allowed &= distance < window
    return (scores.masked_fill(~allowed, float("-inf")).softmax(-1) @ v).transpose(1, 2)


@pytest.mark.parametrize("window", [None, 3])
@pytest.mark.parametrize("cap", [None, 2.0])
def test_examples_do_not_see_each_other(window: int | None, cap: float | None) -> None:
    q, k, v = tensors(sum(LENGTHS))
    options: dict[str, Any] = {"sliding_window": window, "softcap": cap}
    out, _ = packed_attention(torch.nn.Module(), q, k, v, None, packed_lengths=LENGTHS, **options)
    start = 0
    for length in LENGTHS:
        span = slice(start, start + length)
        alone = reference(q[:, :, span], k[:, :, span], v[:, :, span], window, cap)
        torch.testing.assert_close(out[:, span], alone, rtol=1e-5, atol=1e-5)
        start += length


def test_cached_decoding_sees_all_keys() -> None:
    q, k, v = tensors(7)
    whole, _ = packed_attention(torch.nn.Module(), q, k, v, None)
    last, _ = packed_attention(torch.nn.Module(), q[:, :, -1:], k, v, None)
    torch.testing.assert_close(last[:, 0], whole[:, -1], rtol=1e-5, atol=1e-5)
    pair, _ = packed_attention(torch.nn.Module(), q[:, :, -2:], k, v, None)
    torch.testing.assert_close(pair, whole[:, -2:], rtol=1e-5, atol=1e-5)
