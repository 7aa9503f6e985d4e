"""A recipe tried for one step: on its longest batch, with nothing left but the figure, which later plans begin from."""

import json
import tempfile
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.contract.recipe import RecipeBase
from engine.data.pack import Batch
from engine.registry import parse_recipe
from engine.train import dry_run as trying
from engine.train import plan as planning
from engine.train.devices import Target
from engine.train.dry_run import dry_run
from engine.train.plan import make_plan
from engine.train.session import Session
from engine.train.tried import corrected
from tests.integration.quiet_job import QuietJob

ROWS = (3, 60, 5, 41, 8, 2, 4, 6)  # words of each answer


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, luthier_home: Path) -> Path:
    """Where temporary folders are made, which must be empty afterwards."""
    import engine.train.calibration

    monkeypatch.setattr(engine.train.calibration, "multiply_rate", lambda device, threads=None: 1e11)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def recipe_for(tiny_model: Path, folder: Path, **sections: Any) -> RecipeBase:
    data = folder / "rows.jsonl"
    rows = [
        {"instruction": f"Say {count} words", "output": " ".join([f"w{index}"] * count)}
        for index, count in enumerate(ROWS)
    ]
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    document = {
        "model": {"path": str(tiny_model)},
        "data": {"sources": [{"path": str(data)}]},
        "method": {"kind": "lora", "rank": 4},
        "objective": {"kind": "sft"},
        "optim": {
            "per_device_train_batch_size": 2,
            "gradient_accumulation_steps": 4,
            "num_train_epochs": 3.0,
        },
        "run": {"output_dir": str(folder / "run")},
    }
    return parse_recipe({**document, **sections})


def test_the_longest_batch_is_made_and_nothing_stays_but_its_figure(
    tiny_model: Path, tmp_path: Path, place: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Batch] = []
    real = Session.batch

    def batch(self: Session, *args: Any, **how: Any) -> Batch:
        seen.append(real(self, *args, **how))
        return seen[-1]

    monkeypatch.setattr(Session, "batch", batch)
    recipe = recipe_for(tiny_model, tmp_path)
    before = {path for path in luthier_home.rglob("*") if path.is_file()}
    found = dry_run(recipe, job=QuietJob())
    short, short_again, longest, longest_again = (item.tokens for item in seen)  # two micro-batches a step
    assert short == short_again < longest == longest_again == found.tokens
    assert found.rows == 2 and found.seconds > 0 and found.measured_bytes > 1e8
    assert found.plan.tried and found.plan.memory_bytes == found.measured_bytes
    assert found.plan.predicted_bytes == found.predicted_bytes != found.measured_bytes
    assert not list(place.iterdir()) and not (tmp_path / "run").exists()
    after = {path for path in luthier_home.rglob("*") if path.is_file()} - before
    assert "tried_steps.json" in {path.name for path in after}
    assert not [path for path in after if path.suffix == ".safetensors" or "runs" in path.parts]


def test_a_later_plan_of_the_same_shape_begins_from_the_measured_step(
    tiny_model: Path, tmp_path: Path
) -> None:
    recipe = recipe_for(tiny_model, tmp_path)
    assert not make_plan(recipe).tried
    measured = dry_run(recipe, job=QuietJob()).measured_bytes
    faster = recipe.replace(optim=recipe.optim.model_copy(update={"learning_rate": 3e-3}))
    plan = make_plan(faster)
    assert plan.tried and plan.memory_bytes == measured == sum(plan.memory.values())
    smaller = recipe.replace(optim=recipe.optim.model_copy(update={"per_device_train_batch_size": 1}))
    other = recipe_for(tiny_model, tmp_path, method={"kind": "lora", "rank": 8})
    eager = recipe.replace(model=recipe.model.model_copy(update={"gradient_checkpointing": True}))
    assert not any(make_plan(item).tried for item in (smaller, other, eager))
    assert not make_plan(recipe, card="24 GB").tried
    (tmp_path / "rows.jsonl").write_text('{"instruction": "a", "output": "b"}\n', encoding="utf-8")
    assert not make_plan(recipe).tried


@pytest.mark.parametrize(
    "sections",
    [
        {"method": {"kind": "full"}, "optim": {"per_device_train_batch_size": 4}},
        {"method": {"kind": "adalora"}},
        {"method": {"kind": "lora", "init": "pissa"}},
        {"method": {"kind": "prompt_tuning"}, "data": {"packing": False}},
        {"objective": {"kind": "dpo"}},
        {"objective": {"kind": "kto"}},
        {"objective": {"kind": "grpo", "max_completion_tokens": 4, "num_generations": 2}},
    ],
    ids=lambda sections: "-".join(f"{item.get('kind', '')}" for item in sections.values()),
)
def test_other_methods_and_objectives_are_tried_as_they_are_trained(
    tiny_model: Path, tmp_path: Path, place: Path, sections: dict[str, Any]
) -> None:
    kind = sections.get("objective", {}).get("kind", "sft")
    row = {"instruction": "Say it", "output": "w1 w2", "chosen": "w1 w2", "rejected": "w3", "kto_tag": True}
    wanted = {"dpo": ("instruction", "chosen", "rejected"), "kto": ("instruction", "output", "kto_tag")}
    names = wanted.get(kind, ("instruction", "output"))
    recipe = recipe_for(tiny_model, tmp_path)
    source = recipe.data.sources[0]
    lines = [{name: row[name] for name in names} | {"instruction": f"Say it {n}"} for n in range(4)]
    for line in lines[::2]:
        line.update({"kto_tag": False} if kind == "kto" else {})
    Path(source.path).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    data = {"sources": [{"path": source.path}], **sections.get("data", {})}
    tried = recipe_for(tiny_model, tmp_path, **{**sections, "data": data})
    Path(source.path).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = dry_run(tried, job=QuietJob())
    assert found.plan.tried and found.measured_bytes > 0 and found.rows <= 4
    assert not list(place.iterdir())


def test_what_cannot_fit_is_refused_before_anything_loads_unless_it_is_wanted(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "this_machine", lambda device: Target("cpu", "cpu", 1000, True))
    recipe = recipe_for(tiny_model, tmp_path)
    job = QuietJob()
    with pytest.raises(UserError) as refused:
        dry_run(recipe, job=job)
    assert refused.value.info.code is ErrorCode.OUT_OF_MEMORY
    assert refused.value.info.details["free_bytes"] == 1000 and "load" not in job.phases
    assert dry_run(recipe, job=QuietJob(), anyway=True).measured_bytes > 1000


@pytest.mark.parametrize("phase", ["read", "load", "try"])
def test_it_can_be_cancelled_wherever_it_is(
    tiny_model: Path, tmp_path: Path, place: Path, luthier_home: Path, phase: str
) -> None:
    def hook(job: QuietJob) -> None:
        if phase in job.phases:
            job.current = "cancel"

    recipe = recipe_for(tiny_model, tmp_path)
    with pytest.raises(Cancelled):
        dry_run(recipe, job=QuietJob(hook))
    assert not list(place.iterdir()) and not (luthier_home / "tried_steps.json").exists()


def test_a_measured_step_moves_only_what_was_guessed(tiny_model: Path, tmp_path: Path) -> None:
    recipe = recipe_for(tiny_model, tmp_path)
    parts = make_plan(recipe).memory
    exact = ("weights", "quantization", "adapter", "gradients", "optimizer")
    total = sum(parts.values())
    for measured in (total + 10**9, total - 10**5, total // 2):
        found = corrected(recipe, parts, measured)
        assert sum(found.values()) == measured and min(found.values()) >= 0
        assert {name: found[name] for name in exact} == {name: parts[name] for name in exact}
    answers = recipe_for(tiny_model, tmp_path, objective={"kind": "grpo"})
    assert corrected(answers, parts, total // 2) == parts
    assert sum(corrected(answers, parts, total + 5).values()) == total + 5


def test_a_plan_that_was_corrected_upwards_expects_as_much_of_what_it_proposes(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_for(tiny_model, tmp_path)
    predicted = make_plan(recipe, changes=True)
    assert predicted.fits
    room = predicted.memory_bytes + 10**7
    monkeypatch.setattr(planning, "this_machine", lambda device: Target("cpu", "cpu", room, True))
    assert make_plan(recipe).fits
    monkeypatch.setattr(planning, "measured_for", lambda *_: predicted.memory_bytes + 10**9)
    plan = make_plan(recipe)
    assert not plan.fits and not any(change.fits for change in plan.changes)


def test_the_command_line_prints_all_three_figures(
    tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.registry import save_recipe

    path = tmp_path / "recipe.yaml"
    save_recipe(recipe_for(tiny_model, tmp_path), path)
    out = tmp_path / "stdout"
    assert main.run(["plan", str(path), "--dry-run", "--json"], claimed=FileIO(out, "wb")) == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    answer = json.loads(line)
    assert answer["plan"]["memory_bytes"] == answer["measured_bytes"] > 0
    assert answer["predicted_bytes"] == answer["plan"]["predicted_bytes"]
    capsys.readouterr()
    assert main.run(["plan", str(path), "--dry-run"], claimed=None) == 0
    text = capsys.readouterr().out
    assert "predicted " in text and "measured " in text and "tokens in 2 rows" in text and "together" in text
    monkeypatch.setattr(trying, "this_machine", lambda device: Target("cpu", "cpu", 1000, True))
    assert main.run(["plan", str(path), "--dry-run"], claimed=None) == 1
    assert "0.0 GB are free" in capsys.readouterr().err
    assert main.run(["plan", str(path), "--dry-run", "--anyway"], claimed=None) == 0
