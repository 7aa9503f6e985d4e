"""Attention over examples laid end to end, one call an example: no padding, no quadratic mask.

Registered with transformers as ``luthier_packed`` (its ``AttentionInterface``), so that any model of the library
can use it. The lengths of the examples arrive as the keyword ``packed_lengths`` that the models pass through.
"""

from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention

PACKED = "luthier_packed"


def implementation(choice: str) -> str:
    """The name for ``attn_implementation``; ``auto`` and ``sdpa`` become the packed kernel, registered once."""
    if choice not in ("auto", "sdpa"):
        return choice
    from transformers import AttentionInterface

    AttentionInterface.register(PACKED, packed_attention)
    return PACKED


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    scaling: float | None = None,
    dropout: float = 0.0,
    packed_lengths: tuple[int, ...] | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Causal attention within each example.

    Shapes: ``query`` [batch, heads, tokens, dim]; ``key``, ``value`` [batch, key heads, tokens, dim].
    ``packed_lengths`` are the examples' lengths along the token axis (batch must then be 1); without them each
    row of the batch is one example, padded on the right, where causality alone keeps the padding out. Keys before
    the first query (a trained prefix) belong to every example.
    Returns [batch, tokens, heads, dim].
    """
    lengths = packed_lengths if packed_lengths is not None else (query.shape[2],)
    if len(lengths) == 1:
        out = _one(query, key, value, scaling, dropout, sliding_window, softcap)
    else:
        shared = key.shape[2] - query.shape[2]
        if shared:
            key, value = (_repeat_shared(tensor, shared, lengths) for tensor in (key, value))
        wide = tuple(length + shared for length in lengths)
        spans = zip(
            query.split(lengths, dim=2), key.split(wide, dim=2), value.split(wide, dim=2), strict=True
        )
        parts = [_one(q, k, v, scaling, dropout, sliding_window, softcap) for q, k, v in spans]
        out = torch.cat(parts, dim=2)
    return out.transpose(1, 2).contiguous(), None


def _repeat_shared(tensor: torch.Tensor, shared: int, lengths: tuple[int, ...]) -> torch.Tensor:
    """The first ``shared`` places along the tokens again before each example's own."""
    prefix, own = tensor.split((shared, tensor.shape[2] - shared), dim=2)
    return torch.cat([piece for part in own.split(lengths, dim=2) for piece in (prefix, part)], dim=2)


def _one(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    scaling: float | None,
    dropout: float,
    window: int | None,
    softcap: float | None,
) -> torch.Tensor:
    """One example (or a batch of equally long ones); also a cached decoding step, where queries < keys."""
    queries, keys = query.shape[2], key.shape[2]
    grouped = query.shape[1] != key.shape[1]
    if softcap is not None:
        return _capped(query, key, value, scaling, dropout, window, softcap)
    narrow = window is not None and keys > window
    if not narrow and queries in (1, keys):
        if query.is_meta:
            return _fused_sizes(query, key, value, None)
        return scaled_dot_product_attention(
            query, key, value, dropout_p=dropout, is_causal=queries > 1, scale=scaling, enable_gqa=grouped
        )
    mask = _causal_mask(queries, keys, window, query.device)
    if query.is_meta:
        return _fused_sizes(query, key, value, mask)
    return scaled_dot_product_attention(
        query, key, value, attn_mask=mask, dropout_p=dropout, scale=scaling, enable_gqa=grouped
    )


def _fused_sizes(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
) -> torch.Tensor:
    """For the planner: torch would take its plain way on the meta device, which keeps all scores. The fused one keeps
    queries, keys, values, the output and one number a row."""
    fused = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    bias = None if mask is None else mask.to(query.dtype)
    out: torch.Tensor = fused(query, key, value, 0.0, mask is None, attn_mask=bias)[0]
    return out


def _causal_mask(queries: int, keys: int, window: int | None, device: torch.device) -> torch.Tensor:
    """Boolean [queries, keys], True where a query may look; the last query stands at the last key."""
    rows = torch.arange(keys - queries, keys, device=device)[:, None]
    columns = torch.arange(keys, device=device)[None, :]
    mask = columns <= rows
    return mask if window is None else mask & (columns > rows - window)


def _capped(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    scaling: float | None,
    dropout: float,
    window: int | None,
    softcap: float,
) -> torch.Tensor:
    """Attention with logits capped by ``softcap * tanh(x / softcap)`` (Gemma 2, arXiv:2408.00118, section 2)."""
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, dim=1), value.repeat_interleave(groups, dim=1)
    scores = query @ key.transpose(2, 3) * (scaling if scaling is not None else query.shape[-1] ** -0.5)
    scores = softcap * torch.tanh(scores / softcap)
    mask = _causal_mask(query.shape[2], key.shape[2], window, query.device)
    weights = scores.masked_fill(~mask, float("-inf")).softmax(dim=-1, dtype=torch.float32).to(query.dtype)
    return torch.dropout(weights, dropout, train=dropout > 0.0) @ value
