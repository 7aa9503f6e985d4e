"""Rewards of models that learn from their own answers: a tiny model beside TRL's trainer, and the starter model.

The tiny task (`tests/integration/talker.py`): say one word out of 32 among at most four. `--trl` gives TRL's GRPOTrainer
the same model, questions, adapter, rate and weights of the loss; both draw their own answers, so what is compared is how
soon the reward rises, over `--seeds` runs each. The starter's task: answer within twenty tokens with about thirty
characters; a short answer has to be found by chance first.

    python -m tests.benchmarks.own_answers tiny --trl
    python -m tests.benchmarks.own_answers starter --steps 16
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from engine.contract.messages import Event, Metrics
from engine.contract.paths import sample_dataset
from engine.registry import parse_recipe
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob
from tests.integration.talker import make_talker, make_tokenizer, questions, recipe_of

SHORT = {
    "exact_match": 0.0,
    "length": 1.0,
    "length_target": 30,
    "max_completion_tokens": 20,
    "num_generations": 8,
}

TOLD = ("reward", "reward_std", "kl", "completion_length")


class TellingJob(QuietJob):
    """Writes a line for each step, as the starter model takes its time."""

    def emit(self, event: Event) -> None:
        """Keep ``event``, and tell of a step."""
        super().emit(event)
        if isinstance(event, Metrics) and "train/reward" in event.series:
            values = {
                name: event.series[f"train/{name}"][-1] for name in TOLD if f"train/{name}" in event.series
            }
            told = ", ".join(f"{name} {value:.3f}" for name, value in values.items())
            sys.stdout.write(f"step {event.step[-1]}: {told}\n")
            sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", choices=("tiny", "starter"))
    parser.add_argument("--kinds", default="grpo,ppo")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--questions", type=int, default=2, help="of a step, for the starter model")
    parser.add_argument("--beta", type=float, default=0.04)
    parser.add_argument("--trl", action="store_true")
    arguments = parser.parse_args()
    if arguments.model == "starter":
        return starter(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        talker = make_talker(folder / "talker")
        for kind in arguments.kinds.split(","):
            runs = [ours(kind, talker, folder, seed, arguments) for seed in range(arguments.seeds)]
            told(f"{kind} of Luthier", runs)
        if arguments.trl:
            told("grpo of TRL", [theirs(talker, folder, seed, arguments) for seed in range(arguments.seeds)])
    return 0


def ours(kind: str, talker: Path, folder: Path, seed: int, arguments: Any) -> list[list[float]]:
    """Rewards and divergences by step."""
    weight = {"beta": arguments.beta} if kind == "grpo" else {"num_iterations": 2, "kl_weight": 0.03}
    recipe = recipe_of(
        talker, folder, steps=arguments.steps, kind=kind, run={"seed": seed, "save_steps": 0}, **weight
    )
    job = QuietJob()
    train(recipe, run_dir=folder / f"{kind}-{seed}", resume=False, job=job)
    return [list(job.series(name).values()) for name in ("train/reward", "train/kl")]


def theirs(talker: Path, folder: Path, seed: int, arguments: Any) -> list[list[float]]:
    """The same by TRL: four questions a step, eight answers to each, in one batch."""
    import json

    import trl
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, PrinterCallback

    rows = json.loads(questions(folder).read_text(encoding="utf-8"))
    asked = [[{"role": "user", "content": row["instruction"]}] for row in rows]
    options = trl.GRPOConfig(
        output_dir=str(folder / f"trl-{seed}"), report_to="none", use_cpu=True, bf16=False, seed=seed, beta=arguments.beta,
        loss_type="grpo", use_bias_correction_kl=False, num_generations=8, max_completion_length=4, max_steps=arguments.steps,
        per_device_train_batch_size=32, learning_rate=1e-2, lr_scheduler_type="constant", logging_steps=1,
        gradient_checkpointing=False, save_strategy="no", disable_tqdm=True,
    )  # fmt: skip
    adapter = LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear")
    trainer = trl.GRPOTrainer(
        AutoModelForCausalLM.from_pretrained(talker), lambda completions, **_: [float("w7" in item[0]["content"]) for item in completions],
        options, train_dataset=Dataset.from_dict({"prompt": asked}), processing_class=make_tokenizer(), peft_config=adapter,
    )  # fmt: skip
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    logs = [entry for entry in trainer.state.log_history if "reward" in entry]
    return [[entry["reward"] for entry in logs], [entry["kl"] for entry in logs]]


def told(name: str, runs: list[list[list[float]]]) -> None:
    """Means over the runs, by step."""
    rewards, moved = (np.mean([run[place] for run in runs], axis=0) for place in (0, 1))
    sys.stdout.write(f"{name}: reward {' '.join(f'{value:.2f}' for value in rewards)}\n")
    sys.stdout.write(f"{name}: divergence {' '.join(f'{value:.2f}' for value in moved)}\n")
    sys.stdout.flush()


def starter(arguments: Any) -> int:
    """Questions of the sample project, eight answers to each."""
    for kind in arguments.kinds.split(","):
        with tempfile.TemporaryDirectory() as name:
            recipe = parse_recipe(
                {
                    "model": {"path": "starter"},
                    "data": {"sources": [{"path": str(sample_dataset())}], "max_samples": 40},
                    "method": {"kind": "lora", "rank": 8},
                    "objective": {
                        **SHORT,
                        "kind": kind,
                        **({"beta": arguments.beta} if kind == "grpo" else {}),
                    },
                    "optim": {
                        "learning_rate": 1e-3,
                        "max_steps": arguments.steps,
                        "per_device_train_batch_size": 1,
                        "gradient_accumulation_steps": arguments.questions,
                        "lr_scheduler_type": "constant",
                    },
                    "run": {"save_steps": 0, "seed": 5},
                }
            )
            job, began = TellingJob(), time.monotonic()
            train(recipe, run_dir=Path(name) / "run", resume=False, job=job)
            sys.stdout.write(f"{kind}: {time.monotonic() - began:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
