"""Merges in forked children that are killed at random moments; run as a program, prints what was seen as JSON.

python -m tests.unit.export.killed_merges RUN OUT KILLS
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from engine.export.merging import MANIFEST, MergeOptions
from engine.export.run import merge
from tests.integration.quiet_job import QuietJob

OPTIONS = MergeOptions(shard_bytes=40_000)


def main() -> None:
    """Kill, look, finish, compare; as often as asked."""
    import torch

    torch.set_num_threads(1)  # nothing of torch may be waiting in a thread when the process is doubled
    run, out, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    merge(run, out=out, job=QuietJob(), options=OPTIONS)  # loads every library once
    started = time.perf_counter()
    shutil.rmtree(out)
    _wait(_child(run, out))
    whole = time.perf_counter() - started
    expected = _contents(out)
    random.seed(5)
    seen = [_kill(run, out, expected, random.uniform(0.0, whole)) for _ in range(kills)]
    sys.stdout.write(json.dumps(seen))


def _kill(run: Path, out: Path, expected: dict[str, bytes], moment: float) -> dict[str, Any]:
    shutil.rmtree(out)
    child = _child(run, out)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    _wait(child)
    left = out.parent / f".luthier-part-{out.name}"
    found = {
        "whole_or_nothing": not out.exists() or (out / MANIFEST).is_file(),
        "work_left": left.exists(),
        "shards_left": len(list(left.rglob("*.safetensors"))),
    }
    _wait(_child(run, out))
    found["right_afterwards"] = _contents(out) == expected
    found["nothing_else"] = [path.name for path in out.parent.iterdir()] == [out.name]
    return found


def _child(run: Path, out: Path) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        merge(run, out=out, job=QuietJob(), options=OPTIONS)
        code = 0
    finally:
        os._exit(code)


def _wait(child: int) -> None:
    os.waitpid(child, 0)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


if __name__ == "__main__":
    main()
