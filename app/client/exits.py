"""Words for every way a child can end. Pure, so that each way is tested without making it happen."""

import signal
import sys
from dataclasses import dataclass
from typing import Literal

from engine.contract.errors import ErrorCode, ErrorInfo

ExitKind = Literal["asked", "code", "signal", "memory", "not_started"]


@dataclass(frozen=True, slots=True)
class EngineExit:
    """How a child ended, in one sentence with a way out."""

    kind: ExitKind
    text: str
    hint: str | None = None
    code: int | None = None  # exit code, or the signal's number
    log: tuple[str, ...] = ()

    @property
    def error(self) -> ErrorInfo:
        """The same as the protocol's error, for requests that will never be answered."""
        code = ErrorCode.OUT_OF_MEMORY if self.kind == "memory" else ErrorCode.ENGINE_DIED
        return ErrorInfo(code=code, message=self.text, hint=self.hint, details={"log": list(self.log[-20:])})


def word_exit(
    *,
    code: int = 0,
    crashed: bool = False,
    asked: bool = False,
    started: bool = True,
    program: str = "",
    reason: str = "",
    log: tuple[str, ...] = (),
) -> EngineExit:
    """Name the end of a child. ``crashed``: ended by a signal, whose number is then ``code``; ``asked``: by us."""
    if not started:
        return EngineExit(
            "not_started",
            f"The engine could not be started ({program}): {reason}",
            hint="Set Luthier up again, or check that this program exists and may be run.",
        )
    if asked:
        return EngineExit("asked", "The engine was stopped.", code=code, log=log)
    if crashed:
        return _by_signal(code, log)
    if sys.platform == "win32" and code & 0xFFFFFFFF >= 0xC0000000:
        text = f"The engine crashed in native code (0x{code & 0xFFFFFFFF:08X})."
        return EngineExit("signal", text, hint=_LOG_HINT, code=code, log=log)
    text = f"The engine ended by itself with code {code}."
    return EngineExit("code", text, hint=_LOG_HINT, code=code, log=log)


_LOG_HINT = "The details show its last lines."


def _by_signal(number: int, log: tuple[str, ...]) -> EngineExit:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if name == "SIGKILL":
        return EngineExit(
            "memory",
            "The engine was killed from outside (SIGKILL), most often by the system because memory ran out.",
            hint="Close other programs, or make the batch, the cutoff length or the model smaller.",
            code=number,
            log=log,
        )
    if name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGABRT", "SIGFPE"):
        text = f"The engine crashed in native code ({name})."
    else:
        text = f"The engine was ended from outside ({name})."
    return EngineExit("signal", text, hint=_LOG_HINT, code=number, log=log)
