"""Predicted against measured peak memory of real runs on a CPU, each in a process of its own.

`measure` trains every case for two steps on rows of one length through `luthier-engine run`, and notes the process's
own high-water mark and what it held in each phase. It goes on where an earlier call stopped, so that it can be run in pieces.
`compare` plans every measured case and prints both figures.

    python -m tests.benchmarks.planner_memory measure --work FOLDER --seconds 300
    python -m tests.benchmarks.planner_memory compare --work FOLDER
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHAPES: dict[str, tuple[str, dict[str, int]]] = {  # architecture and sizes of models that are made here
    "llama-360m": (
        "LlamaConfig",
        {"hidden_size": 960, "intermediate_size": 2560, "num_hidden_layers": 32, "num_attention_heads": 15,
         "num_key_value_heads": 5},
    ),
    "qwen3-70m": (
        "Qwen3Config",
        {"hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 8, "num_attention_heads": 8,
         "num_key_value_heads": 4, "head_dim": 64},
    ),
}  # fmt: skip
LORA: dict[str, Any] = {"kind": "lora"}


@dataclass(frozen=True)
class Case:
    """One run."""

    name: str
    model: str = "starter"
    method: dict[str, Any] = field(default_factory=lambda: LORA)
    stage: dict[str, Any] = field(default_factory=lambda: {"kind": "sft"})
    length: int = 128
    batch: int = 2
    section: dict[str, Any] = field(default_factory=dict)  # of the model
    optim: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case("lora 128x1", batch=1),
    Case("lora 256x2", length=256),
    Case("lora 64x8", length=64, batch=8),
    Case("lora 512x2", length=512),
    Case("lora 1024x1", length=1024, batch=1),
    Case("lora rank 64", method={"kind": "lora", "rank": 64}),
    Case("dora", method={"kind": "lora", "use_dora": True}),
    Case("pissa", method={"kind": "lora", "init": "pissa_niter_4"}),
    Case("lora q and v", method={"kind": "lora", "target_modules": "q_proj,v_proj"}, length=512, batch=1),
    Case("lora checkpointing", section={"gradient_checkpointing": True}, length=512, batch=1),
    Case("lora nf4", section={"quantization": "nf4"}),
    Case("lora nf4 512x1", section={"quantization": "nf4"}, length=512, batch=1),
    Case("lora int8", section={"quantization": "int8"}),
    Case("lora bfloat16", section={"dtype": "bfloat16"}, length=256, batch=1),
    Case("lora padded", data={"packing": False}, length=64, batch=4),
    Case("lora eager", section={"attention": "eager"}, data={"packing": False}, length=512, batch=1),
    Case("full", method={"kind": "full"}),
    Case("full bfloat16", method={"kind": "full"}, section={"dtype": "bfloat16"}, batch=1),
    Case("full sgd", method={"kind": "full"}, optim={"optimizer": "sgd"}),
    Case("full adafactor", method={"kind": "full"}, optim={"optimizer": "adafactor"}),
    Case("full checkpointing", method={"kind": "full"}, section={"gradient_checkpointing": True}, batch=4),
    Case("some layers", method={"kind": "freeze"}, length=512, batch=1),
    Case("layer norm", method={"kind": "ln_tuning"}),
    Case("ia3", method={"kind": "ia3"}),
    Case("oft", method={"kind": "oft"}),
    Case("adalora", method={"kind": "adalora"}),
    Case("prompt", method={"kind": "prompt_tuning"}, length=256),
    Case("prefix", method={"kind": "prefix_tuning"}),
    Case("dpo", stage={"kind": "dpo"}),
    Case("simpo", stage={"kind": "dpo", "loss": "simpo"}, length=64, batch=4),
    Case("kto", stage={"kind": "kto"}),
    Case("pt", stage={"kind": "pt"}, length=512, batch=1),
    Case("dpo nf4", stage={"kind": "dpo"}, section={"quantization": "nf4"}, batch=1),
    Case("360m lora", "llama-360m"),
    Case("360m lora bfloat16", "llama-360m", section={"dtype": "bfloat16"}, batch=1),
    Case("360m full", "llama-360m", method={"kind": "full"}, length=64, batch=1),
    Case("360m nf4", "llama-360m", section={"quantization": "nf4"}, batch=1),
    Case("360m int8", "llama-360m", section={"quantization": "int8"}, length=64),
    Case("360m dpo", "llama-360m", stage={"kind": "dpo"}, length=64),
    Case("360m checkpointing", "llama-360m", section={"gradient_checkpointing": True}),
    Case("70m lora", "qwen3-70m", length=512),
    Case("70m full", "qwen3-70m", method={"kind": "full"}, length=256),
    Case("70m nf4", "qwen3-70m", section={"quantization": "nf4"}, length=512, batch=1),
    Case("70m kto", "qwen3-70m", stage={"kind": "kto"}, length=256),
    Case("70m dora int8", "qwen3-70m", method={"kind": "lora", "use_dora": True}, section={"quantization": "int8"}),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("act", choices=("measure", "compare"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.act == "compare":
        return compare(arguments.work, arguments.only)
    end = time.monotonic() + arguments.seconds
    known = measured(arguments.work)
    for case in CASES:
        if arguments.only not in case.name or (case.name in known and not arguments.only):
            continue
        if time.monotonic() > end:
            break
        found = {"name": case.name, **measure(case, arguments.work)}
        with (arguments.work / "measured.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")
        sys.stdout.write(f"{case.name}: {found['peak'] / 1e6:.0f} MB in {found['seconds']:.0f} s\n")
        sys.stdout.flush()
    return 0


def measured(work: Path) -> dict[str, dict[str, Any]]:
    """What earlier calls measured, by case; the newest counts."""
    path = work / "measured.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {item["name"]: item for item in map(json.loads, lines)}


def document(case: Case, work: Path) -> dict[str, Any]:
    """The recipe of ``case``; its rows are longer than its cutoff, so that all have exactly that length."""
    return {
        "model": {"path": str(folder_of(case.model, work)), **case.section},
        "data": {
            "sources": [{"path": str(rows_for(case, work))}],
            "cutoff_len": case.length,
            **case.data,
        },
        "method": case.method,
        "objective": case.stage,
        "optim": {"max_steps": 2, "per_device_train_batch_size": case.batch, **case.optim},
        "run": {"save_steps": 0, "output_dir": str(work / "run"), "num_threads": 1},
    }


def folder_of(name: str, work: Path) -> Path:
    """The starter, or a model with random weights and the starter's tokenizer, made once."""
    from engine.models.starter import starter_path

    if name == "starter":
        return starter_path()
    folder = work / name
    if not (folder / "model.safetensors").is_file():
        kind, sizes = SHAPES[name]
        code = (
            "import sys, json, torch, transformers as t; torch.manual_seed(0);"
            "k, s, start, out = sys.argv[1:];"
            "c = getattr(t, k)(**json.loads(s), vocab_size=49152, tie_word_embeddings=True);"
            "t.AutoModelForCausalLM.from_config(c).save_pretrained(out);"
            "t.AutoTokenizer.from_pretrained(start).save_pretrained(out)"
        )
        subprocess.run(
            [sys.executable, "-c", code, kind, json.dumps(sizes), str(starter_path()), str(folder)],
            check=True,
        )
    return folder


def rows_for(case: Case, work: Path) -> Path:
    """A file of rows of the kind that the stage reads, each longer than the cutoff, half of it answer."""
    kind = case.stage["kind"]
    path = work / f"{kind}-{case.length}.jsonl"
    half = ("word " * (case.length // 2 - 20)).strip()
    asked, answer = [{"role": "user", "content": half}], {"role": "assistant", "content": half + " end" * 60}
    shapes: dict[str, dict[str, Any]] = {
        "sft": {"messages": [*asked, answer]},
        "pt": {"text": "word " * (case.length + 60)},
        "dpo": {"messages": asked, "chosen": answer, "rejected": {**answer, "content": half + " stop" * 60}},
        "kto": {"messages": [*asked, answer], "kto_tag": True},
    }
    lines = []
    for index in range(max(8, 2 * case.batch)):
        text = json.dumps(shapes[kind]).replace("word", f"word {index} and", 1)
        lines.append(text.replace("true", "false") if index % 2 else text)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def measure(case: Case, work: Path) -> dict[str, Any]:
    """Train ``case``; its peak in bytes, and the largest resident size seen in each phase."""
    import shutil

    import yaml

    shutil.rmtree(work / "run", ignore_errors=True)
    recipe = work / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(document(case, work)), encoding="utf-8")
    started = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "engine", "run", str(recipe), "--json", "--overwrite"],
        stdout=subprocess.PIPE,
        stderr=(work / "stderr.txt").open("w"),
        text=True,
    )
    phases: dict[str, dict[str, int]] = {}
    now = ["start"]
    watcher = threading.Thread(target=_watch, args=(child, now, phases), daemon=True)
    watcher.start()
    last: dict[str, Any] = {}
    assert child.stdout is not None
    for line in child.stdout:
        last = json.loads(line)
        if last.get("type") == "phase":
            now[0] = f"{last['name']} {last.get('state', '')}".strip()
        elif last.get("type") == "metrics":
            now[0] = f"after step {last['step'][-1]}"
    child.wait()
    watcher.join()
    if last.get("status") != "completed":
        raise SystemExit(f"{case.name}: {last}\n{(work / 'stderr.txt').read_text()[-2000:]}")
    peak = json.loads((work / "run" / "report.json").read_text(encoding="utf-8"))["peak_memory_bytes"]
    return {
        "peak": peak,
        "high": max(item["VmHWM"] for item in phases.values()),
        "phases": phases,
        "seconds": time.monotonic() - started,
    }


def _watch(child: "subprocess.Popen[str]", now: list[str], phases: dict[str, dict[str, int]]) -> None:
    path = Path(f"/proc/{child.pid}/status")
    while child.poll() is None:
        try:
            lines = dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines())
            found = {
                name: int(lines[name].split()[0]) * 1024 for name in ("VmHWM", "VmRSS", "RssAnon", "RssFile")
            }
        except (OSError, KeyError, ValueError):
            time.sleep(0.02)
            continue
        seen = phases.setdefault(now[0], found)
        phases[now[0]] = {name: max(size, found[name]) for name, size in seen.items()}
        time.sleep(0.02)


def compare(work: Path, only: str) -> int:
    """Print predictions beside measurements; 1 when one is off by more than 10% or the median by more than 5%."""
    from engine.contract.environment import additions
    from engine.registry import parse_recipe
    from engine.train.plan import make_plan

    os.environ.update(additions(os.environ))  # a plan counts what a process like its own takes
    errors = []
    sys.stdout.write(
        "| run | tokens x batch | planned MB | measured MB | difference |\n|---|---|---|---|---|\n"
    )
    known = measured(work)
    for case in CASES:
        if case.name not in known or only not in case.name:
            continue
        found = known[case.name]
        plan = make_plan(parse_recipe(document(case, work)))
        error = plan.memory_bytes / found["peak"] - 1.0
        errors.append(abs(error))
        sys.stdout.write(
            f"| {case.name} | {case.length} x {case.batch} | {plan.memory_bytes / 1e6:,.0f} "
            f"| {found['peak'] / 1e6:,.0f} | {error:+.1%} |\n"
        )
        if only:
            sys.stdout.write(json.dumps({k: round(v / 1e6) for k, v in plan.memory.items()}) + "\n")
            sys.stdout.write(
                "\n".join(
                    f"  {phase}: { ({k: round(v / 1e6) for k, v in sizes.items()}) }"
                    for phase, sizes in found["phases"].items()
                )
                + "\n"
            )
    if not errors:
        return 1
    largest, median = max(errors), statistics.median(errors)
    within = sum(error <= 0.10 for error in errors)
    sys.stdout.write(
        f"{len(errors)} runs, {within} within 10%: largest difference {largest:.1%}, median {median:.1%}\n"
    )
    return 0 if largest <= 0.10 and median <= 0.05 else 1


if __name__ == "__main__":
    sys.exit(main())
