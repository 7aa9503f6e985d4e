"""Losses and speed of `luthier-engine run` against a plain Transformers + PEFT loop on the same steps.

The peer is written here in the plainest way: padded batches, transformers' own attention, labels of -100, the mean
over the trained tokens of a batch, its own tokenization through the model's chat template. Both take the rows in
the same order. Run it on an otherwise idle machine:

    python -m tests.benchmarks.losses_against_plain_loop alpaca_en_demo.json --steps 20
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

SEED, BATCH, RATE, WARMUP, CUTOFF = 42, 4, 1e-4, 0.1, 512

Row = tuple[list[int], list[int]]  # token ids, labels


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, our_speed = run_luthier(arguments.dataset.resolve(), arguments.steps, Path(folder))
    plain, plain_speed = run_plain(arguments.dataset, arguments.steps)
    differences = [abs(a - b) for a, b in zip(ours, plain, strict=True)]
    sys.stdout.write("step  luthier   plain     difference\n")
    for step, (a, b) in enumerate(zip(ours, plain, strict=True), start=1):
        sys.stdout.write(f"{step:4}  {a:.6f}  {b:.6f}  {abs(a - b):.1e}\n")
    ratio = our_speed / plain_speed
    sys.stdout.write(f"largest difference {max(differences):.2e}\n")
    sys.stdout.write(f"real tokens/s: luthier {our_speed:.1f}, plain {plain_speed:.1f}, ratio {ratio:.2f}\n")
    if arguments.json:
        figures = {"luthier": ours, "plain": plain, "speeds": [our_speed, plain_speed]}
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0 if max(differences) < 1e-3 else 1


def run_luthier(dataset: Path, steps: int, folder: Path) -> tuple[list[float], float]:
    """Loss at each step, and real tokens a second over the steps, from the engine's own events."""
    recipe = {
        "schema_version": 1,
        "model": {"path": "starter"},
        "data": {"sources": [{"path": str(dataset)}], "cutoff_len": CUTOFF, "packing": True, "shuffle": True},
        "method": {"kind": "lora", "rank": 8, "lora_alpha": 16, "lora_dropout": 0.0, "target_modules": "all"},
        "objective": {"kind": "sft"},
        "optim": {
            "learning_rate": RATE,
            "max_steps": steps,
            "per_device_train_batch_size": BATCH,
            "lr_scheduler_type": "cosine",
            "warmup_ratio": WARMUP,
        },
        "run": {"output_dir": "out", "seed": SEED, "logging_steps": 1, "save_steps": 0},
    }
    path = folder / "recipe.json"
    path.write_text(json.dumps(recipe), encoding="utf-8")
    command = [sys.executable, "-m", "engine", "run", str(path), "--json"]
    finished = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8")
    losses: dict[int, float] = {}
    speed = 0.0
    for line in finished.stdout.splitlines():
        event = json.loads(line)
        if event["type"] == "metrics" and "train/loss" in event:
            losses.update(zip(event["step"], event["train/loss"], strict=True))
        if event["type"] == "run.finished":
            speed = event["result"]["tokens_per_second"]
    return [losses[step] for step in sorted(losses)], speed


def run_plain(dataset: Path, steps: int) -> tuple[list[float], float]:
    """The same in plain Transformers + PEFT."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer, get_scheduler

    from engine.models.starter import starter_path

    tokenizer = AutoTokenizer.from_pretrained(starter_path())
    rows = [tokenize(tokenizer, row) for row in json.loads(dataset.read_text(encoding="utf-8"))]
    model: Any = AutoModelForCausalLM.from_pretrained(starter_path(), dtype=torch.float32)
    torch.manual_seed(SEED)
    config = LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0)
    schedule = get_scheduler("cosine", optimizer, math.ceil(steps * WARMUP), steps)
    losses, tokens, started = [], 0, time.monotonic()
    for batch in batches(rows, steps):
        tokens += sum(len(ids) for ids, _ in batch)
        loss = model(**pad(batch, tokenizer.pad_token_id)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses, tokens / (time.monotonic() - started)


def tokenize(tokenizer: Any, row: dict[str, str]) -> Row:
    """One alpaca row as the model's template renders it, with labels on the answer and its end marker."""
    question = row["instruction"] + (f"\n{row['input']}" if row.get("input") else "")
    messages = [{"role": "user", "content": question}]
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    before = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    answer = tokenizer(row["output"] + tokenizer.eos_token, add_special_tokens=False)["input_ids"]
    after = tokenizer("\n", add_special_tokens=False)["input_ids"]
    ids = before + answer + after
    labels = [-100] * len(before) + answer + [-100] * len(after)
    return ids[:CUTOFF], labels[:CUTOFF]


def batches(rows: list[Row], steps: int) -> list[list[Row]]:
    """The rows of each step, in the engine's documented order."""
    from engine.train.order import Order

    order = Order(len(rows), BATCH, 1, True, SEED)
    return [[rows[index] for index in order.micro_batches(step)[0]] for step in range(steps)]


def pad(batch: list[Row], pad_id: int) -> dict[str, torch.Tensor]:
    """Input ids, attention mask and labels, padded on the right to the longest row."""
    width = max(len(ids) for ids, _ in batch)
    ids = [ids + [pad_id] * (width - len(ids)) for ids, _ in batch]
    mask = [[1] * len(row) + [0] * (width - len(row)) for row, _ in batch]
    labels = [labels + [-100] * (width - len(labels)) for _, labels in batch]
    return {
        "input_ids": torch.tensor(ids),
        "attention_mask": torch.tensor(mask),
        "labels": torch.tensor(labels),
    }


if __name__ == "__main__":
    raise SystemExit(main())
