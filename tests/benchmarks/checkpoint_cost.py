"""The share of a run's time that its checkpoints take: blocks of steps without one, with one beside them, and with one that
the steps wait for, by turns in one process.

    python -m tests.benchmarks.checkpoint_cost --method lora --steps 4 --blocks 4

The first step of a block is followed by a checkpoint; the others go on while it is written. Ratios within the run count.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from engine.data.prepare import prepare
from engine.models.load import load_tokenizer
from engine.registry import parse_recipe
from engine.train.loop import Trainer
from engine.train.session import open_session
from tests.integration.quiet_job import QuietJob

MODES = ("none", "beside", "before")
METHODS = {"lora": {"kind": "lora", "rank": 8}, "full": {"kind": "full"}}


class Blocks(Trainer):
    """Makes the loop's own steps and saves, and takes the time of them."""

    def block(self, steps: int, mode: str) -> tuple[float, float]:
        """Seconds of ``steps`` steps, and of these what the loop waited for its checkpoint."""
        began, held = time.monotonic(), 0.0
        for step in range(steps):
            self._step()
            before = time.monotonic()
            self.saver.settle(wait=False)
            if step == 0 and mode != "none":
                self._save("scheduled")
            held += time.monotonic() - before
        before = time.monotonic()
        self.saver.settle()
        held += time.monotonic() - before
        return time.monotonic() - began, held


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="starter")
    parser.add_argument("--method", choices=METHODS, default="lora")
    parser.add_argument("--steps", type=int, default=4, help="of a block")
    parser.add_argument("--blocks", type=int, default=4, help="of each kind")
    parser.add_argument("--tokens", type=int, default=128, help="of an example, about")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trainer = opened(arguments, Path(folder))
        trainer.block(2, "beside")
        times: dict[str, list[tuple[float, float]]] = {mode: [] for mode in MODES}
        for _ in range(arguments.blocks):
            for mode in MODES:
                with without_a_copy(mode == "before"):
                    times[mode].append(trainer.block(arguments.steps, mode))
                seconds, held = times[mode][-1]
                sys.stdout.write(f"{mode:7} {seconds:8.3f} s, {held * 1e3:7.1f} ms of them held up\n")
                sys.stdout.flush()
        checkpoint = sum(path.stat().st_size for path in Path(folder).rglob("step-*/*"))
        report(times, arguments.steps, checkpoint)
    return 0


def opened(arguments: argparse.Namespace, folder: Path) -> Blocks:
    picker = random.Random(3)
    words = ["spruce", "maple", "ebony", "glue", "arch", "peg", "bow", "string"]
    rows = [
        {
            "instruction": " ".join(picker.choices(words, k=arguments.tokens // 2)),
            "output": " ".join(picker.choices(words, k=arguments.tokens // 4)),
        }
        for _ in range(64)
    ]
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    recipe = parse_recipe(
        {
            "model": {"path": arguments.model},
            "data": {"sources": [{"path": str(folder / "rows.json")}], "cutoff_len": 512},
            "method": METHODS[arguments.method],
            "objective": {"kind": "sft"},
            "optim": {"max_steps": 100_000, "per_device_train_batch_size": 1, "learning_rate": 1e-4},
            "run": {"save_total_limit": 1},
        }
    )
    job, tokenizer = QuietJob(), load_tokenizer(recipe.model.path)
    data = prepare(recipe, tokenizer, job=job)
    return Blocks(open_session(recipe), tokenizer, data, folder / "run", job)


@contextmanager
def without_a_copy(wanted: bool) -> Iterator[None]:
    """No room for a copy, so that the steps wait for the disk."""
    if not wanted:
        yield
        return
    with patch("engine.train.background.room_for_copy", return_value=0):
        yield


def report(times: dict[str, list[tuple[float, float]]], steps: int, checkpoint: int) -> None:
    plain = [seconds for seconds, _ in times["none"]]
    write = sys.stdout.write
    write(f"a checkpoint has {checkpoint / 1e6:.1f} MB and comes every {steps} steps\n")
    for mode in MODES:
        took = [seconds for seconds, _ in times[mode]]
        held = sum(waited for _, waited in times[mode]) / sum(took)
        more = statistics.median(a / b - 1.0 for a, b in zip(took, plain, strict=True))
        write(
            f"{mode:7} {statistics.median(took):8.3f} s a block, {more:+7.1%} of the block without, "
            f"held up {held:6.1%} of its time\n"
        )


if __name__ == "__main__":
    raise SystemExit(main())
