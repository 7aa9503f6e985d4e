"""Quantizes a GGUF file with the llama.cpp library that llama-cpp-python ships.

The library's call cannot be interrupted, so it runs in a child process, which can: on cancel the child is killed
and its file thrown away. ``multiprocessing`` with the method spawn also works in a frozen build, provided that its
entry point calls ``multiprocessing.freeze_support()``.
"""

import multiprocessing
import re
from multiprocessing.connection import Connection
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job

_POLL_S = 0.1
_ERROR_LEVEL = 4  # GGML_LOG_LEVEL_ERROR in ggml.h
_COUNT = re.compile(r"^\[\s*(\d+)/\s*(\d+)\]")


def quantize(source: Path, target: Path, *, type_name: str, job: Job) -> Path:
    """Write ``source`` (f32, f16 or bf16) as ``target`` of ``type_name`` (q8_0, q4_k_m, ...).

    Raises:
        UserError: ``EXPORT_FAILED`` with what llama.cpp said.
        Cancelled: the child has been ended and ``target`` removed.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(str(source), str(target), type_name, sender), daemon=True)
    child.start()
    sender.close()
    said = ""
    try:
        while child.is_alive() or receiver.poll():
            job.check()
            if receiver.poll(_POLL_S):
                try:
                    message = receiver.recv()
                except EOFError:
                    break
                if isinstance(message, str):
                    said = message
                else:
                    done, total = message
                    job.progress("quantize", done, total, "tensors")
        child.join()
    except BaseException:
        child.kill()
        child.join()
        target.unlink(missing_ok=True)
        raise
    finally:
        receiver.close()
    if child.exitcode != 0:
        target.unlink(missing_ok=True)
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"llama.cpp could not quantize to {type_name}: {said or f'it ended with code {child.exitcode}'}",
            hint="Check the free disk and memory, or choose another type.",
        )
    return target


def _work(source: str, target: str, type_name: str, sender: Connection) -> None:
    """The child: quantizes, counts tensors to its parent, and ends when nobody listens."""
    import ctypes
    import os

    import llama_cpp

    last: list[str] = []

    def log(level: int, text: bytes, _: object) -> None:
        line = text.decode("utf-8", errors="replace").strip()
        found = _COUNT.match(line)
        try:
            if found:
                sender.send((int(found[1]), int(found[2])))
            elif level == _ERROR_LEVEL and line:
                last[:] = [line]
        except OSError:
            os._exit(1)

    callback = llama_cpp.llama_log_callback(log)
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = _file_type(type_name)
    params.nthread = os.cpu_count() or 1
    failed = llama_cpp.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(params))
    if failed and last:
        sender.send(last[0])
    sender.close()
    os._exit(1 if failed else 0)  # the library's threads and callback need no farewell


def _file_type(type_name: str) -> int:
    """llama.cpp's number of a type: q4_k_m is LLAMA_FTYPE_MOSTLY_Q4_K_M."""
    import llama_cpp

    return int(getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{type_name.upper()}"))
