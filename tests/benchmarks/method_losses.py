"""First and last loss of every kind of method on the starter model with the rows of the sample project.

Each method trains the same 16 rows five times over, 20 steps of 4 rows; the first figure is the mean loss of the first
time through, the last one that of the last. Methods that a model cannot take say why instead. Any model folder may be
named; `--methods lora,full` runs a few.

    python -m tests.benchmarks.method_losses --methods lora,dora
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine.contract.errors import UserError
from engine.contract.paths import sample_dataset
from engine.registry import parse_recipe
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob

ROWS, BATCH, PASSES = 16, 4, 5
METHODS: dict[str, tuple[dict[str, Any], float]] = {  # options, learning rate
    "lora": ({"kind": "lora"}, 1e-3),
    "dora": ({"kind": "lora", "use_dora": True}, 1e-3),
    "pissa": ({"kind": "lora", "init": "pissa_niter_4"}, 5e-4),
    "adalora": ({"kind": "adalora"}, 5e-3),
    "oft": ({"kind": "oft"}, 1e-3),
    "ia3": ({"kind": "ia3"}, 1e-2),
    "prompt": ({"kind": "prompt_tuning"}, 3e-2),
    "prefix": ({"kind": "prefix_tuning", "encoder_hidden_size": 128}, 3e-3),
    "p-tuning": ({"kind": "p_tuning"}, 3e-3),
    "bitfit": ({"kind": "bitfit"}, 1e-3),
    "full": ({"kind": "full"}, 5e-5),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="starter")
    parser.add_argument("--methods", default=",".join(METHODS))
    arguments = parser.parse_args()
    sys.stdout.write("| method | first | last | seconds |\n|---|---|---|---|\n")
    fallen = True
    for name in arguments.methods.split(","):
        started = time.monotonic()
        try:
            losses = train_once(arguments.model, *METHODS[name])
        except UserError as error:
            sys.stdout.write(f"| {name} | refused: {error.info.message} | | |\n")
            continue
        each = ROWS // BATCH
        first, last = sum(losses[:each]) / each, sum(losses[-each:]) / each
        fallen &= last < first
        sys.stdout.write(f"| {name} | {first:.3f} | {last:.3f} | {time.monotonic() - started:.0f} |\n")
        sys.stdout.flush()
    return 0 if fallen else 1


def train_once(model: str, method: dict[str, Any], rate: float) -> list[float]:
    """The loss of each step."""
    recipe = parse_recipe(
        {
            "model": {"path": model},
            "data": {"sources": [{"path": str(sample_dataset())}], "max_samples": ROWS, "cutoff_len": 192},
            "method": method,
            "objective": {"kind": "sft"},
            "optim": {
                "learning_rate": rate,
                "max_steps": PASSES * ROWS // BATCH,
                "per_device_train_batch_size": BATCH,
                "lr_scheduler_type": "constant_with_warmup",
                "warmup_ratio": 0.1,
            },
            "run": {"save_steps": 0},
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        job = QuietJob()
        train(recipe, run_dir=Path(folder), resume=False, job=job)
    return list(job.series("train/loss").values())


if __name__ == "__main__":
    sys.exit(main())
