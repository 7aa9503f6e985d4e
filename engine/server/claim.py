"""Takes the process's stdin and stdout for the protocol before any library can touch them.

Libraries print where they like, some of them from C. So the real stdout is duplicated to a private descriptor
and descriptor 1 is pointed at stderr, which is human text by definition. Standard library only: this runs first.
"""

import os
import sys
from io import FileIO


def claim_stdout() -> FileIO:
    """Own the real stdout; whatever else is written to descriptor 1 from now on goes to stderr."""
    if sys.stdout is not None:
        sys.stdout.flush()
    private = os.dup(1)
    os.dup2(2, 1)
    _binary(private)
    return FileIO(private, "wb")


def claim_stdin() -> FileIO:
    """Own the real stdin; whatever else reads descriptor 0 from now on finds its end at once."""
    private = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    _binary(private)
    return FileIO(private, "rb")


def _binary(descriptor: int) -> None:
    """Windows would turn newlines into carriage return and newline."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(descriptor, os.O_BINARY)
