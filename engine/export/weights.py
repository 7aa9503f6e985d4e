"""The merged model as tensors that are computed when they are asked for: what merge and export write from.

Memory is bounded by the adapter and the largest tensors, not by the model.
"""

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.export.skeleton import LowRank, Part, open_adapter
from engine.export.tensor_files import Entry, read_entries, read_into

if TYPE_CHECKING:
    import torch

Combination = Literal["linear", "ties", "dare_linear", "dare_ties"]
PIECE_BYTES = 8 << 20
_HALF_OR_SINGLE = ("F32", "F16", "BF16")
_BLOCK_BYTES = 2 << 20  # of a change in float32: it stays in the processor's cache


@dataclass(frozen=True, slots=True)
class WeightedParts:
    """One adapter's parts and the weight that its change gets."""

    parts: Mapping[str, Part]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Combining:
    """How the changes of several adapters become one."""

    how: Combination = "linear"
    density: float = 0.5  # share of each change that TIES and DARE keep


class MergedWeights:
    """Stored tensors of a base with the changes of one or more adapters, or of none."""

    def __init__(
        self,
        entries: Sequence[Entry],
        adapters: Sequence[WeightedParts] = (),
        combining: Combining | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self._by_name = {entry.name: entry for entry in self.entries}
        self._adapters = tuple(adapters)
        self._combining = combining or Combining()
        self._plain = len(self._adapters) == 1 and self._adapters[0].weight == 1.0

    def with_entries(self, entries: Sequence[Entry]) -> "MergedWeights":
        """The same changes over other stored tensors."""
        return MergedWeights(entries, self._adapters, self._combining)

    @property
    def changed(self) -> frozenset[str]:
        """Names of the tensors that differ from the base's."""
        return frozenset(name for adapter in self._adapters for name in adapter.parts)

    def tensor(self, name: str, dtype: str = "auto") -> "torch.Tensor":
        """One merged tensor, computed in the wider of the base's and the wanted number format.

        Raises:
            UserError: ``EXPORT_FAILED`` when the adapter holds numbers that are not finite.
        """
        entry = self._by_name[name]
        wanted = entry.as_dtype(dtype).torch_dtype()
        if name not in self.changed:
            return entry.read().to(wanted)
        merged = self._merge(entry, wider=_wider(entry, dtype))
        _check_finite(merged, name)
        return merged.to(wanted)

    def _merge(self, entry: Entry, *, wider: "torch.dtype") -> "torch.Tensor":
        import torch

        if self._plain:
            return self._layer(self._adapters[0].parts[entry.name], entry, wider).to(wider)
        base = entry.read().float()
        changes, shares = [], []
        for adapter in self._adapters:
            part = adapter.parts.get(entry.name)
            if part is not None:
                changes.append(self._layer(part, entry, torch.float32).float() - base)
                shares.append(adapter.weight)
        torch.manual_seed(zlib.crc32(entry.name.encode()))  # DARE drops by chance: the same ones each time
        return (base + _combined(changes, torch.tensor(shares), self._combining)).to(wider)

    def _layer(self, part: Part, entry: Entry, dtype: "torch.dtype") -> "torch.Tensor":
        needed = part.names or {}
        tensors = {key: self._by_name[name].read().to(dtype) for key, name in needed.items()}
        merged = part.merge(tensors)
        if tuple(merged.shape) != entry.shape:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"{entry.name} has the shape {tuple(merged.shape)} in the adapter and {entry.shape} in the base.",
                hint="Check that the base model is the one that the run was trained on.",
            )
        return merged

    def pieces(self, name: str, dtype: str = "auto") -> Iterator[memoryview]:
        """The bytes of ``tensor(name, dtype)`` for a file, a few megabytes at a time where that is possible."""
        entry = self._by_name[name]
        part = self._adapters[0].parts.get(name) if self._plain else None
        factors = part.low_rank() if part else None
        if factors is not None and len(entry.shape) == 2 and entry.dtype in _HALF_OR_SINGLE:
            yield from _low_rank_pieces(entry, factors, dtype)
        elif name in self.changed:
            yield _bytes(self.tensor(name, dtype))
        else:
            yield from _plain_pieces(entry, dtype)


def _plain_pieces(entry: Entry, dtype: str) -> Iterator[memoryview]:
    import torch

    wanted = entry.as_dtype(dtype).torch_dtype()
    for _start, _count, piece in _read_rows(entry, 1):
        if wanted == entry.torch_dtype():
            yield piece
        else:
            yield _bytes(torch.frombuffer(piece, dtype=entry.torch_dtype()).to(wanted))


def _low_rank_pieces(entry: Entry, factors: LowRank, dtype: str) -> Iterator[memoryview]:
    """PEFT's own arithmetic, rows at a time: the change in float32, times the scale, added, rounded once."""
    import torch

    columns = entry.shape[1]
    wanted = entry.as_dtype(dtype).torch_dtype()
    block = max(64, _BLOCK_BYTES // (4 * columns))
    change = torch.empty(0)
    for start, count, piece in _read_rows(entry, columns, least=block):
        weight = torch.frombuffer(piece, dtype=entry.torch_dtype()).view(count, columns)
        result = weight if wanted == entry.torch_dtype() else torch.empty(count, columns, dtype=wanted)
        for first, last in _blocks(count, block):
            if change.numel() < (last - first) * columns:
                change = torch.empty((last - first) * columns)
            view = change[: (last - first) * columns].view(last - first, columns)
            _change(factors, start + first, start + last, out=view)
            view.add_(weight[first:last])
            _check_finite(view, entry.name)
            result[first:last].copy_(view)
        yield _bytes(result)


def _change(factors: LowRank, first: int, last: int, *, out: "torch.Tensor") -> None:
    import torch

    if factors.transposed:
        out.copy_((factors.b @ factors.a[:, first:last]).T)
    else:
        torch.matmul(factors.b[first:last], factors.a, out=out)
    out.mul_(factors.scale)


def _blocks(count: int, block: int) -> Iterator[tuple[int, int]]:
    """Ranges of ``block`` rows; the last one takes a short rest along, as few rows are multiplied another way."""
    first = 0
    while first < count:
        last = count if count - first < 2 * block else first + block
        yield first, last
        first = last


def _read_rows(entry: Entry, columns: int, *, least: int = 1) -> Iterator[tuple[int, int, memoryview]]:
    """First row, count and bytes of each piece, fresh memory each time."""
    width = columns * (entry.size_bytes // max(1, entry.elements))
    rows = entry.size_bytes // width if width else 0
    step = max(least, PIECE_BYTES // max(1, width))
    with entry.path.open("rb", buffering=0) as file:
        file.seek(entry.start)
        for first, last in _blocks(rows, step):
            piece = memoryview(np.empty((last - first) * width, dtype=np.uint8))  # type: ignore[arg-type]  # numpy 2 has a buffer
            read_into(file, piece, entry.path)
            yield first, last - first, piece


def _wider(entry: Entry, dtype: str) -> "torch.dtype":
    import torch

    return torch.promote_types(entry.torch_dtype(), entry.as_dtype(dtype).torch_dtype())


def _combined(changes: "list[torch.Tensor]", shares: "torch.Tensor", combining: Combining) -> "torch.Tensor":
    """PEFT's functions, on whole changes: on the factors of LoRA they would mix one adapter's A with another's B.

    TIES: Yadav et al., 2023, arXiv:2306.01708. DARE: Yu et al., 2023, arXiv:2311.03099.
    """
    from peft.utils import merge_utils

    if combining.how == "linear":
        return merge_utils.task_arithmetic(changes, shares)
    if combining.how == "dare_linear":
        return merge_utils.dare_linear(changes, shares, combining.density)
    function = merge_utils.ties if combining.how == "ties" else merge_utils.dare_ties
    return function(changes, shares, combining.density, "total")


def _check_finite(tensor: "torch.Tensor", name: str) -> None:
    """A sum that is finite proves that all of it is; one that is not may just have overflowed."""
    import torch

    if not tensor.is_floating_point() or math.isfinite(float(tensor.sum(dtype=torch.float32))):
        return
    if not bool(torch.isfinite(tensor).all()):
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"The adapter cannot be merged: {name} would hold numbers that are not finite.",
            hint="Take an earlier checkpoint; the adapter holds numbers that are not finite.",
        )


def _bytes(tensor: "torch.Tensor") -> memoryview:
    import torch

    flat = tensor.detach().contiguous().view(-1)
    return memoryview(flat.view(torch.uint8).numpy()).cast("B") if flat.numel() else memoryview(b"")


def open_weights(base: Path, adapter: Path | None) -> MergedWeights:
    """The merged tensors of a base's folder and an adapter's, or a complete model's as they are.

    Raises:
        NotStreamable: the adapter can only be merged with the whole model in memory.
        UserError: ``EXPORT_FAILED`` or ``UNREADABLE``, see ``open_adapter``.
    """
    entries = read_entries(base)
    if adapter is None:
        return MergedWeights(entries)
    names = {entry.name for entry in entries}
    return MergedWeights(entries, (WeightedParts(open_adapter(base, adapter, names)),))
