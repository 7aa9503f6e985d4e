"""Importing a large JSON Lines file with planted faults, against ``datasets.load_dataset`` on its clean part.

    python -m tests.benchmarks.data_import --size-mb 1000 --faults 1000

Writes the file (usual rows of the shapes alpaca or sharegpt), then lets each side read it in a process of its own, in
turns. Loading of libraries is not timed; memory is the peak of the whole process. Also measured: how long a cancelled
import goes on.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.unit.data.faults import alpaca, sharegpt, without_faults, write_planted

SHAPES = {"alpaca": alpaca, "sharegpt": sharegpt}
HUGE_CELL = 50 << 20


def main() -> int:
    """Make the file, run both sides, compare."""
    options = arguments()
    if options.child:
        print(json.dumps(CHILDREN[options.child](Path(options.path))))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        return compare(Path(folder), options)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-mb", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--shape", choices=SHAPES, default="alpaca")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=None, help="where the file is written")
    parser.add_argument("--child", choices=("ours", "peer", "cancel", "find"))
    parser.add_argument("--path")
    return parser.parse_args()


def compare(folder: Path, options: argparse.Namespace) -> int:
    planted_file, clean_file = folder / "planted.jsonl", folder / "clean.jsonl"
    planted = write_planted(
        planted_file,
        size=options.size_mb * 1_000_000,
        faults=options.faults,
        huge_cell=HUGE_CELL,
        make=SHAPES[options.shape],
    )
    without_faults(planted_file, clean_file, planted)
    sizes = ", ".join(
        f"{path.name} {path.stat().st_size / 1e6:,.0f} MB" for path in (planted_file, clean_file)
    )
    show(f"{options.shape}: {planted.lines:,} lines, {len(planted.faults):,} faults; {sizes}")
    found = child("ours", planted_file, folder)
    told = {int(line): code for line, code in found["rejected"].items()}
    exact = told == planted.faults and found["rows"] == planted.lines - len(planted.faults)
    show(f"faults found to the line: {'exactly' if exact else difference(told, planted.faults)}")
    show(f"with the faults   {line_of(found)}")
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "peer": []}
    for _ in range(options.rounds):
        for side, done in runs.items():
            done.append(child(side, clean_file, folder))
            show(f"clean part, {side} {line_of(done[-1])}")
    best = {side: statistics.median(run["seconds"] for run in done) for side, done in runs.items()}
    show(f"median {best['ours']:.2f} s against {best['peer']:.2f} s: ratio {best['peer'] / best['ours']:.2f}")
    waits = child("cancel", planted_file, folder)["waits"]
    show(f"cancelled at {len(waits)} moments: at most {max(waits):.3f} s")
    asked = child("find", clean_file, folder)
    show("; ".join(f"{name} {seconds:.2f} s" for name, seconds in asked.items()))
    return 0 if exact else 1


def child(side: str, path: Path, folder: Path) -> dict[str, Any]:
    """One side in a process of its own, with a data folder of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        environment = {**os.environ, "LUTHIER_HOME": home, "HF_HOME": home, "HF_HUB_OFFLINE": "1"}
        command = [sys.executable, "-m", "tests.benchmarks.data_import", "--child", side, "--path", str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def ours(path: Path) -> dict[str, Any]:
    import pyarrow.compute
    import pyarrow.json

    from engine.contract.recipe import Source
    from engine.data.store import SourceStore, formats

    formats()
    pyarrow.compute.fill_null(
        pyarrow.array([None, 1]), 0
    )  # the first time it loads pandas, as the peer has by now
    pyarrow.json.read_json(pyarrow.BufferReader(b'{"a": 1}'))
    with Clock() as clock:
        loaded = SourceStore().load(Source(path=str(path)))
    return {
        **clock.read(),
        "rows": len(loaded.rows),
        "rejected": {item.line: item.code for item in loaded.rejected},
    }


def peer(path: Path) -> dict[str, Any]:
    import datasets

    datasets.disable_progress_bars()
    with Clock() as clock:
        rows = datasets.load_dataset("json", data_files=str(path), split="train")
    return {**clock.read(), "rows": len(rows), "rejected": {}}


def cancel(path: Path) -> dict[str, Any]:
    """How long an import goes on after somebody asked for its end, at moments drawn at random."""
    from engine.contract.recipe import Source
    from engine.data.store import SourceStore

    draw, waits = random.Random(3), []
    for _ in range(10):
        asked: list[float] = []
        timer = threading.Timer(draw.uniform(0.05, 4.0), lambda asked=asked: asked.append(time.monotonic()))

        def tick(_count: int, asked: list[float] = asked) -> None:
            if asked:
                raise InterruptedError

        timer.start()
        try:
            SourceStore().load(Source(path=str(path)), tick=tick)
        except InterruptedError:
            waits.append(time.monotonic() - asked[0])
        timer.cancel()
    return {"waits": waits}


def find(path: Path) -> dict[str, float]:
    """Pages of the list of all rows."""
    from engine.contract.recipe import Source
    from engine.data.listing import Listing
    from engine.data.store import SourceStore

    rows = SourceStore().load(Source(path=str(path))).rows
    times: dict[str, float] = {}

    def timed(name: str, work: Any) -> Any:
        start = time.monotonic()
        made = work()
        times[name] = time.monotonic() - start
        return made

    timed(f"a page of {len(rows):,} rows", lambda: Listing(rows).page(len(rows) // 2, 200))
    listing = timed("a search", lambda: Listing(rows, query="Tea over Winter", where="answer"))
    timed("its next page", lambda: listing.page(200, 200))
    longest = timed("longest first", lambda: Listing(rows, sort="longest"))
    timed("a page of that", lambda: longest.page(400_000, 200))
    return times


CHILDREN = {"ours": ours, "peer": peer, "cancel": cancel, "find": find}


class Clock:
    """Wall time, time of all cores, peak memory."""

    def __enter__(self) -> "Clock":
        self._wall, self._cpu = time.monotonic(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self._wall, self._cpu = time.monotonic() - self._wall, time.process_time() - self._cpu

    def read(self) -> dict[str, float]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"seconds": self._wall, "cpu_seconds": self._cpu, "peak_mb": peak}


def line_of(run: dict[str, Any]) -> str:
    return f"{run['seconds']:.2f} s, {run['cpu_seconds']:.2f} s of cores, peak {run['peak_mb']:.0f} MB, {run['rows']:,} rows"


def difference(told: dict[int, str], planted: dict[int, str]) -> str:
    both = sorted({*told.items()} ^ {*planted.items()})
    return f"{len(both)} differ, first {both[:6]}"


def show(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
