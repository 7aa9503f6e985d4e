"""The merged folder is what PEFT would make, complete, and made once."""

import json
from pathlib import Path

import pytest
import torch

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.export.merging import MANIFEST, read_manifest
from engine.export.run import merge, open_run
from engine.models.tuned import load_folder, load_tuned, stop_tokens, tokenizer_of
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_run


def test_merge_equals_pefts_own(tiny_run: Path) -> None:
    from safetensors.torch import load_file

    merged = load_file(merge(tiny_run, job=QuietJob()) / "model.safetensors")
    expected = load_tuned(open_run(tiny_run), dtype="float32", device=torch.device("cpu")).merge_and_unload()
    state = expected.state_dict()
    assert merged
    for name, tensor in merged.items():
        assert torch.equal(tensor, state[name]), name


def test_the_merged_model_says_what_base_and_adapter_say(tiny_run: Path) -> None:
    tuned = open_run(tiny_run)
    ids = torch.tensor([[1, 4093, 198, 520, 9]])
    with torch.inference_mode():
        apart = load_tuned(tuned, dtype="float32")(input_ids=ids).logits
        together = load_folder(merge(tiny_run, job=QuietJob()), dtype="float32")(input_ids=ids).logits
    assert torch.allclose(apart, together, atol=1e-3)
    base = load_folder(tuned.base, dtype="float32")
    with torch.inference_mode():
        assert not torch.allclose(base(input_ids=ids).logits, together, atol=1.0)


def test_the_folder_is_complete(tiny_run: Path) -> None:
    folder = merge(tiny_run, job=QuietJob())
    tokenizer = tokenizer_of(open_run(tiny_run))
    settings = json.loads((folder / "generation_config.json").read_text())
    assert settings["eos_token_id"] == tokenizer.eos_token_id
    assert stop_tokens(tokenizer, folder) == (tokenizer.eos_token_id,)
    assert (folder / "chat_template.jinja").read_text() == tokenizer.chat_template
    assert json.loads((folder / "config.json").read_text())["use_cache"] is True
    card = (folder / "README.md").read_text()
    assert "base_model:" in card and "lora" in card and "rows.json" in card
    assert "secret place" not in card + (folder / "recipe.yaml").read_text()


def test_a_template_of_the_recipe_travels_with_the_model(tiny_base: Path, tmp_path: Path) -> None:
    template = "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}<|im_end|>{% endfor %}[assistant] "
    folder = merge(make_run(tmp_path / "run", tiny_base, template=template), job=QuietJob())
    assert (folder / "chat_template.jinja").read_text() == template


def test_an_up_to_date_merge_is_reused_and_an_old_one_is_not(tiny_run: Path, tiny_base: Path) -> None:
    folder = merge(tiny_run, job=QuietJob())
    before = (folder / "model.safetensors").stat().st_mtime_ns
    job = QuietJob()
    assert merge(tiny_run, job=job) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before and "merge" not in job.phases
    make_run(tiny_run, tiny_base, seed=6)  # another adapter
    merge(tiny_run, job=QuietJob())
    assert (folder / "model.safetensors").stat().st_mtime_ns != before


@pytest.mark.parametrize("after", [0, 3])
def test_a_cancelled_merge_leaves_nothing(tiny_run: Path, after: int) -> None:
    asked = 0

    def cancel(job: QuietJob) -> None:
        nonlocal asked
        asked += 1
        job.current = "cancel" if asked > after else None

    before = sorted(path.name for path in tiny_run.iterdir())
    with pytest.raises(Cancelled):
        merge(tiny_run, job=QuietJob(cancel))
    assert sorted(path.name for path in tiny_run.iterdir()) == before


def test_a_folder_with_other_things_in_it_is_left_alone(tiny_run: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError) as caught:
        merge(tiny_run, out=tmp_path / "mine", job=QuietJob())
    assert caught.value.info.code is ErrorCode.EXPORT_FAILED
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_run_of_full_fine_tuning_is_taken_as_it_is(tiny_run: Path) -> None:
    import shutil

    shutil.copytree(merge(tiny_run, job=QuietJob()), tiny_run / "model")
    (tiny_run / "model" / MANIFEST).unlink()
    shutil.rmtree(tiny_run / "adapter")
    folder = merge(tiny_run, job=QuietJob())
    assert (folder / "model.safetensors").read_bytes() == (
        tiny_run / "model" / "model.safetensors"
    ).read_bytes()
    assert (folder / MANIFEST).is_file()


def test_an_unfinished_run_says_so(tiny_run: Path) -> None:
    import shutil

    shutil.rmtree(tiny_run / "adapter")
    with pytest.raises(UserError) as caught:
        merge(tiny_run, job=QuietJob())
    assert caught.value.info.code is ErrorCode.NOT_FOUND


def test_over_a_quantized_base_the_difference_is_measured(tiny_base: Path, tmp_path: Path) -> None:
    """The merged model stands on the exact base; the loss over the rounded one is what training saw."""
    run = make_run(tmp_path / "run", tiny_base, quantization="nf4")
    job = QuietJob()
    folder = merge(run, job=job)
    manifest = read_manifest(folder)
    assert manifest["loss_rows"] == 4 and job.warnings in ([], ["merged_loss_higher"])
    assert manifest["loss_trained"] != manifest["loss_merged"]
    assert "nf4" in (folder / "README.md").read_text()
    plain = merge(make_run(tmp_path / "plain", tiny_base), job=QuietJob())
    assert (plain / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()
    assert "loss_merged" not in read_manifest(plain)


def test_the_measured_loss_is_the_mean_over_the_answers_tokens(tiny_run: Path) -> None:
    from engine.export import rounding

    tuned = open_run(tiny_run)
    rows = rounding._rows(tuned)
    model = load_tuned(tuned, dtype="float32")
    losses = []
    for prompt, answer in rows:
        labels = torch.tensor([[-100] * len(prompt) + answer])
        with torch.inference_mode():
            out = model(input_ids=torch.tensor([prompt + answer]), labels=labels)
        losses += [float(out.loss)] * len(answer)
    assert rounding._loss(model, rows, QuietJob()) == pytest.approx(sum(losses) / len(losses), abs=1e-4)
