"""Freed memory goes back to the system."""

import ctypes
import platform

import psutil
import pytest

from engine.train.allocator import give_back


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed and can give it back"
)
def test_what_was_freed_between_held_blocks_goes_back() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    size, count = 100_000, 1500
    blocks = [libc.malloc(size) for _ in range(count)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    for block in blocks[:-1]:  # the last one keeps the heap from shrinking by itself
        libc.free(block)
    held = psutil.Process().memory_info().rss
    give_back()
    released = held - psutil.Process().memory_info().rss
    libc.free(blocks[-1])
    assert released > size * count // 2
