"""The importance matrix is what it says, arrives at the quantizer under the right names, and is needed there."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.contract.errors import UserError
from engine.export.gguf_convert import convert, gguf_names
from engine.export.gguf_quantize import quantize
from engine.export.importance import mean_squares, texts, write_importance
from engine.export.merging import weights_of, write_small_files
from engine.export.run import open_run
from engine.models.gguf_file import GgufFile
from engine.models.tuned import load_folder, load_tuned
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run

ROWS = [[5, 6, 7, 8], [9, 10, 300]]


def test_means_are_over_all_tokens_and_by_the_names_of_the_base(tiny_run: Path) -> None:
    model = load_tuned(open_run(tiny_run), dtype="float32")
    found = mean_squares(model, ROWS, job=QuietJob())
    assert {name.rpartition(".")[2] for name in found} == {
        *("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "lm_head")
    }
    assert all(name.startswith(("model.layers.", "lm_head")) for name in found)
    with torch.inference_mode():
        embedded = torch.cat([model.get_input_embeddings()(torch.tensor(row)) for row in ROWS])
        norm = model.get_submodule("base_model.model.model.layers.0.input_layernorm")
        expected = norm(embedded).square().mean(dim=0).numpy()
    assert np.allclose(found["model.layers.0.self_attn.q_proj"], expected, rtol=1e-4)
    assert np.array_equal(found["model.layers.0.self_attn.q_proj"], found["model.layers.0.self_attn.k_proj"])


def test_the_merged_model_hears_the_same(tiny_run: Path) -> None:
    from engine.export.run import merge

    apart = mean_squares(load_tuned(open_run(tiny_run), dtype="float32"), ROWS, job=QuietJob())
    together = load_folder(merge(tiny_run, job=QuietJob()), dtype="float32")
    for name, values in mean_squares(together, ROWS, job=QuietJob()).items():
        assert np.allclose(values, apart[name], rtol=1e-2, atol=1e-4), name


def test_without_the_training_files_the_held_out_rows_serve(tiny_run: Path) -> None:
    job = QuietJob()
    found = list(texts(open_run(tiny_run), job=job))
    assert len(found) == 4 and all(row for row in found)
    assert job.warnings == ["training_data_gone"]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over a base whose rows are as wide as the blocks of these types: narrower ones get another type."""
    folder = tmp_path_factory.mktemp("wide")
    return make_run(folder / "run", make_base(folder / "base", width=256))


@pytest.mark.slow
def test_types_of_few_bits_are_made_with_it_and_not_without(wide: Path, tmp_path: Path) -> None:
    tuned = open_run(wide)
    weights = weights_of(tuned)
    small = tmp_path / "small"
    small.mkdir()
    write_small_files(tuned, small)
    base = convert(small, tmp_path / "f16.gguf", plain_type="f16", name="x", job=QuietJob(), weights=weights)
    matrix = write_importance(
        tuned,
        tmp_path / "importance.safetensors",
        names=lambda names: gguf_names(small, names, weights),
        job=QuietJob(),
    )
    sizes = [base.stat().st_size]
    for name in ("iq4_xs", "iq3_xxs", "iq2_xxs", "iq1_s"):
        path = quantize(base, tmp_path / f"{name}.gguf", type_name=name, job=QuietJob(), importance=matrix)
        sizes.append(path.stat().st_size)
        file = GgufFile(path, context_tokens=64, all_logits=True)
        assert np.isfinite(file.logits_along(ROWS[0], ROWS[1])).all()
        file.close()
    assert sizes == sorted(sizes, reverse=True)
    with pytest.raises(UserError, match=r"importance|imatrix|quantiz"):
        quantize(base, tmp_path / "x.gguf", type_name="iq2_xxs", job=QuietJob())
