"""What the general questions say of a run, and of the starter model overtrained on purpose.

    python -m tests.benchmarks.forgetting RUN

RUN is a run over the starter model, such as the sample project's. The other one repeats a single row of the sample at
a learning rate that is far too high. Prints one JSON object a model.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine.contract.paths import sample_dataset
from engine.evaluate.forgetting import forgetting
from engine.evaluate.probe import Seen, ask, questions
from engine.models.tuned import find_tuned, load_tuned, tokenizer_of, without_adapter
from engine.registry import load_recipe, save_recipe
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob

STEPS = 24
RATE = 1e-2


def overtrained(folder: Path) -> Path:
    """A run that learns one row by heart, and unlearns the rest."""
    rows = json.loads(sample_dataset().read_text(encoding="utf-8"))[:1] * (2 * STEPS)
    source = folder / "one_row.json"
    source.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    overrides = [
        f"data.sources=[{{path: {source}}}]", "data.validation={ratio: 0}", f"optim.learning_rate={RATE}",
        "optim.num_train_epochs=1", "optim.per_device_train_batch_size=2", "optim.lr_scheduler_type=constant",
        "run.sample_steps=0", "run.save_steps=0",
    ]  # fmt: skip
    recipe = load_recipe(sample_dataset().with_name("recipe.yaml"), overrides=overrides)
    run = folder / "overtrained"
    run.mkdir()
    save_recipe(recipe, run / "recipe.yaml")
    train(recipe, run_dir=run, resume=False, job=QuietJob())
    return run


def seen_by(run: Path, name: str) -> list[Seen]:
    """One pass over the questions: of the run's base, or of the run."""
    tuned = find_tuned(run, load_recipe(run / "recipe.yaml"))
    model, tokenizer = load_tuned(tuned), tokenizer_of(tuned)
    started = time.monotonic()
    if name == "base":
        with without_adapter(model, is_adapter=True):
            found = ask(model, tokenizer, questions(), job=QuietJob(), name=name)
    else:
        found = ask(model, tokenizer, questions(), job=QuietJob(), name=name)
    tell({"model": name, "seconds": round(time.monotonic() - started, 1), "questions": len(found)})
    return found


def tell(what: dict[str, Any]) -> None:
    """One line."""
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Compare and print."""
    run = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        spoilt = overtrained(Path(folder))
        before = seen_by(run, "base")
        for name, place in (("run", run), ("overtrained", spoilt)):
            found = forgetting(questions(), before, seen_by(place, name))
            tell(found.model_dump(mode="json", exclude={"examples"}))


if __name__ == "__main__":
    main()
