"""Quantizes a GGUF file with the llama.cpp library that llama-cpp-python ships.

The library's call cannot be interrupted, so it runs in a child process, which can: on cancel the child is killed
and its file thrown away. ``multiprocessing`` with the method spawn also works in a frozen build, provided that its
entry point calls ``multiprocessing.freeze_support()``.
"""

import multiprocessing
import re
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job

_POLL_S = 0.1
_ERROR_LEVEL = 4  # GGML_LOG_LEVEL_ERROR in ggml.h
_KEPT: list[Any] = []  # what the library still points to
_COUNT = re.compile(r"^\[\s*(\d+)/\s*(\d+)\]")


def quantize(source: Path, target: Path, *, type_name: str, job: Job, importance: Path | None = None) -> Path:
    """Write ``source`` (f32, f16 or bf16) as ``target`` of ``type_name`` (q8_0, q4_k_m, ...).

    ``importance`` is what ``importance.py`` has written; types under 3 bits cannot do without.

    Raises:
        UserError: ``EXPORT_FAILED`` with what llama.cpp said.
        Cancelled: the child has been ended and ``target`` removed.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    matrix = None if importance is None else str(importance)
    given = (str(source), str(target), type_name, matrix, sender)
    child = context.Process(target=_work, args=given, daemon=True)
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


def _work(source: str, target: str, type_name: str, matrix: str | None, sender: Connection) -> None:
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
    if matrix is not None:
        params.imatrix = _importance(Path(matrix))
    failed = llama_cpp.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(params))
    if failed and last:
        sender.send(last[0])
    sender.close()
    os._exit(1 if failed else 0)  # the library's threads and callback need no farewell


def _importance(path: Path) -> Any:
    """The matrix as the library takes it: entries by tensor name, ended by one without a name."""
    import ctypes

    import llama_cpp
    from safetensors.numpy import load_file

    found = {name: values.astype("float32") for name, values in load_file(path).items()}
    entries = (llama_cpp.llama_cpp.llama_model_imatrix_data * (len(found) + 1))()
    pointer = ctypes.POINTER(ctypes.c_float)
    for entry, (name, values) in zip(entries, found.items(), strict=False):
        entry.name, entry.data, entry.size = name.encode(), values.ctypes.data_as(pointer), values.size
    _KEPT.extend((found, entries))
    return ctypes.cast(entries, type(llama_cpp.llama_model_quantize_default_params().imatrix))


def _file_type(type_name: str) -> int:
    """llama.cpp's number of a type: q4_k_m is LLAMA_FTYPE_MOSTLY_Q4_K_M."""
    import llama_cpp

    return int(getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{type_name.upper()}"))
