"""Every GGUF type of a run in llama.cpp: size, perplexity on the held-out answers, divergence from the trained model.

    python -m tests.benchmarks.gguf_types RUN FOLDER [--rows N] [--types q8_0 q4_k_m ...]

Writes the files into FOLDER (kept, and used again when they are there), then prints one line of JSON a type; the first
line is the trained model through transformers.
"""

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from engine.export.base import ExportTarget
from engine.export.reference import Likely, log_softmax
from engine.export.run import export, open_run, target_types
from engine.models.gguf_file import GgufFile
from engine.models.greedy import logits_along
from engine.models.tuned import encode, end_of_turn, load_tuned, render_prompt, tokenizer_of
from tests.integration.quiet_job import QuietJob

Rows = list[tuple[list[int], list[int]]]


def main() -> None:
    """Export what is missing, then measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=12)
    parser.add_argument("--types", nargs="*", default=_types())
    arguments = parser.parse_args()
    tuned = open_run(arguments.run)
    rows = _rows(arguments.run, arguments.rows)
    files = {name: arguments.folder / f"{tuned.name}-{name}.gguf" for name in arguments.types}
    missing = [f"gguf:{name}" for name, path in files.items() if not path.is_file()]
    if missing:
        export(arguments.run, targets=missing, out=arguments.folder, verify=False, job=QuietJob())
    model = load_tuned(tuned)
    trained = [logits_along(model, *row).numpy() for row in rows]
    del model
    likely = [Likely.of(logits) for logits in trained]
    _print("trained", 0, rows, trained, likely)
    for name, path in files.items():
        file = GgufFile(path, context_tokens=max(len(p) + len(a) for p, a in rows) + 8, all_logits=True)
        _print(name, path.stat().st_size, rows, [file.logits_along(*row) for row in rows], likely)
        file.close()


def _types() -> list[str]:
    (gguf,) = (item for item in target_types() if item.model_fields["kind"].default == "gguf")
    infos: type[ExportTarget] = gguf
    return [info.spelling.partition(":")[2] for info in infos.choice_infos()]


def _rows(run: Path, count: int) -> Rows:
    """Prompt and answer of held-out rows, the end of the turn included."""
    tokenizer = tokenizer_of(open_run(run))
    end = end_of_turn(tokenizer)
    found = []
    for row in json.loads((run / "heldout.json").read_text(encoding="utf-8"))[:count]:
        answer = encode(tokenizer, row["reference"]) + ([] if end is None else [end])
        found.append((encode(tokenizer, render_prompt(tokenizer, row["messages"])), answer))
    return found


def _print(name: str, size: int, rows: Rows, logits: list[np.ndarray], likely: list[Likely]) -> None:
    loss, places, same = 0.0, 0, 0
    for (_, answer), found, known in zip(rows, logits, likely, strict=True):
        loss -= float(log_softmax(found)[np.arange(len(answer)), answer].sum())
        first = known.tokens[np.arange(len(answer)), known.log_p.argmax(axis=-1)]
        same += int((found.argmax(axis=-1) == first).sum())
        places += len(answer)
    kl = np.concatenate([known.divergence(found) for found, known in zip(logits, likely, strict=True)])
    line: dict[str, Any] = {
        "type": name,
        "megabytes": round(size / 1e6, 1),
        "perplexity": round(math.exp(loss / places), 3),
        "kl": float(f"{kl.mean():.3g}"),
        "next_token_equal": round(same / places, 3),
        "tokens": places,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
