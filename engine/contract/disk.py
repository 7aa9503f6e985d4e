"""How much room a disk has, and telling a full one from other faults of writing; libraries in Rust and C++ word it themselves."""

import errno
import shutil
from pathlib import Path

FULL_ERRNOS = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
FAULT_ERRNOS = frozenset(
    getattr(errno, name) for name in ("EIO", "EROFS", "ENXIO", "ENODEV", "ESTALE") if hasattr(errno, name)
)
FULL_WORDS = ("no space left on device", "os error 28")


def is_disk_full(error: BaseException) -> bool:
    """Whether ``error`` says that there is no space left, or that the user's share of the disk is used up."""
    if isinstance(error, OSError) and error.errno in FULL_ERRNOS:
        return True
    text = str(error).lower()
    return any(words in text for words in FULL_WORDS)


def is_disk_fault(error: BaseException) -> bool:
    """Whether ``error`` says that the disk itself, its cable or its network failed."""
    return isinstance(error, OSError) and error.errno in FAULT_ERRNOS


def free_disk(path: Path) -> int:
    """Free bytes on the disk of ``path`` or of its nearest existing parent."""
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free
