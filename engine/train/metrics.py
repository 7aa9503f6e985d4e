"""The numbers of a run under their stable names, measured where the loop is."""

import os
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    import torch


class Throughput:
    """Real tokens a second over the last steps (padding does not count)."""

    def __init__(self, window: int = 16) -> None:
        self._points: deque[tuple[float, int]] = deque(maxlen=window + 1)
        self._points.append((time.monotonic(), 0))
        self._total = 0

    def add(self, tokens: int) -> float:
        """Count a step's tokens; returns tokens a second over the window."""
        self._total += tokens
        self._points.append((time.monotonic(), self._total))
        (start, before), (end, after) = self._points[0], self._points[-1]
        return (after - before) / max(end - start, 1e-9)


class MemoryMeter:
    """Memory of this process, of the machine and of the GPU, in bytes, with the process's peak."""

    def __init__(self, device: "torch.device") -> None:
        self._process = psutil.Process()
        self._gpu = device if device.type == "cuda" else None
        self.peak = 0

    def read(self) -> dict[str, float]:
        """``memory/process``, ``memory/host`` and, with a GPU, ``memory/gpu``."""
        process = self._process.memory_info().rss
        if self._gpu is None:
            self.peak = max(self.peak, peak_memory_bytes() or process)
        values = {"memory/process": float(process), "memory/host": float(psutil.virtual_memory().used)}
        if self._gpu is not None:
            import torch

            free, total = torch.cuda.mem_get_info(self._gpu)  # the driver's own count, as NVML gives it
            values["memory/gpu"] = float(total - free)
            self.peak = max(self.peak, torch.cuda.max_memory_reserved(self._gpu))
        return values


def peak_memory_bytes() -> int:
    """Largest resident size of this process so far; 0 where the system does not keep it.

    Linux's own count begins anew with each program; that of ``getrusage`` begins with whatever its parent held.
    """
    if os.name == "nt":
        return int(getattr(psutil.Process().memory_info(), "peak_wset", 0))
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(
            (line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM:")), None
        )
        if line is not None:
            return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
