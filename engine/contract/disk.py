"""Telling a full disk from other faults of writing; libraries in Rust and C++ word it themselves."""

import errno

FULL_ERRNOS = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
FULL_WORDS = ("no space left on device", "os error 28")


def is_disk_full(error: BaseException) -> bool:
    """Whether ``error`` says that there is no space left, or that the user's share of the disk is used up."""
    if isinstance(error, OSError) and error.errno in FULL_ERRNOS:
        return True
    text = str(error).lower()
    return any(words in text for words in FULL_WORDS)
