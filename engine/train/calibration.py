"""How fast this computer multiplies matrices: measured once in a third of a second, then remembered."""

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.paths import data_dir

if TYPE_CHECKING:
    import torch

ROWS, INNER, COLUMNS = 512, 1024, 1024
MEASURE_S = 0.3


def multiply_rate(device: "torch.device", *, threads: int | None = None) -> float:
    """Floating-point operations a second of matrix products in the format that ``device`` trains in."""
    import torch

    name = (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else f"cpu x {threads or torch.get_num_threads()}"
    )
    key = f"torch {torch.__version__} on {name}"
    path = data_dir() / "calibration.json"
    known = read_figures(path)
    if key not in known:
        known[key] = _measure(device, threads)
        write_figures(path, known)
    return known[key]


def _measure(device: "torch.device", threads: int | None) -> float:
    import torch

    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
        left = torch.ones((ROWS, INNER), dtype=dtype, device=device)
        right = torch.ones((INNER, COLUMNS), dtype=dtype, device=device)
        rates: list[float] = []
        end = time.monotonic() + MEASURE_S
        while time.monotonic() < end or len(rates) < 3:
            started = time.monotonic()
            left @ right
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            rates.append(2.0 * ROWS * INNER * COLUMNS / max(time.monotonic() - started, 1e-9))
        return max(rates)  # the first ones warm up, others are disturbed by what else runs
    finally:
        torch.set_num_threads(before)


def read_figures(path: Path) -> dict[str, float]:
    """Positive numbers by name, in the order in which they were kept; none where nothing can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): float(value) for key, value in content.items() if float(value) > 0}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_figures(path: Path, content: dict[str, float]) -> None:
    """Keep numbers by name, all or nothing."""
    work = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        work.write_text(json.dumps(content, indent=1), encoding="utf-8")
        work.replace(path)
    except OSError:  # measured again next time
        work.unlink(missing_ok=True)
