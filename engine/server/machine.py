"""What this computer is made of, asked without torch: processor, memory, disk, GPUs through NVML."""

import os
import platform
from pathlib import Path

from engine.contract.results import Device


def devices() -> tuple[Device, ...]:
    """The GPUs that NVML reports, then the processor with the computer's memory."""
    import psutil

    memory = psutil.virtual_memory()
    cpu = Device(
        kind="cpu",
        name=cpu_name(),
        memory_bytes=memory_limit(memory.total),
        free_bytes=memory_free(memory.available),
    )
    return (*_gpus(), cpu)


def cpu_name() -> str:
    """The processor as its maker calls it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "CPU"


def cpu_threads() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_limit(total: int) -> int:
    """The computer's memory, or less where a container has less."""
    limit = _cgroup_number("memory.max")
    return min(total, limit) if limit else total


def memory_free(available: int) -> int:
    """Memory that can still be taken, in a container too."""
    limit, used = _cgroup_number("memory.max"), _cgroup_number("memory.current")
    if not limit or used is None:
        return available
    cache = _cgroup_file_cache()
    return max(0, min(available, limit - used + cache))


def _cgroup_number(name: str) -> int | None:
    try:
        text = (Path("/sys/fs/cgroup") / name).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return int(text) if text.isdigit() else None


def _cgroup_file_cache() -> int:
    """Page cache that the kernel gives back when memory is asked for."""
    try:
        lines = Path("/sys/fs/cgroup/memory.stat").read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    values = dict(line.split(" ", 1) for line in lines if " " in line)
    return int(values.get("inactive_file", 0)) + int(values.get("active_file", 0))


def _gpus() -> tuple[Device, ...]:
    try:
        import pynvml
    except ImportError:
        return ()
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:  # no driver
        return ()
    try:
        return tuple(
            _gpu(pynvml.nvmlDeviceGetHandleByIndex(index)) for index in range(pynvml.nvmlDeviceGetCount())
        )
    except pynvml.NVMLError:
        return ()
    finally:
        pynvml.nvmlShutdown()


def _gpu(handle: object) -> Device:
    import pynvml

    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    name = pynvml.nvmlDeviceGetName(handle)
    text = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
    return Device(kind="cuda", name=text, memory_bytes=int(memory.total), free_bytes=int(memory.free))
