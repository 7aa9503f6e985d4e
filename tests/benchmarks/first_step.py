"""From Start to the first optimizer step of the sample's recipe: cold, in an engine that is there already, and a plain script.

    python tests/benchmarks/first_step.py [--times 3] [--imports] [--json]

"cold" starts ``luthier-engine run``; "warm" sends ``run.start`` to an engine that has loaded its libraries, as one stands by in
the app; "peer" is a script that imports transformers and peft, reads and
tokenizes the same rows, and takes one step on the same model with the same rows. All end with the end of the first optimizer step and count
from before the process is started (warm: from before the command is sent). The three take turns, so that a busy machine
hits all of them; ratios within one run are what counts. The phases are those that the engine reports; "before" is what comes before the
first of them. ``--imports`` also lists the modules that take longest to import on the way.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIMITS = {"cold": 12.0, "warm": 5.0}

PEER = """
import json, sys, time
import torch, transformers, peft
transformers.logging.set_verbosity_error()
model_path, rows, batch = sys.argv[1], json.load(open(sys.argv[2])), json.loads(sys.argv[3])
imported = time.time()
tokenizer = transformers.AutoTokenizer.from_pretrained(model_path)
def spelt(row):
    question = row["instruction"] + ("\\n" + row["input"] if row.get("input") else "")
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": row["output"]}]
    whole = tokenizer.apply_chat_template(turns, tokenize=True, return_dict=False)[:512]
    start = len(tokenizer.apply_chat_template(turns[:1], tokenize=True, add_generation_prompt=True, return_dict=False))
    return whole, [-100] * start + whole[start:]
examples = [spelt(row) for row in rows]
tokenized = time.time()
model = transformers.AutoModelForCausalLM.from_pretrained(model_path, dtype=torch.float32)
config = peft.LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
model = peft.get_peft_model(model, config)
loaded = time.time()
chosen = [examples[index % len(examples)] for index in batch]
width = max(len(ids) for ids, _ in chosen)
pad = tokenizer.pad_token_id or 0
ids = torch.tensor([ids + [pad] * (width - len(ids)) for ids, _ in chosen])
labels = torch.tensor([labels + [-100] * (width - len(labels)) for _, labels in chosen])
mask = torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in chosen])
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1.2e-3)
model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
optimizer.step()
print(json.dumps({"end": time.time(), "imports": imported, "tokenize": tokenized, "load": loaded}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--imports", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: dict[str, list[dict[str, float]]] = {"cold": [], "warm": [], "peer": []}
    with tempfile.TemporaryDirectory() as work:
        recipe = write_recipe(Path(work))
        for number in range(options.times):
            for name, way in (("cold", cold), ("warm", warm), ("peer", peer)):
                found[name].append(way(recipe, Path(work) / f"{name}{number}"))
        if options.imports:
            slowest_imports(recipe, Path(work) / "imports")
    figures: dict[str, Any] = {
        "times": options.times,
        "load": round(os.getloadavg()[0], 1),
        "limits_s": LIMITS,
    }
    for name, runs in found.items():
        parts = {part: round(statistics.median(run[part] for run in runs), 2) for part in runs[0]}
        figures[name] = parts
    figures["cold_to_peer"] = round(figures["cold"]["total_s"] / figures["peer"]["total_s"], 2)
    figures["warm_to_peer"] = round(figures["warm"]["total_s"] / figures["peer"]["total_s"], 2)
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))
    return 0


def write_recipe(folder: Path) -> Path:
    """The sample's recipe with its files named by whole paths, ended after its first step."""
    sys.path.insert(0, str(ROOT))
    import yaml

    sample = ROOT / "resources" / "sample"
    document = yaml.safe_load((sample / "recipe.yaml").read_text(encoding="utf-8"))
    document["data"]["sources"] = [{"path": str(sample / "workshop.json")}]
    document["data"]["validation"] = {"path": str(sample / "heldout.json")}
    document["optim"] |= {"max_steps": 1}
    document["run"] = {"seed": 42, "save_steps": 0}
    path = folder / "recipe.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def environment() -> dict[str, str]:
    from engine.contract.environment import additions

    return {**os.environ, **additions(os.environ)}


def cold(recipe: Path, run_dir: Path) -> dict[str, float]:
    """The command line, from its start."""
    document = {**json.loads(recipe.read_text()), "run": {"output_dir": str(run_dir), "save_steps": 0}}
    mine = recipe.with_name(f"{run_dir.name}.json")
    mine.write_text(json.dumps(document))
    began = time.time()
    command = [sys.executable, "-m", "engine", "run", str(mine), "--json"]
    subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)
    return parts_of(run_dir, began)


def warm(recipe: Path, run_dir: Path) -> dict[str, float]:
    """An engine as the app keeps one ready, from the command to it."""
    command = [sys.executable, "-m", "engine", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    ) as engine:  # fmt: skip
        assert engine.stdin is not None and engine.stdout is not None

        def tell(**words: Any) -> None:
            engine.stdin.write(json.dumps(words) + "\n")  # type: ignore[union-attr]
            engine.stdin.flush()  # type: ignore[union-attr]

        tell(id=1, type="hello")
        tell(id=2, type="engine.warm")
        engine.stdout.readline()
        engine.stdout.readline()
        began = time.time()
        tell(id=3, type="run.start", recipe=json.loads(recipe.read_text()), run_dir=str(run_dir))
        for line in engine.stdout:
            if '"run.finished"' in line:
                break
        engine.stdin.close()
        engine.wait()
    return parts_of(run_dir, began)


def peer(recipe: Path, run_dir: Path) -> dict[str, float]:
    """The plain script, with as many rows in its step as the recipe's; its threads do not spin either, which on a busy
    machine made its step ten times slower."""
    from engine.models.starter import starter_path

    rows = json.loads(recipe.read_text())["data"]["sources"][0]["path"]
    began = time.time()
    done = subprocess.run(
        [sys.executable, "-c", PEER, str(starter_path()), rows, json.dumps([3, 50, 120, 200])],
        env={**environment(), "GOMP_SPINCOUNT": "1000"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    return {
        "total_s": told["end"] - began,
        "imports_s": told["imports"] - began,
        "tokenize_s": told["tokenize"] - told["imports"],
        "load_s": told["load"] - told["tokenize"],
        "step_s": told["end"] - told["load"],
    }


def parts_of(run_dir: Path, began: float) -> dict[str, float]:
    """Seconds of each part, from the journal's clock of the day."""
    events = [
        json.loads(line) for line in (run_dir / "events.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    end = next(event["wall"] for event in events if event["type"] == "metrics" and "train/loss" in event)
    first = next(event["wall"] for event in events if event["type"] == "run.started")
    parts = {"total_s": end - began, "before_s": first - began}
    marks = [event for event in events if event["type"] == "phase" and event["wall"] <= end]
    for mark in marks:
        if mark["state"] == "started":
            over = next(
                (m["wall"] for m in marks if m["name"] == mark["name"] and m["state"] == "finished"), end
            )
            parts[f"{mark['name']}_s"] = over - mark["wall"]
    known = sum(value for name, value in parts.items() if name not in ("total_s",))
    parts["between_s"] = parts["total_s"] - known
    return parts


def slowest_imports(recipe: Path, run_dir: Path) -> None:
    """The modules that take longest by themselves, in a cold run."""
    document = {**json.loads(recipe.read_text()), "run": {"output_dir": str(run_dir), "save_steps": 0}}
    mine = recipe.with_name("imports.json")
    mine.write_text(json.dumps(document))
    command = [sys.executable, "-X", "importtime", "-m", "engine", "run", str(mine), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    rows = [
        line.split("|")
        for line in done.stderr.splitlines()
        if line.startswith("import time:") and "us]" not in line
    ]
    timed = sorted(((int(row[1]) / 1e6, row[2]) for row in rows), key=lambda item: -item[0])
    print(f"{len(rows)} modules")
    for seconds, name in timed[:60]:
        print(f"{seconds:8.2f} s with all below it {name}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
