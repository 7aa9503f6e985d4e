"""Lets a training process hold no more than its tensors.

torch asks the C library for aligned memory. glibc (2.36) cuts the ends off and puts these crumbs into its quick lists, from
where other small things take them; then a freed tensor leaves a gap that the next one of the same size does not fit, and a
step took nearly twice what its tensors need. Without the quick lists the crumbs join their neighbours again: no gaps, and no
slower. One of the two lists can only be turned off when the process starts, by a variable of the environment (``engine.contract.environment``).
"""

import ctypes
import functools
import sys
from collections.abc import Callable

PAGES_FROM_BYTES = (
    16 << 20
)  # from here on a tensor gets pages of its own; below, fetching them anew costs time
_MXFAST, _TRIM_THRESHOLD, _MMAP_THRESHOLD = 1, -1, -3  # of malloc.h


def leave_no_crumbs() -> None:
    """Turn the other list off, where the C library has it, and let its other limits stay as they are from now on."""
    change = _function("mallopt")
    if change is not None:
        for limit, value in (
            (_MXFAST, 0),
            (_MMAP_THRESHOLD, PAGES_FROM_BYTES),
            (_TRIM_THRESHOLD, 2 * PAGES_FROM_BYTES),
        ):
            change(limit, value)


def give_back() -> None:
    """Return freed memory of this process to the system, where the C library can; costs a few milliseconds."""
    trim = _function("malloc_trim")
    if trim is not None:
        trim(ctypes.c_size_t(0))


@functools.cache
def _function(name: str) -> Callable[..., object] | None:
    """Of glibc; musl and other systems have none of them."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
