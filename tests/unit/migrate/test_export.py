"""Recipes for other programs: what both know survives the way there and back, the rest is listed, the script runs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.cli.main import run
from engine.contract.errors import UserError
from engine.contract.recipe import RecipeBase, Source
from engine.data.store import SourceStore
from engine.migrate.convert import import_config
from engine.migrate.exporting import export_recipe
from engine.migrate.sheet import leaves
from engine.registry import parse_recipe, save_recipe, schema_reply
from engine.train.loop import train
from tests.integration.conftest import tiny_model  # noqa: F401 - a fixture
from tests.integration.quiet_job import QuietJob

ALPACA = [
    {"instruction": f"What is {a} and {a}?", "input": "" if a % 2 else "Say it shortly.", "output": f"It is {2 * a}, of course."}
    for a in range(7)
]  # fmt: skip


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(ALPACA), encoding="utf-8")
    return path


def recipe_of(rows: Path, **sections: Any) -> RecipeBase:
    """A recipe without an option that only one of the programs has."""
    document: dict[str, Any] = {
        "name": "There and back",
        "model": {"path": "/models/some", "dtype": "bfloat16", "gradient_checkpointing": True},
        "data": {"sources": [{"path": str(rows)}], "cutoff_len": 700, "max_samples": 90},
        "method": {"kind": "lora", "rank": 12, "lora_alpha": 24.0, "use_dora": True, "loraplus_lr_ratio": 4.0},
        "objective": {"kind": "sft", "neftune_noise_alpha": 5.0},
        "optim": {"learning_rate": 3e-4, "num_train_epochs": 2.5, "optimizer": "paged_adamw_8bit", "adam_beta2": 0.98},
        "run": {"output_dir": "/somewhere/out", "seed": 9, "save_steps": 40, "save_total_limit": 3},
    }  # fmt: skip
    for name, options in sections.items():
        document[name] = options if "kind" in options else document[name] | options
    return parse_recipe(document)


def there_and_back(recipe: RecipeBase, folder: Path) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """Options before and after by dotted path, without the sources, and those that the way there listed."""
    out = folder / "config.yaml"
    listed = {item.option for item in export_recipe(recipe, "llamafactory", out).unmapped}
    back = parse_recipe(import_config(out).recipe)
    first, second = ({path: value for path, value, _ in leaves(item)} for item in (recipe, back))
    for found in (first, second):
        found.pop("data.sources")
    return first, second, listed


KINDS: list[dict[str, Any]] = [
    {},
    {"method": {"kind": "lora", "target_modules": "q_proj,v_proj", "modules_to_save": "lm_head"}},
    {"method": {"kind": "lora", "init": "pissa", "use_rslora": True, "lora_dropout": 0.2}},
    {"method": {"kind": "lora", "init": "pissa_niter_4"}, "model": {"attention": "eager"}},
    {"method": {"kind": "lora"}, "model": {"quantization": "fp4", "double_quantization": False}},
    {"method": {"kind": "lora"}, "model": {"quantization": "int8", "dtype": "float16"}},
    {"method": {"kind": "full"}, "optim": {"optimizer": "muon", "max_steps": 77}},
    {"method": {"kind": "freeze", "freeze_trainable_layers": 3, "freeze_extra_modules": "norm"}},
    {"method": {"kind": "oft", "oft_block_size": 16, "module_dropout": 0.1}},
    {"method": {"kind": "llama_pro", "num_new_blocks": 4}},
    {"method": {"kind": "continue", "adapter_path": "/some/adapter"}},
    {"objective": {"kind": "sft", "loss": "dft"}, "run": {"save_steps": 0, "early_stopping_patience": 3}},
    {"objective": {"kind": "sft", "label_smoothing": 0.1}},
    {"objective": {"kind": "dpo", "loss": "simpo", "beta": 2.5, "simpo_gamma": 1.2, "sft_weight": 0.3}},
    {"objective": {"kind": "kto", "beta": 0.3, "desirable_weight": 1.5}},
    {"objective": {"kind": "pt"}, "optim": {"lr_scheduler_type": "constant_with_warmup"}},
    {"objective": {"kind": "rm"}, "data": {"train_on_prompt": True}},
    {"data": {"validation": {"count": 2, "near_duplicates": False}}, "run": {"eval_steps": 5, "load_best_at_end": False}},
]  # fmt: skip


@pytest.mark.parametrize("change", KINDS, ids=lambda change: "+".join(sorted(change)) or "plain")
def test_what_both_know_survives_the_way_there_and_back(
    rows: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    data = {"sources": [{"path": str(rows)}], **change.get("data", {})}
    first, second, listed = there_and_back(recipe_of(rows, **{**change, "data": data}), tmp_path)
    different = {path for path in first.keys() | second.keys() if first.get(path) != second.get(path)}
    assert not different - {
        "data.validation.near_duplicates",
        "run.load_best_at_end",
    }  # which only one of them has
    assert not listed


def test_what_one_lacks_is_listed_with_its_value(rows: Path, tmp_path: Path) -> None:
    recipe = recipe_of(
        rows,
        method={"kind": "vera"},
        objective={"kind": "dpo", "loss": "robust"},
        optim={"optimizer": "nadam", "lr_scheduler_type": "warmup_stable_decay", "decay_ratio": 0.4},
        model={"dtype": "auto"},
        data={"sources": [{"path": str(rows)}], "steps": [{"kind": "exact_duplicates"}], "overlong": "split"},
        run={"sample_steps": 7},
    )
    found = export_recipe(recipe, "llamafactory", tmp_path / "config.yaml")
    listed = {item.option: item for item in found.unmapped}
    wanted = {
        "method.kind",
        "objective.loss",
        "optim.optimizer",
        "optim.decay_ratio",
        "model.dtype",
        "data.steps",
    }
    assert wanted | {"data.overlong", "run.sample_steps"} == listed.keys()
    assert listed["run.sample_steps"].value == "7" and all(item.reason for item in found.unmapped)
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert all(f"#   {name} = " in text for name in listed)
    assert yaml.safe_load(text)["finetuning_type"] == "lora"


SHARED = [{"conversations": [{"from": "doctor_asks", "value": "How?"}, {"from": "gpt", "value": "Well."}]}]
FILES: list[tuple[str, list[dict[str, Any]], dict[str, Any], str]] = [
    ("alpaca", [{"q": "Hi", "instruction": "no", "output": "Yes"}], {"columns": {"instruction": "q"}}, "sft"),
    ("prompt_completion", [{"question": "Hi", "answer": "Yes"}], {}, "sft"),
    ("messages", [{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}]}], {}, "sft"),
    ("sharegpt", SHARED, {"roles": {"doctor_asks": "user"}}, "sft"),
    ("preference", [{"instruction": "Hi", "chosen": "Yes", "rejected": "No"}], {}, "dpo"),
    ("kto", [{"instruction": "Hi", "output": "Yes", "label": True}, {"instruction": "Ho", "output": "No", "label": False}], {}, "kto"),
    ("text", [{"text": "Once upon a time."}], {"max_samples": 1}, "pt"),
]  # fmt: skip


@pytest.mark.parametrize(("family", "content", "how", "objective"), FILES, ids=[item[0] for item in FILES])
def test_the_entry_of_a_dataset_gives_the_same_rows(
    tmp_path: Path, family: str, content: list[dict[str, Any]], how: dict[str, Any], objective: str
) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    source = Source(path=str(path), **how)
    before = SourceStore(keep=0).load(source)
    assert before.family == family and len(before.rows) == len(content)
    recipe = recipe_of(path, objective={"kind": objective}, data={"sources": [source.model_dump()]})
    found = export_recipe(recipe, "llamafactory", tmp_path / "config.yaml")
    assert not [item for item in found.unmapped if item.option.startswith("data.sources")]
    (again,) = import_config(tmp_path / "config.yaml").recipe["data"]["sources"]
    after = SourceStore(keep=0).load(Source.model_validate(again))
    said = [[(row.messages, row.rejected, row.label) for row in item.rows] for item in (before, after)]
    assert said[0] == said[1] and again["max_samples"] == source.max_samples


def test_two_files_of_one_name_and_a_list_that_is_there_already(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.json").write_text(json.dumps(ALPACA), encoding="utf-8")
    (tmp_path / "dataset_info.json").write_text('{"mine": {"file_name": "mine.json"}}', encoding="utf-8")
    sources = [{"path": str(tmp_path / name / "rows.json"), "weight": weight} for name, weight in (("a", 0.25), ("b", 0.75))]  # fmt: skip
    recipe = recipe_of(tmp_path, data={"sources": sources, "mix": "interleave_over"})
    for _ in range(2):  # a second time adds nothing
        export_recipe(recipe, "llamafactory", tmp_path / "config.yaml")
    info = json.loads((tmp_path / "dataset_info.json").read_text(encoding="utf-8"))
    assert list(info) == ["mine", "rows", "rows_2"]
    back = import_config(tmp_path / "config.yaml").recipe["data"]
    assert [item["path"] for item in back["sources"]] == [item["path"] for item in sources]
    assert [item["weight"] for item in back["sources"]] == [0.25, 0.75] and back["mix"] == "interleave_over"


# ---------------------------------------------------------------- the script


def run_script(path: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def small_run(model: Path, rows: Path, folder: Path, **sections: Any) -> RecipeBase:
    options = {
        "model": {"path": str(model), "dtype": "float32", "gradient_checkpointing": False},
        "method": {"kind": "lora", "rank": 4, "lora_alpha": 8.0},
        "objective": {"kind": "sft"},
        "data": {"sources": [{"path": str(rows)}], "cutoff_len": 64},
        "optim": {"learning_rate": 5e-3, "max_steps": 2, "per_device_train_batch_size": 2,
                  "gradient_accumulation_steps": 2, "weight_decay": 0.01, "optimizer": "adamw", "warmup_ratio": 0.0},
        "run": {"output_dir": str(folder / "out"), "save_steps": 0, "seed": 5},
    }  # fmt: skip
    return recipe_of(rows, **{**options, **sections})


def test_the_script_trains_to_the_same_losses(tiny_model: Path, rows: Path, tmp_path: Path) -> None:  # noqa: F811
    recipe = small_run(tiny_model, rows, tmp_path)
    found = export_recipe(recipe, "script", tmp_path / "train.py")
    assert not found.unmapped
    lines = run_script(tmp_path / "train.py")
    job = QuietJob()
    train(recipe, run_dir=tmp_path / "run", resume=False, job=job)
    assert [line["loss"] for line in lines] == pytest.approx(
        list(job.series("train/loss").values()), abs=1e-3
    )
    assert len(lines) == 2 and (tmp_path / "out" / "adapter_model.safetensors").is_file()


def test_a_script_of_text_with_rows_held_out(tiny_model: Path, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"body": f"Row {n} says {n * n} times."}) + "\n" for n in range(8)))
    recipe = small_run(
        tiny_model, path, tmp_path,
        objective={"kind": "pt"}, method={"kind": "full"},
        data={"sources": [{"path": str(path)}], "validation": {"path": str(path)}, "cutoff_len": 64},
        run={"output_dir": str(tmp_path / "out"), "save_steps": 0, "seed": 5, "load_best_at_end": False},
    )  # fmt: skip
    export_recipe(recipe, "script", tmp_path / "train.py")
    lines = run_script(tmp_path / "train.py")
    job = QuietJob()
    train(recipe.replace(data=recipe.data.model_copy(update={"validation": recipe.data.validation.model_copy(update={"path": None})})),
          run_dir=tmp_path / "run", resume=False, job=job)  # fmt: skip
    losses = [line["loss"] for line in lines if "loss" in line]
    assert losses == pytest.approx(list(job.series("train/loss").values()), abs=1e-3)
    assert [line["eval_loss"] > 0 for line in lines if "eval_loss" in line] == [True]


def test_what_a_script_leaves_out_stands_at_its_head(rows: Path, tmp_path: Path) -> None:
    recipe = recipe_of(
        rows, objective={"kind": "sft", "loss": "dft"}, data={"sources": [{"path": str(rows)}], "steps": [{"kind": "drop_empty"}]},
        optim={"optimizer": "muon"}, method={"kind": "lora", "init": "olora"},
    )  # fmt: skip
    found = export_recipe(recipe, "script", tmp_path / "train.py")
    assert {item.option for item in found.unmapped} >= {
        "objective.loss",
        "data.steps",
        "optim.optimizer",
        "method.init",
    }
    head = (tmp_path / "train.py").read_text(encoding="utf-8").split('"""')[1]
    assert all(f"- {item.option} = " in head and item.reason in head for item in found.unmapped)


def test_a_hostile_name_does_not_leave_the_head(rows: Path, tmp_path: Path) -> None:
    recipe = recipe_of(rows).replace(name='"""\nraise SystemExit(3)\n"""\\')
    export_recipe(recipe, "script", tmp_path / "train.py")
    tree = compile((tmp_path / "train.py").read_text(encoding="utf-8"), "train.py", "exec")
    assert "SystemExit" not in tree.co_names


@pytest.mark.parametrize("change", [{"objective": {"kind": "dpo"}}, {"method": {"kind": "vera"}}])
def test_what_no_plain_script_can_do_is_refused(rows: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        export_recipe(recipe_of(rows, **change), "script", tmp_path / "train.py")
    assert not (tmp_path / "train.py").exists()


def test_forms() -> None:
    assert {form.kind: form.suffix for form in schema_reply().recipe_forms} == {
        "llamafactory": ".yaml",
        "script": ".py",
    }
    with pytest.raises(UserError):
        export_recipe(
            parse_recipe({"method": {"kind": "lora"}, "objective": {"kind": "sft"}}), "x", Path("x")
        )


def test_the_command_line(rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_recipe(recipe_of(rows, run={"sample_steps": 3}), tmp_path / "recipe.yaml")
    out = tmp_path / "new" / "train.py"
    code = run(["recipe", str(tmp_path / "recipe.yaml"), "--as", "script", "--out", str(out)], claimed=None)
    said = capsys.readouterr().out
    assert code == 0 and out.is_file() and str(out) in said and "run.sample_steps: 3" in said
    assert (
        run(["recipe", str(tmp_path / "recipe.yaml"), "--as", "nothing", "--out", str(out)], claimed=None)
        == 2
    )
