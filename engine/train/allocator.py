"""Gives freed memory back to the system between steps.

The C library keeps what torch frees, in pieces between what is still held. A step finds other gaps than the one before
it, so that the process grew by hundreds of megabytes over the first steps (glibc 2.36) and no plan could hold.
"""

import ctypes
import functools
import sys
from collections.abc import Callable


def give_back() -> None:
    """Return freed memory of this process to the system, where the C library can; costs a few milliseconds."""
    _trim()()


@functools.cache
def _trim() -> Callable[[], object]:
    if not sys.platform.startswith("linux"):
        return lambda: None
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
    return (lambda: None) if trim is None else functools.partial(trim, ctypes.c_size_t(0))
