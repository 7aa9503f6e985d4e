"""Merging a piece at a time gives what PEFT gives with the whole model in memory, for every kind of adapter."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.contract.errors import ErrorCode, UserError
from engine.export import weights as weights_module
from engine.export.merging import MergeOptions, OtherAdapter, merged_folder, weights_of
from engine.export.run import merge, open_run
from engine.export.skeleton import NotStreamable, may_stream, open_adapter
from engine.export.tensor_files import read_entries
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_adapter, make_run


def _configs() -> dict[str, Callable[[], Any]]:
    import peft

    every = {"task_type": "CAUSAL_LM", "target_modules": "all-linear"}
    lora = {"task_type": "CAUSAL_LM", "r": 4}
    return {
        "lora": lambda: peft.LoraConfig(r=4, lora_alpha=7, **every),
        "rslora": lambda: peft.LoraConfig(r=4, use_rslora=True, **every),
        "patterns": lambda: peft.LoraConfig(
            r=4, rank_pattern={"q_proj": 2}, alpha_pattern={"k_proj": 3}, **every
        ),
        "dora": lambda: peft.LoraConfig(r=4, use_dora=True, **every),
        "embedding": lambda: peft.LoraConfig(target_modules=["embed_tokens", "q_proj"], **lora),
        "saved modules": lambda: peft.LoraConfig(
            target_modules=["q_proj"], modules_to_save=["input_layernorm"], **lora
        ),
        "adalora": lambda: peft.AdaLoraConfig(total_step=10, **every),
        "loha": lambda: peft.LoHaConfig(r=4, **every),
        "lokr": lambda: peft.LoKrConfig(r=4, **every),
        "oft": lambda: peft.OFTConfig(oft_block_size=32, **every),
        "ia3": lambda: peft.IA3Config(
            task_type="CAUSAL_LM", target_modules=["k_proj", "down_proj"], feedforward_modules=["down_proj"]
        ),
        "vera": lambda: peft.VeraConfig(task_type="CAUSAL_LM", r=16, target_modules=["q_proj", "o_proj"]),
        "ln_tuning": lambda: peft.LNTuningConfig(
            task_type="CAUSAL_LM", target_modules=["input_layernorm", "norm"]
        ),
    }


def _pefts_own(base: Path, adapter: Path, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    return dict(PeftModel.from_pretrained(model, str(adapter)).merge_and_unload().state_dict())


def _merged(base: Path, adapter: Path) -> tuple[dict[str, torch.Tensor], frozenset[str]]:
    entries = read_entries(base)
    parts = open_adapter(base, adapter, {entry.name for entry in entries})
    merged = weights_module.MergedWeights(entries, (weights_module.WeightedParts(parts),))
    found = {}
    for entry in entries:
        data = b"".join(bytes(piece) for piece in merged.pieces(entry.name))
        found[entry.name] = torch.frombuffer(bytearray(data), dtype=entry.torch_dtype()).reshape(entry.shape)
        assert torch.equal(found[entry.name], merged.tensor(entry.name)), entry.name
    return found, merged.changed


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("kind", sorted(_configs()))
def test_every_kind_is_merged_as_by_peft_to_the_last_bit(
    kind: str, dtype: torch.dtype, tiny_bases: dict[torch.dtype, Path], tmp_path: Path
) -> None:
    base = tiny_bases[dtype]
    adapter = make_adapter(tmp_path / "adapter", base, _configs()[kind]())
    expected = _pefts_own(base, adapter, dtype)
    found, changed = _merged(base, adapter)
    before = {entry.name: entry.read() for entry in read_entries(base)}
    assert changed
    for name, tensor in found.items():
        assert torch.equal(tensor, expected[name]), (name, (tensor - expected[name]).abs().max())
        assert torch.equal(tensor, before[name]) == (name not in changed), name


def test_pieces_smaller_than_a_tensor_change_nothing(
    tiny_bases: dict[torch.dtype, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights_module, "PIECE_BYTES", 9000)
    monkeypatch.setattr(weights_module, "_BLOCK_BYTES", 1)
    base = tiny_bases[torch.bfloat16]
    adapter = make_adapter(tmp_path / "adapter", base, _configs()["lora"]())
    expected = _pefts_own(base, adapter, torch.bfloat16)
    found, _ = _merged(base, adapter)
    assert all(torch.equal(tensor, expected[name]) for name, tensor in found.items())


def test_layers_that_are_stored_transposed(tmp_path: Path) -> None:
    import peft
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(3)
    GPT2LMHeadModel(
        GPT2Config(vocab_size=100, n_embd=64, n_layer=1, n_head=2, n_positions=32)
    ).save_pretrained(tmp_path / "base")
    config = peft.LoraConfig(
        task_type="CAUSAL_LM", r=4, target_modules=["c_attn", "c_proj"], fan_in_fan_out=True
    )
    adapter = make_adapter(tmp_path / "adapter", tmp_path / "base", config)
    expected = _pefts_own(tmp_path / "base", adapter, torch.float32)
    found, changed = _merged(tmp_path / "base", adapter)
    assert len(changed) >= 3
    assert all(torch.equal(tensor, expected[name]) for name, tensor in found.items())


def test_a_wider_number_format_is_rounded_once(tiny_bases: dict[torch.dtype, Path], tmp_path: Path) -> None:
    """bfloat16 base, float32 asked for: the sum is not rounded to bfloat16 on its way."""
    base = tiny_bases[torch.bfloat16]
    run = make_run(tmp_path / "run", base)
    folder = merge(run, job=QuietJob(), options=MergeOptions(dtype="float32"), out=tmp_path / "out")
    weights = weights_of(open_run(run))
    name = "model.layers.0.self_attn.q_proj.weight"
    written = {entry.name: entry for entry in read_entries(folder)}[name].read()
    assert written.dtype == torch.float32
    assert torch.equal(written.bfloat16(), weights.tensor(name))
    assert not torch.equal(written, weights.tensor(name).float())


def test_shards_are_as_large_as_asked_and_load_again(tiny_run: Path, tmp_path: Path) -> None:
    from engine.models.tuned import load_folder

    whole = merge(tiny_run, job=QuietJob())
    folder = merge(tiny_run, job=QuietJob(), options=MergeOptions(shard_bytes=100_000), out=tmp_path / "out")
    files = sorted(folder.glob("*.safetensors"))
    assert len(files) > 3 and (folder / "model.safetensors.index.json").is_file()
    assert sorted(path.stat().st_size for path in files)[-2] < 110_000  # the embedding alone is larger
    one, other = load_folder(whole).state_dict(), load_folder(folder).state_dict()
    assert one and all(torch.equal(one[name], other[name]) for name in one)


# ---------------------------------------------------------------- several adapters


def _combined(base: Path, tmp_path: Path, **options: Any) -> tuple[MergeOptions, Path]:
    one, two = make_run(tmp_path / "one", base, seed=1), make_run(tmp_path / "two", base, seed=2)
    return MergeOptions(others=(OtherAdapter(open_run(two), 0.25),), weight=0.5, **options), one


def test_changes_are_added_by_their_weights(tiny_base: Path, tmp_path: Path) -> None:
    options, run = _combined(tiny_base, tmp_path)
    found = weights_of(open_run(run), options)
    one, two = weights_of(open_run(run)), weights_of(options.others[0].tuned)
    before = {entry.name: entry.read() for entry in read_entries(tiny_base)}
    for name in found.changed:
        base = before[name]
        expected = base + 0.5 * (one.tensor(name) - base) + 0.25 * (two.tensor(name) - base)
        assert torch.allclose(found.tensor(name), expected, atol=1e-5), name


@pytest.mark.parametrize("how", ["ties", "dare_linear", "dare_ties"])
def test_other_ways_drop_a_part_and_repeat_exactly(how: Any, tiny_base: Path, tmp_path: Path) -> None:
    options, run = _combined(tiny_base, tmp_path, combination=how, density=0.3)
    name = "model.layers.1.mlp.up_proj.weight"
    found = weights_of(open_run(run), options).tensor(name)
    assert torch.equal(found, weights_of(open_run(run), options).tensor(name))
    base = {entry.name: entry.read() for entry in read_entries(tiny_base)}[name]
    kept = float((found != base).float().mean())
    assert 0.2 < kept < 0.65  # of two changes, each with 30 % of its numbers


def test_runs_over_another_base_are_not_combined(tiny_base: Path, tiny_bases: Any, tmp_path: Path) -> None:
    other = OtherAdapter(open_run(make_run(tmp_path / "two", tiny_bases[torch.bfloat16])), 1.0)
    run = make_run(tmp_path / "one", tiny_base)
    with pytest.raises(UserError, match="another base"):
        merged_folder(open_run(run), tmp_path / "out", job=QuietJob(), options=MergeOptions(others=(other,)))


# ---------------------------------------------------------------- what cannot be


def test_a_start_that_moved_the_base_is_merged_in_memory_and_said_so(tiny_base: Path, tmp_path: Path) -> None:
    import peft

    config = peft.LoraConfig(task_type="CAUSAL_LM", r=4, target_modules=["q_proj"], init_lora_weights="pissa")
    run = make_run(tmp_path / "run", tiny_base, config=config)
    assert not may_stream(run / "adapter")
    with pytest.raises(NotStreamable, match="pissa"):
        weights_of(open_run(run))
    job = QuietJob()
    folder = merge(run, job=job)
    assert job.warnings == ["merge_in_memory"]
    expected = _pefts_own(tiny_base, run / "adapter", torch.float32)
    for entry in read_entries(folder):
        assert torch.equal(entry.read(), expected[entry.name]), entry.name


def test_numbers_that_are_not_finite_are_refused(tiny_run: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = tiny_run / "adapter" / "adapter_model.safetensors"
    tensors = load_file(path)
    name = next(name for name in tensors if "layers.1" in name and "lora_B" in name)
    tensors[name][0, 0] = float("inf")
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(UserError) as caught:
        merge(tiny_run, job=QuietJob())
    assert caught.value.info.code is ErrorCode.EXPORT_FAILED and "finite" in caught.value.info.message
    assert not (tiny_run / "merged").exists()


def test_prompts_cannot_be_merged(tiny_base: Path, tmp_path: Path) -> None:
    import peft

    run = make_run(
        tmp_path / "run",
        tiny_base,
        config=peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4),
    )
    with pytest.raises(UserError, match="prompts, not weights"):
        merge(run, job=QuietJob())
