"""Words an exception for the other side. Used by ``dispatch`` (and the command line), and nowhere below."""

import errno
import traceback

from engine.contract.disk import is_disk_fault, is_disk_full
from engine.contract.errors import ErrorCode, ErrorInfo, UserError
from engine.contract.job import Cancelled

MEMORY_WORDS = ("can't allocate memory", "not enough memory", "out of memory", "cannot allocate memory")
MEMORY_HINT = (
    "Close other programs, or lower the batch size or the cutoff length, turn on gradient checkpointing, "
    "or hold the base model in 4 bits; `luthier-engine plan` shows what each part needs."
)


def error_info(error: BaseException) -> ErrorInfo:
    """What went wrong as data: the user's own faults as they are worded, anything else with its traceback."""
    if isinstance(error, UserError):
        return error.info
    if isinstance(error, Cancelled):
        return ErrorInfo(code=ErrorCode.CANCELLED, message="Cancelled.")
    text = str(error).strip()
    trace = "".join(traceback.format_exception(error))[-20_000:]
    if _is_memory(error, text.lower()):
        message = "The memory of this computer is not enough for this job."
        return ErrorInfo(code=ErrorCode.OUT_OF_MEMORY, message=message, hint=MEMORY_HINT, traceback=trace)
    if is_disk_full(error):
        place = getattr(error, "filename", None)
        message = f"The disk of {place} is full." if place else "The disk is full."
        hint = "Free some space and resume; everything saved so far is intact."
        return ErrorInfo(code=ErrorCode.DISK_FULL, message=message, hint=hint, traceback=trace)
    if isinstance(error, OSError) and is_disk_fault(error):
        place = f" of {error.filename}" if error.filename else ""
        message = f"The disk{place} failed: {error.strerror}."
        hint = "Look at the disk and its connection, and resume; everything saved so far is intact."
        return ErrorInfo(code=ErrorCode.DISK_FAULT, message=message, hint=hint, traceback=trace)
    if isinstance(error, FileNotFoundError | PermissionError) and error.filename:
        missing = isinstance(error, FileNotFoundError)
        code = ErrorCode.NOT_FOUND if missing else ErrorCode.UNREADABLE
        reason = "There is nothing at" if missing else "This account may not use"
        return ErrorInfo(code=code, message=f"{reason} {error.filename}.", traceback=trace)
    first = text.splitlines()[0][:300] if text else "no reason given"
    return ErrorInfo(
        code=ErrorCode.INTERNAL,
        message=f"Something went wrong inside Luthier ({type(error).__name__}: {first}).",
        hint="Please report it with the details below.",
        traceback=trace,
    )


def _is_memory(error: BaseException, text: str) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return isinstance(error, RuntimeError) and any(words in text for words in MEMORY_WORDS)
