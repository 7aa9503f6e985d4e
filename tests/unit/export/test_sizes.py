"""What is predicted before an export is what it weighs afterwards, within a few per cent."""

from pathlib import Path

import pytest

from engine.export.gguf_sizes import BITS, GgufType, tensor_bytes
from engine.export.placing import size_of
from engine.export.run import export, open_run, parse_target, sizes, spellings
from engine.export.sizes import model_size
from engine.models.tuned import StoredTensor
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run

FOLDERS = ("adapter", "merged", "merged:float16", "merged_bin", "gguf_adapter", "onnx")
FILES = ("f32", "f16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m", "q2_k", "iq4_xs", "iq2_s")
SHARE, SMALL = 0.02, 20_000


def _told_and_made(run: Path, out: Path, targets: list[str]) -> list[tuple[str, int, int]]:
    told = sizes(run).sizes
    made = export(run, targets=targets, out=out, verify=False, job=QuietJob()).targets
    return [(item.target, told[item.target], size_of(Path(item.path))) for item in made]


def _close(told: int, real: int) -> bool:
    return abs(told - real) <= SHARE * real + SMALL


def test_folders_and_adapters(tiny_run: Path, tmp_path: Path) -> None:
    for target, told, real in _told_and_made(tiny_run, tmp_path / "out", list(FOLDERS)):
        assert _close(told, real), (target, told, real)


@pytest.mark.parametrize(("width", "names"), [(64, ("q8_0", "q4_k_m", "iq2_s")), (256, FILES)])
def test_every_kind_of_gguf(width: int, names: tuple[str, ...], tmp_path: Path) -> None:
    """Rows of 64 numbers get the types that llama.cpp falls back on, rows of 256 those that were asked for."""
    run = make_run(tmp_path / "run", make_base(tmp_path / "base", width=width))
    found = _told_and_made(run, tmp_path / "out", [f"gguf:{name}" for name in names])
    for target, told, real in found:
        assert abs(told - real) <= 0.01 * real, (target, told, real)
    assert len({told for _, told, _ in found}) == len(names)


def test_every_form_of_a_run_has_a_size_and_ollama_is_its_gguf(tiny_run: Path) -> None:
    told = sizes(tiny_run).sizes
    assert set(told) == set(spellings())
    for name in FILES:
        assert told[f"ollama:{name}"] == told[f"lm_studio:{name}"] == told[f"gguf:{name}"]


def test_a_whole_model_has_no_adapter_to_export(tiny_run: Path, tiny_base: Path) -> None:
    import shutil

    shutil.rmtree(tiny_run / "adapter")
    shutil.copytree(tiny_base, tiny_run / "model")
    told = sizes(tiny_run).sizes
    assert "adapter" not in told and "gguf_adapter" not in told and told["merged"] > 0


def test_the_disk_that_is_asked_for_is_never_less(tiny_run: Path) -> None:
    model = model_size(open_run(tiny_run))
    for name in spellings():
        target = parse_target(name)
        if name != "merged":  # its weights are linked from the merged folder, which is counted by itself
            assert target.predict_bytes(model.tensors, shared=set()) >= target.result_bytes(model), name


def test_mixtures_spend_more_where_errors_cost_most() -> None:
    """A layer of Llama's shape: values and the way down get more bits than the rest; 32 questions share 8 keys."""
    shapes = {
        "q_proj": (4096, 4096),
        "k_proj": (1024, 4096),
        "v_proj": (1024, 4096),
        "gate_proj": (14336, 4096),
    }

    def bits(part: str, type_name: GgufType) -> float:
        tensors = [
            StoredTensor(f"model.layers.{layer}.self_attn.{name}.weight", "BF16", shape)
            for layer in range(32)
            for name, shape in shapes.items()
        ]
        kept = [tensor for tensor in tensors if part in tensor.name]
        others = [tensor for tensor in tensors if part not in tensor.name]
        both = tensor_bytes(tensors, type_name) - tensor_bytes(others, type_name)
        return 8 * both / sum(tensor.elements for tensor in kept)

    assert bits("gate_proj", "q4_k_m") == pytest.approx(BITS["q4_k"])
    assert BITS["q4_k"] < bits("v_proj", "q4_k_m") < BITS["q6_k"]
    assert bits("v_proj", "q2_k") > BITS["q4_k"] - 2 > bits("gate_proj", "q2_k") - 0.2
