"""The first thing to do with Luthier, without a window: import the sample, train, merge, export, verify, and ask
the model the same questions before and after. Every part is timed and every path is shown."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.cli.foreground import run_to_result
from engine.cli.output import Output
from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import Answer
from engine.contract.messages import Sampling, Turn
from engine.contract.paths import sample_dataset, sample_heldout
from engine.contract.recipe import RecipeBase, Source
from engine.registry import load_recipe
from engine.server.tasks import export_task, merge_task, starter_task, train_task

QUESTIONS = 3
TARGET = "gguf:q8_0"
ANSWER = Sampling(temperature=0.0, repeat_penalty=1.0, max_tokens=64)


@dataclass(slots=True)
class Project:
    """What the project has done so far."""

    output: Output
    seconds: dict[str, float] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    verification: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    rows: int = 0
    answers: tuple[Answer, ...] = ()

    @contextlib.contextmanager
    def part(self, name: str, sentence: str) -> Iterator[None]:
        """Announce and time one part."""
        self.output.note(f"\n{len(self.seconds) + 1}. {sentence}")
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 1)


def run_starter_project(output: Output) -> int:
    """Do everything, then report; 1 when the export does not answer as the trained model does."""
    project = Project(output)
    with project.part("starter", "Starter model"):
        project.paths["starter_model"] = run_to_result(starter_task(), output)["starter_model"]
    with project.part("import", "Sample dataset"):
        _import(project)
    with project.part("train", "Training"):
        task = train_task(sample_recipe())
        project.training = run_to_result(task, output)
        project.paths["run"] = task.run_dir
        project.paths["adapter"] = str(Path(task.run_dir) / "adapter")
    with project.part("merge", "Merging the adapter into the base model"):
        project.paths["merged"] = run_to_result(merge_task(task.run_dir), output)["merged"]
    with project.part("export", "Export to GGUF, and the comparison with the trained model"):
        target = run_to_result(export_task(task.run_dir, targets=[TARGET]), output)["targets"][0]
        project.paths["gguf"], project.verification = target["path"], target["verification"]
    with project.part("answers", f"{QUESTIONS} held-out questions, before and after"):
        project.answers = ask_before_and_after(project.paths["gguf"])
    _report(project)
    return 1 if project.verification["status"] == "failed" else 0


def sample_recipe() -> RecipeBase:
    """The recipe of the starter project."""
    return load_recipe(sample_dataset().with_name("recipe.yaml"))


def _import(project: Project) -> None:
    from engine.data.api import inspect

    file = inspect((Source(path=str(sample_dataset())),)).files[0]
    if file.rejected:
        first = file.rejected[0]
        raise UserError(
            ErrorCode.UNREADABLE,
            f"The sample dataset is damaged: line {first.line}: {first.reason}",
            hint="Install Luthier again.",
        )
    project.rows = file.accepted
    project.paths["dataset"] = file.path
    project.output.note(f"{file.path}: {file.format}, {file.family}, {file.accepted} rows")


def ask_before_and_after(tuned: str) -> tuple[Answer, ...]:
    """Answers of the starter model and of ``tuned`` to the first held-out questions, always the likeliest token."""
    rows = json.loads(sample_heldout().read_text(encoding="utf-8"))[:QUESTIONS]
    prompts = [
        f"{row['instruction']}\n{row['input']}" if row.get("input") else row["instruction"] for row in rows
    ]
    before, after = _ask("starter", prompts), _ask(tuned, prompts)
    return tuple(
        Answer(prompt=prompt, reference=row["output"], before=first, after=second)
        for prompt, row, first, second in zip(prompts, rows, before, after, strict=True)
    )


def _ask(model: str, prompts: list[str]) -> list[str]:
    from engine.chat import load

    backend = load(model, context_tokens=1024)
    try:
        return [
            backend.send(
                (Turn(role="user", content=prompt),),
                ANSWER,
                on_text=lambda text: None,
                should_stop=lambda: False,
            ).text.strip()
            for prompt in prompts
        ]
    finally:
        backend.close()


def _report(project: Project) -> None:
    output = project.output
    total = round(sum(project.seconds.values()), 1)
    if output.json:
        output.object(
            {
                "paths": project.paths,
                "seconds": {**project.seconds, "total": total},
                "rows": project.rows,
                "training": project.training,
                "verification": project.verification,
                "answers": [answer.model_dump(mode="json") for answer in project.answers],
            }
        )
        return
    output.text(
        f"\nDone in {total:.0f} s ({', '.join(f'{k} {v:.0f} s' for k, v in project.seconds.items())})."
    )
    output.text(
        f"Trained {project.training['steps']} steps on {project.rows} rows; the export is checked: "
        f"{project.verification['status']}."
    )
    for answer in project.answers:
        output.text(f"\nQuestion: {answer.prompt}")
        output.text(f"  before: {_one_line(answer.before)}")
        output.text(f"  after:  {_one_line(answer.after)}")
    output.text()
    for name, path in project.paths.items():
        output.text(f"{name:<14} {path}")
    output.text(f"\nTalk to it: luthier-engine chat {project.paths['gguf']}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
