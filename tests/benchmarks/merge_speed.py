"""Speed and memory of a merge, against ``cp`` of the same files on the same disk in the same run.

    python -m tests.benchmarks.merge_speed [--full] [--folder DIR] [--keep]

Makes a sharded bfloat16 model of random numbers in the shape of Llama 7B (``--full``, 13.5 GB; otherwise 6 of its 32
layers, 2.9 GB) with an adapter of rank 16 on all linear layers. ``cp`` runs before and after each merge, followed by
``fsync`` of what it wrote, as the merge ends with that too; medians are compared. Prints one JSON object.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LAYERS = {True: 32, False: 6}
RANK = 16


def main() -> None:
    """Make the files, measure, print, and clean up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--merge", type=Path, help=argparse.SUPPRESS)  # the child that is measured
    arguments = parser.parse_args()
    if arguments.merge:
        _merge(arguments.merge)
        return
    work = Path(tempfile.mkdtemp(prefix="luthier-merge-", dir=arguments.folder))
    try:
        sys.stdout.write(json.dumps(_measure(work, full=arguments.full), indent=1) + "\n")
    finally:
        shutil.rmtree(work)


def _measure(work: Path, *, full: bool) -> dict[str, Any]:
    size = LAYERS[full] * 0.405e9 + 0.53e9
    free = shutil.disk_usage(work).free
    if free < 2.2 * size:
        raise SystemExit(f"needs {2.2 * size / 1e9:.0f} GB in {work}, {free / 1e9:.0f} GB are free")
    base = work / "base"
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.big_model", str(work), str(LAYERS[full]), str(RANK)],
        check=True,
    )
    size_bytes = sum(path.stat().st_size for path in base.glob("*.safetensors"))
    copies, merges = [], []
    for _ in range(1 if full else 3):
        copies.append(_copy(base, work / "copy"))
        merges.append(_merge_apart(work))
    copies.append(_copy(base, work / "copy"))
    copy = statistics.median(copies)
    seconds = statistics.median(item["seconds"] for item in merges)
    with_start = statistics.median(item["with_start"] for item in merges)
    return {
        "bytes": size_bytes,
        "cp_s": [round(item, 1) for item in copies],
        "merge_s": [round(item["seconds"], 1) for item in merges],
        "merge_with_start_s": round(with_start, 1),
        "speed_of_cp": round(copy / seconds, 3),
        "speed_of_cp_with_start": round(copy / with_start, 3),
        "peak_memory_bytes": max(item["peak"] for item in merges),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _merge_apart(work: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.merge_speed", "--merge", str(work)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _copy(base: Path, target: Path) -> float:
    started = time.perf_counter()
    subprocess.run(["cp", "-r", str(base), str(target)], check=True)
    subprocess.run(["sync", *map(str, target.glob("*.safetensors"))], check=True)
    seconds = time.perf_counter() - started
    shutil.rmtree(target)
    os.sync()
    return seconds


def _merge(work: Path) -> None:
    """In a process of its own, whose peak is the merge's: from base and adapter to the last ``fsync``."""
    started = time.perf_counter()
    from engine.export.merging import write_merged
    from engine.export.weights import open_weights
    from tests.integration.quiet_job import QuietJob

    weights = open_weights(work / "base", work / "adapter")
    opened = time.perf_counter()
    (work / "merged").mkdir()
    write_merged(weights, work / "merged", job=QuietJob())
    ended = time.perf_counter()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    shutil.rmtree(work / "merged")
    result = {"seconds": ended - opened, "with_start": ended - started, "peak": peak}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
