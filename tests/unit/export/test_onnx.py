"""The ONNX graph computes what torch computes, also token by token, and a faulty one is reported."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.contract.errors import UserError
from engine.export.onnx import FILE
from engine.export.reference import held_out_prompts, make_reference
from engine.export.replay_onnx import OnnxReplay
from engine.export.run import export, open_run
from engine.export.verify import compare, verdict
from engine.models.greedy import logits_along
from engine.models.tuned import encode, load_tuned, tokenizer_of
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run and its ONNX folder; tracing takes a while, so once for all tests."""
    folder = tmp_path_factory.mktemp("onnx")
    run = make_run(folder / "run", make_base(folder / "base"))
    (found,) = export(run, targets=["onnx"], job=QuietJob()).targets
    assert found.verification.status == "passed", found.verification
    assert found.verification.kl is not None and found.verification.kl < 1e-6
    return run, Path(found.path)


def test_logits_equal_those_of_torch(exported: tuple[Path, Path]) -> None:
    run, folder = exported
    ids = torch.randint(0, 40_000, (40,), generator=torch.Generator().manual_seed(1)).tolist()
    expected = logits_along(load_tuned(open_run(run), dtype="float32"), ids[:10], ids[10:]).numpy()
    replay = OnnxReplay(folder)
    assert np.abs(replay.logits(ids[:10], ids[10:]) - expected).max() < 1e-3
    read, cache = replay._run(
        ids[:10], replay._empty(), read=0
    )  # the same with the cache, a few tokens at a time
    found = [read[-1:]]
    for start in range(10, 39, 7):
        part, cache = replay._run(ids[start : start + 7], cache, read=start)
        found.append(part)
    assert np.abs(np.concatenate(found)[:30] - expected).max() < 1e-3


def test_the_folder_is_complete(exported: tuple[Path, Path]) -> None:
    names = {path.name for path in exported[1].iterdir()}
    assert {
        FILE,
        "config.json",
        "tokenizer.json",
        "chat_template.jinja",
        "generation_config.json",
        "README.md",
    } <= names


def test_a_graph_cut_short_cannot_be_opened(exported: tuple[Path, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(exported[1], tmp_path / "cut"))
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data[: len(data) // 2])
    with pytest.raises(UserError, match="cannot open"):
        OnnxReplay(folder)


def test_another_models_graph_is_caught(exported: tuple[Path, Path], tmp_path: Path) -> None:
    """Tensors of one size may be exchanged without any reader noticing; the answers tell."""
    import onnx

    run, folder = exported
    copy = Path(shutil.copytree(folder, tmp_path / "mixed"))
    graph = onnx.load(copy / FILE)
    weights = {tuple(item.dims): [] for item in graph.graph.initializer}
    for item in graph.graph.initializer:
        weights[tuple(item.dims)].append(item)
    first, second = next(items[:2] for shape, items in weights.items() if len(shape) == 2 and len(items) > 1)
    first.raw_data, second.raw_data = second.raw_data, first.raw_data
    onnx.save(graph, copy / FILE)
    reference = make_reference(open_run(run), held_out_prompts(open_run(run)), job=QuietJob())
    found = verdict(compare(reference, OnnxReplay(copy), job=QuietJob()), precise=True, kl_limit=0.005)
    assert found.status == "failed"


@pytest.mark.slow
def test_the_starter_model_with_an_adapter_within_a_thousandth(tmp_path: Path) -> None:
    """The whole way on a real model: a small random adapter over the starter, 200 tokens of text."""
    from peft import LoraConfig

    from engine.models.starter import starter_path

    config = LoraConfig(task_type="CAUSAL_LM", r=2, lora_alpha=0.2, target_modules=["q_proj", "v_proj"])
    run = make_run(tmp_path / "run", starter_path(), config=config)
    (found,) = export(run, targets=["onnx"], verify=False, job=QuietJob()).targets
    tuned = open_run(run)
    ids = encode(tokenizer_of(tuned), "Say it in plain words. 用简单的话说。 def f(x): return x\n" * 10)[:200]
    assert len(ids) == 200
    expected = logits_along(load_tuned(tuned, dtype="float32"), ids[:1], ids[1:]).numpy()
    apart = np.abs(OnnxReplay(Path(found.path)).logits(ids[:1], ids[1:]) - expected).max()
    assert apart < 1e-3, apart
    print(f"largest difference of a logit: {apart:.2g}, largest logit: {np.abs(expected).max():.3g}")
