"""``luthier-engine serve``: the process that speaks the protocol on its stdin and stdout."""

import faulthandler
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from engine.contract.codec import Framer
from engine.server.dispatch import Dispatcher
from engine.server.handlers import questions, task_openers
from engine.server.outbox import ByteSink, Outbox


class ByteSource(Protocol):
    """Where commands come from."""

    def read(self, size: int, /) -> bytes | None: ...


def serve(stdin: ByteSource, stdout: ByteSink) -> int:
    """Answer commands until told to leave; the exit code of the process."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.captureWarnings(True)
    if sys.stderr is not None:
        faulthandler.enable()  # a crash in C leaves a traceback for the app to show
    outbox = Outbox(stdout)
    dispatcher = Dispatcher(outbox, questions=questions(outbox.event), tasks=task_openers())
    return serve_with(dispatcher, outbox, stdin)


def serve_with(dispatcher: Dispatcher, outbox: Outbox, stdin: ByteSource) -> int:
    """Read lines in a thread of their own (signals need the main one) until the dispatcher is done."""
    leave_on_signals(dispatcher.leave)
    threading.Thread(target=_read_all, args=(dispatcher, stdin), name="stdin", daemon=True).start()
    dispatcher.wait()
    outbox.close()
    return 0


def _read_all(dispatcher: Dispatcher, stdin: ByteSource) -> None:
    framer = Framer()
    try:
        while chunk := stdin.read(1 << 16):
            for line in framer.feed(chunk):
                dispatcher.receive(line)
    except OSError:  # Windows reports the end of a pipe as an error
        pass
    dispatcher.end_of_input()


def leave_on_signals(leave: Callable[[], None]) -> None:
    """The first SIGTERM or Ctrl+C ends the job and keeps it; the second ends the process."""

    def handle(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        # not in the handler itself: the main thread may hold the dispatcher's lock right now
        threading.Thread(target=leave, name="signal", daemon=True).start()

    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, handle)


def end_process(code: int) -> None:
    """Leave at once: native libraries with threads of their own may hang or crash in an orderly exit."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)
