"""The training loop on a tiny model: equal to a plain padded loop, exact to resume, obedient to wishes."""

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.contract.recipe import RecipeBase
from engine.registry import parse_recipe
from engine.train import checkpoint as checkpoints
from engine.train.keep import keep_checkpoint
from engine.train.loop import train
from engine.train.order import Order
from tests.integration.quiet_job import QuietJob

WORDS = [
    "wood",
    "glue",
    "string",
    "bow",
    "bridge",
    "scroll",
    "varnish",
    "spruce",
    "maple",
    "ebony",
    "peg",
    "chisel",
    "arch",
    "rib",
    "bout",
]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    rows = []
    for _ in range(22):
        question = " ".join(rng.choice(WORDS, int(rng.integers(2, 9))))
        rows.append(
            {"instruction": question, "output": " ".join(rng.choice(WORDS, int(rng.integers(1, 14))))}
        )
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def make_recipe(model: Path, dataset: Path, **changes: dict[str, Any]) -> RecipeBase:
    document: dict[str, Any] = {
        "model": {"path": str(model)},
        "data": {"sources": [{"path": str(dataset)}], "cutoff_len": 128},
        "method": {"kind": "lora", "rank": 4, "lora_alpha": 8},
        "objective": {"kind": "sft"},
        "optim": {
            "learning_rate": 5e-3,
            "max_steps": 8,
            "per_device_train_batch_size": 3,
            "gradient_accumulation_steps": 2,
            "warmup_ratio": 0.2,
            "weight_decay": 0.01,
        },
        "run": {"save_steps": 3, "seed": 5},
    }
    for section, options in changes.items():
        if "kind" in options:
            document[section] = options
        else:
            document[section] = {**document[section], **options}
    return parse_recipe(document)


def plain_losses(model_path: Path, recipe: RecipeBase, examples: Any, pad: int) -> list[float]:
    """The same steps with padded batches, transformers' own attention and PEFT, written plainly."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, get_scheduler

    torch.manual_seed(recipe.run.seed)
    model = AutoModelForCausalLM.from_pretrained(model_path, dtype=torch.float32)
    torch.manual_seed(recipe.run.seed)
    config = LoraConfig(task_type="CAUSAL_LM", r=4, lora_alpha=8, target_modules="all-linear")
    model = get_peft_model(model, config)
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optim = recipe.optim
    optimizer = torch.optim.AdamW(trained, lr=optim.learning_rate, weight_decay=optim.weight_decay)
    steps = int(optim.max_steps or 0)
    schedule = get_scheduler("cosine", optimizer, math.ceil(steps * optim.warmup_ratio), steps)
    order = Order(
        len(examples), optim.per_device_train_batch_size, optim.gradient_accumulation_steps, True, 5
    )
    losses = []
    for step in range(steps):
        micro = [[examples[row] for row in rows] for rows in order.micro_batches(step)]
        count = sum(example.trained_tokens for rows in micro for example in rows)
        total = 0.0
        for rows in micro:
            ids, mask, labels = padded(rows, pad)
            logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]
            loss = (
                torch.nn.functional.cross_entropy(
                    logits.flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100, reduction="sum"
                )
                / count
            )
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(trained, optim.max_grad_norm)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(total)
    return losses


def padded(rows: Any, pad: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    width = max(len(example) for example in rows)
    ids = torch.full((len(rows), width), pad)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    labels = torch.full((len(rows), width), -100)
    for index, example in enumerate(rows):
        tokens = torch.tensor(example.input_ids, dtype=torch.long)
        ids[index, : len(example)] = tokens
        mask[index, : len(example)] = 1
        labels[index, : len(example)] = torch.where(torch.tensor(example.trained), tokens, -100)
    return ids, mask, labels


@pytest.mark.parametrize("packing", [True, False])
def test_losses_equal_a_plain_padded_loop(
    tiny_model: Path, dataset: Path, tmp_path: Path, packing: bool
) -> None:
    from engine.data.prepare import prepare
    from engine.models.load import load_tokenizer

    recipe = make_recipe(tiny_model, dataset, data={"packing": packing})
    job = QuietJob()
    train(recipe, run_dir=tmp_path / "run", resume=False, job=job)
    ours = list(job.series("train/loss").values())
    tokenizer = load_tokenizer(str(tiny_model))
    examples = prepare(recipe, tokenizer, job=QuietJob()).train
    expected = plain_losses(tiny_model, recipe, examples, int(tokenizer.pad_token_id or 0))
    assert len(ours) == 8
    assert ours == pytest.approx(expected, abs=1e-4)
    assert ours[-1] < ours[0]


def adapter_bytes(run_dir: Path) -> bytes:
    return (run_dir / "adapter" / "adapter_model.safetensors").read_bytes()


def test_pause_and_resume_is_bit_exact(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    method = {
        "kind": "lora",
        "rank": 4,
        "lora_alpha": 8,
        "lora_dropout": 0.2,
    }  # dropout draws on the random state
    recipe = make_recipe(tiny_model, dataset, method=method)
    whole = QuietJob()
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=whole)

    asked = {"count": 0}

    def pause_in_the_middle_of_step_six(job: QuietJob) -> None:
        asked["count"] += 1
        if len(job.series("train/loss")) == 5:
            job.current = "pause"

    first = QuietJob(pause_in_the_middle_of_step_six)
    outcome = train(recipe, run_dir=tmp_path / "cut", resume=False, job=first)
    assert outcome.status == "paused"
    assert asked["count"] > 5
    assert checkpoints.steps(tmp_path / "cut" / "checkpoints")[-1] == 5
    second = QuietJob()
    outcome = train(recipe, run_dir=tmp_path / "cut", resume=True, job=second)
    assert outcome.status == "completed"
    joined = first.series("train/loss") | second.series("train/loss")
    assert joined == whole.series("train/loss")
    assert adapter_bytes(tmp_path / "cut") == adapter_bytes(tmp_path / "whole")


def test_damaged_checkpoint_is_passed_over(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    recipe = make_recipe(tiny_model, dataset, run={"save_total_limit": 9})
    train(recipe, run_dir=tmp_path / "run", resume=False, job=QuietJob())
    folder = tmp_path / "run" / "checkpoints"
    newest = checkpoints.folder_of(folder, checkpoints.steps(folder)[-1])
    weights = newest / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert "weights.safetensors" in (checkpoints.damage(newest) or "")
    good = checkpoints.newest_good(folder)
    assert good is not None and good != newest
    with pytest.raises(UserError) as caught:
        checkpoints.load(newest)
    assert caught.value.info.code is ErrorCode.CHECKPOINT_DAMAGED


def test_save_now_writes_a_checkpoint_and_goes_on(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    def save_once(job: QuietJob) -> None:
        if len(job.series("train/loss")) == 2 and not asked:
            asked.append("save")
            job.current = "save"

    job = QuietJob(save_once)
    outcome = train(
        make_recipe(tiny_model, dataset, run={"save_steps": 0}),
        run_dir=tmp_path / "run",
        resume=False,
        job=job,
    )
    assert outcome.status == "completed"
    assert [e.step for e in job.events if e.type == "checkpoint"] == [2, 8]


def test_stop_keeps_and_discard_does_not(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    def after_three(action: Any) -> Any:
        def hook(job: QuietJob) -> None:
            if len(job.series("train/loss")) == 3:
                job.current = action

        return hook

    recipe = make_recipe(tiny_model, dataset)
    outcome = train(recipe, run_dir=tmp_path / "kept", resume=False, job=QuietJob(after_three("stop")))
    assert outcome.status == "stopped"
    assert outcome.report.steps == 3
    assert Path(outcome.paths["adapter"], "adapter_model.safetensors").is_file()
    with pytest.raises(Cancelled):
        train(recipe, run_dir=tmp_path / "gone", resume=False, job=QuietJob(after_three("discard")))
    assert not (tmp_path / "gone" / "checkpoints").exists()
    assert not (tmp_path / "gone" / "adapter").exists()


def test_infinite_learning_stops_with_the_rows_named(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    broken = tmp_path / "broken"
    broken.mkdir()
    for path in tiny_model.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    tensors = load_file(broken / "model.safetensors")
    tensors["model.norm.weight"][0] = float("nan")
    save_file(tensors, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(UserError) as caught:
        train(make_recipe(broken, dataset), run_dir=tmp_path / "run", resume=False, job=QuietJob())
    assert caught.value.info.code is ErrorCode.NOT_FINITE
    assert "rows.json:" in caught.value.info.message


def test_early_stopping_and_best_checkpoint(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    recipe = make_recipe(
        tiny_model,
        dataset,
        data={"validation": {"ratio": 0.3}},
        optim={"max_steps": 60, "learning_rate": 0.2, "lr_scheduler_type": "constant", "warmup_ratio": 0.0},
        run={"eval_steps": 2, "early_stopping_patience": 3, "save_steps": 0},
    )
    job = QuietJob()
    outcome = train(recipe, run_dir=tmp_path / "run", resume=False, job=job)
    losses = job.series("eval/loss")
    best = min(losses, key=lambda step: losses[step])
    assert outcome.report.best_step == best
    assert outcome.report.steps == best + 6 < 60
    assert outcome.report.eval_loss == losses[best]


def test_resume_refuses_another_method(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    recipe = make_recipe(tiny_model, dataset, optim={"max_steps": 2})
    train(recipe, run_dir=tmp_path / "run", resume=False, job=QuietJob())
    other = make_recipe(tiny_model, dataset, optim={"max_steps": 2}, method={"kind": "lora", "rank": 5})
    with pytest.raises(UserError) as caught:
        train(other, run_dir=tmp_path / "run", resume=True, job=QuietJob())
    assert caught.value.info.recipe_path == "method"


@pytest.mark.parametrize(
    "method",
    [
        {"kind": "full"},
        {"kind": "full", "train_embeddings": False},
        {"kind": "lora", "use_dora": True},
        {"kind": "lora", "use_rslora": True, "loraplus_lr_ratio": 16.0},
        {"kind": "lora", "init": "pissa", "rank": 4},
        {"kind": "lora", "target_modules": ["q_proj", "v_proj"]},
    ],
)
def test_each_method_learns_and_its_result_reloads(
    tiny_model: Path, dataset: Path, tmp_path: Path, method: dict[str, Any]
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    recipe = make_recipe(tiny_model, dataset, method=method, optim={"learning_rate": 2e-3})
    job = QuietJob()
    outcome = train(recipe, run_dir=tmp_path / "run", resume=False, job=job)
    losses = list(job.series("train/loss").values())
    assert losses[-1] < losses[0]
    from engine.train.session import open_session

    session = open_session(recipe)
    newest = checkpoints.newest_good(tmp_path / "run" / "checkpoints")
    assert newest is not None
    session.restore_weights(checkpoints.load(newest))
    session.model.eval()
    if "adapter" in outcome.paths:
        base = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
        reloaded: Any = PeftModel.from_pretrained(base, outcome.paths["adapter"])
    else:
        reloaded = AutoModelForCausalLM.from_pretrained(outcome.paths["model"], dtype=torch.float32)
    ids = torch.arange(40, 60)[None]
    with torch.inference_mode():
        expected = session.model(input_ids=ids).logits
        actual = reloaded.eval()(input_ids=ids).logits
    torch.testing.assert_close(actual, expected, atol=2e-4, rtol=1e-3)


def test_a_run_that_broke_off_can_be_kept(tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    """What its newest checkpoint has learnt becomes the adapter, to the byte what the run itself wrote there."""
    run_dir = tmp_path / "whole"
    train(make_recipe(tiny_model, dataset), run_dir=run_dir, resume=False, job=QuietJob())
    wanted = adapter_bytes(run_dir)
    shutil.rmtree(run_dir / "adapter")
    paths = keep_checkpoint(run_dir, job=QuietJob())
    assert Path(paths["adapter"]) == run_dir / "adapter" and adapter_bytes(run_dir) == wanted
    assert json.loads((run_dir / "report.json").read_text())["steps"] == 8
    shutil.rmtree(run_dir / "checkpoints")
    with pytest.raises(UserError, match="no usable checkpoint"):
        keep_checkpoint(run_dir, job=QuietJob())
