"""Counts what torch holds while something runs: every storage from the operation that made it to its end.

On the meta device tensors have sizes but no memory, so that a training step can be counted without being made.
"""

import itertools
import weakref
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from engine.kernels.sizes import quick_result


class Ledger(TorchDispatchMode):
    """Bytes of storages made inside; those in ``known`` are passed over (weights)."""

    def __init__(self, known: "set[int]") -> None:
        super().__init__()
        self._alive: dict[int, tuple[int, Any]] = dict.fromkeys(known, (-1, None))
        self._serials = itertools.count()
        self._events: list[tuple[int, int]] = []  # storage, bytes gained or lost
        self._born: dict[int, int] = {}  # place of a storage that lives, to its number

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Carry ``func`` out and note what it made."""
        result = quick_result(func, args)
        if result is None:
            result = func(*args, **(kwargs or {}))
        for item in tree_leaves(result):
            if isinstance(item, torch.Tensor):
                self._note(item.untyped_storage())
        return result

    def _note(self, storage: "torch.UntypedStorage") -> None:
        place = storage._cdata
        if place in self._alive:
            return
        serial, size = next(self._serials), storage.nbytes()

        def gone(_: object) -> None:
            self._alive.pop(place, None)
            self._events.append((serial, -size))

        self._alive[place] = serial, weakref.ref(storage, gone)
        self._events.append((serial, size))

    def mark(self) -> int:
        """This moment, for ``highest``."""
        return len(self._events)

    def number_of(self, tensor: "torch.Tensor") -> int:
        """The storage of ``tensor``, for ``highest``; -1 where it was not made inside."""
        return self._alive.get(tensor.untyped_storage()._cdata, (-1, None))[0]

    def highest(self, start: int, end: int, *, without: "frozenset[int]" = frozenset()) -> tuple[int, int]:
        """The most bytes that were held between two moments, and those at the second."""
        now = most = 0
        for index, (serial, change) in enumerate(self._events[:end]):
            if serial not in without:
                now += change
            if index >= start:
                most = max(most, now)
        return max(most, now), now
