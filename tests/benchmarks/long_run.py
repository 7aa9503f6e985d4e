"""Whether a run's cost grows with its tokens and with nothing else, and whether its memory stays where it was.

    python -m tests.benchmarks.long_run tokens                              # seconds a token at 10^4, 10^5 and 10^6 tokens
    python -m tests.benchmarks.long_run memory --work FOLDER --seconds 300  # 20,000 steps; goes on where it stopped

The model is a random Llama so small that everything around the arithmetic shows. Each run is an engine of its own with its
journal; what it says of its memory is read there.
"""

import argparse
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.train.control import request

TOKENS = (10_000, 100_000, 1_000_000)
A_ROW = 250
STEPS = 20_000
WARM_UP = 1_000
WORDS = (
    "spruce",
    "maple",
    "ebony",
    "glue",
    "arch",
    "peg",
    "bow",
    "string",
    "bridge",
    "scroll",
    "rib",
    "bout",
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("tokens", "memory"))
    parser.add_argument("--work", type=Path, help="a folder that is kept; needed to go on later")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="pause the run after so long")
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = arguments.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        if arguments.what == "tokens":
            linear(work)
        else:
            flat(work, steps=arguments.steps, seconds=arguments.seconds)
    return 0


def tiny_model(folder: Path) -> Path:
    """One layer, 32 wide, with the starter's tokenizer."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    from engine.models.starter import starter_path

    if (folder / "config.json").is_file():
        return folder
    tokenizer = AutoTokenizer.from_pretrained(starter_path())
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def recipe(work: Path, name: str, rows: int, words: int, **optim: Any) -> Path:
    """A recipe over ``rows`` examples of about ``words`` words, of which six are learnt."""
    picker = random.Random(5)
    path = work / f"{name}.json"
    with path.open("w", encoding="utf-8") as file:
        for _ in range(rows):
            row = {
                "instruction": " ".join(picker.choices(WORDS, k=words)),
                "output": "bow peg rib arch bout glue",
            }
            file.write(json.dumps(row) + "\n")
    document = {
        "model": {"path": str(tiny_model(work / "model"))},
        "data": {"sources": [{"path": str(path.rename(path.with_suffix(".jsonl")))}], "cutoff_len": 512},
        "method": {"kind": "lora", "rank": 4},
        "objective": {"kind": "sft"},
        "optim": {"learning_rate": 1e-3, **optim},
        "run": {"num_threads": 1, "save_steps": 500, "output_dir": str(work / "runs" / name)},
    }  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def engine(path: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "engine", "run", str(path), "--json", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def events(run_dir: Path) -> Iterator[dict[str, Any]]:
    with (run_dir / "events.jsonl").open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)


def linear(work: Path) -> None:
    """Time and processor time of the whole engine and of its steps, a token."""
    figures = []
    for tokens in TOKENS:
        name = f"tokens-{tokens}"
        path = recipe(
            work, name, tokens // A_ROW, A_ROW - 60, num_train_epochs=1, per_device_train_batch_size=4
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        if engine(path).wait():
            raise SystemExit(f"The run of {tokens} tokens failed")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        report = json.loads((work / "runs" / name / "report.json").read_text(encoding="utf-8"))
        figures.append((report["tokens"], report["seconds"], busy))
        sys.stdout.write(
            f"{report['tokens']:9,} tokens, {report['steps']:6,} steps: {report['seconds']:8.2f} s in steps, "
            f"{report['seconds'] / report['tokens'] * 1e6:7.1f} us a token; {busy:7.1f} s of a processor in all, "
            f"{report['peak_memory_bytes'] / 1e6:.0f} MB\n"
        )
        sys.stdout.flush()
    for (few, short, little), (many, long, much) in itertools.pairwise(figures):
        sys.stdout.write(
            f"{many / few:.2f} times the tokens: {long / short:.2f} times the time in steps, "
            f"{much - little:+.1f} s of a processor\n"
        )


def flat(work: Path, *, steps: int, seconds: float) -> None:
    """Memory at each thousand steps; each process warms up for itself."""
    run_dir = work / "runs" / "memory"
    resumed = (run_dir / "checkpoints").is_dir()
    path = recipe(work, "memory", 64, 12, max_steps=steps, per_device_train_batch_size=1)
    process = engine(path, *(("--resume",) if resumed else ()))
    ends = time.monotonic() + seconds
    while process.poll() is None:
        time.sleep(0.5)
        if time.monotonic() > ends:
            request(run_dir, "pause")
            ends = float("inf")
    pieces: list[dict[int, float]] = []
    for event in events(run_dir):
        if event["type"] == "run.scope":
            pieces.append({})
        elif event["type"] == "metrics" and "memory/process" in event:
            pieces[-1].update(zip(event["step"], event["memory/process"], strict=True))
    for piece in pieces:
        first, last = min(piece), max(piece)
        if last - first > WARM_UP:
            warm = sorted(piece[step] for step in piece if first + WARM_UP <= step < first + WARM_UP + 100)
            end = sorted(piece[step] for step in piece if last - 100 < step <= last)
            before, after = warm[len(warm) // 2], end[len(end) // 2]
            sys.stdout.write(
                f"steps {first:,} to {last:,}: {before / 1e6:.1f} MB after {WARM_UP:,} of them, "
                f"{after / 1e6:.1f} MB at the end, growth {after / before - 1.0:+.2%}\n"
            )


if __name__ == "__main__":
    raise SystemExit(main())
