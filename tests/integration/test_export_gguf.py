"""Exports of a tiny run through the real converter, quantizer and llama.cpp, and faults planted in them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.export import run as export_run
from engine.export.reference import held_out_prompts, make_reference
from engine.export.run import export, merge, open_run
from engine.export.verify import compare, open_replay, verdict
from engine.export.weights import open_weights
from engine.models.gguf_file import GgufFile
from engine.models.tuned import encode, render_prompt, tokenizer_of
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run

TEXTS = [
    "emoji 🦊👩‍👩‍👧",
    "中文，标点。",
    "x = [1, 22, 333]\t\n\n  end",
    "<|im_end|> typed by hand",
    "\x07 bell",
    "",
]


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run with everything exported that several tests look at."""
    folder = tmp_path_factory.mktemp("gguf")
    return make_run(folder / "run", make_base(folder / "base"))


@pytest.fixture(scope="module")
def report(run_dir: Path) -> dict[str, object]:
    targets = ["adapter", "merged", "merged:float16", "gguf:f16", "gguf:q8_0", "gguf:q4_k_m"]
    found = export(run_dir, targets=targets, job=QuietJob())
    return {item.target: item for item in found.targets}


def test_every_precise_form_passes_its_comparison(report: dict) -> None:  # type: ignore[type-arg]
    for name in ("adapter", "merged", "merged:float16"):
        found = report[name].verification
        assert found.prompt_tokens_equal, name
        assert found.status == "passed", (name, found)
        assert found.prompts == 4
    found = report["gguf:f16"].verification  # random weights have no margin: one rounding may turn one answer
    assert found.prompt_tokens_equal and found.status in ("passed", "warning"), found
    assert found.greedy_agreement is not None and found.greedy_agreement > 0.7, found


def test_quantized_forms_are_opened_and_judged(report: dict) -> None:  # type: ignore[type-arg]
    """Random weights have no margin between tokens, so that rounding shows more than in a trained model."""
    for name in ("gguf:q8_0", "gguf:q4_k_m"):
        found = report[name].verification
        assert found.prompt_tokens_equal and found.prompts == 4, found
    assert report["gguf:q8_0"].verification.status in ("passed", "warning"), report["gguf:q8_0"]


def test_results_stand_where_the_report_says_and_nothing_else_does(report: dict, run_dir: Path) -> None:  # type: ignore[type-arg]
    paths = {Path(item.path) for item in report.values()}
    assert set((run_dir / "exports").iterdir()) == paths
    assert report["gguf:q4_k_m"].size_bytes < report["gguf:q8_0"].size_bytes < report["gguf:f16"].size_bytes
    assert (Path(report["adapter"].path) / "adapter_model.safetensors").is_file()
    config = json.loads((Path(report["merged:float16"].path) / "config.json").read_text())
    assert config["dtype"] == "float16"


def test_template_and_end_token_are_inside_the_file(report: dict, run_dir: Path) -> None:  # type: ignore[type-arg]
    tokenizer = tokenizer_of(open_run(run_dir))
    file = GgufFile(Path(report["gguf:q8_0"].path), context_tokens=256)
    try:
        assert file.template == tokenizer.chat_template
        assert file.llama.token_eos() == tokenizer.eos_token_id
        assert file.llama.token_bos() == tokenizer.bos_token_id
        assert file.llama.metadata["tokenizer.ggml.eot_token_id"] == str(tokenizer.eos_token_id)
        assert file.ends(tokenizer.eos_token_id)
    finally:
        file.close()


def test_tokens_equal_those_of_transformers(report: dict, run_dir: Path) -> None:  # type: ignore[type-arg]
    tokenizer = tokenizer_of(open_run(run_dir))
    file = GgufFile(Path(report["gguf:q8_0"].path), context_tokens=256)
    try:
        for text in TEXTS:
            messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]
            rendered = render_prompt(tokenizer, messages)
            assert file.render(messages) == rendered
            assert file.encode(rendered) == encode(tokenizer, rendered), text
    finally:
        file.close()


def test_the_trained_models_answers_are_kept_for_the_next_export(
    report: dict, run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[type-arg]
    from engine.export import reference

    monkeypatch.setattr(reference, "load_tuned", lambda tuned: pytest.fail("answered again"))
    tuned = open_run(run_dir)
    assert len(make_reference(tuned, held_out_prompts(tuned), job=QuietJob()).answers) == 4


# ---------------------------------------------------------------- planted faults


def _judge(run_dir: Path, path: Path) -> tuple[str, str]:
    tuned = open_run(run_dir)
    reference = make_reference(tuned, held_out_prompts(tuned), job=QuietJob())
    replay = open_replay(path, engine="llama.cpp", tuned=tuned, reference=reference)
    try:
        found = verdict(compare(reference, replay, job=QuietJob()), precise=True)
    finally:
        replay.close()
    return found.status, found.detail


def _convert(folder: Path, target: Path) -> Path:
    from engine.export.gguf_convert import convert

    return convert(folder, target, plain_type="f16", name="faulty", job=QuietJob())


@pytest.fixture
def merged_copy(run_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(merge(run_dir, job=QuietJob()), tmp_path / "merged"))


def test_a_swapped_template_is_caught(run_dir: Path, merged_copy: Path, tmp_path: Path) -> None:
    other = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}<|im_end|>\n{% endfor %}assistant: "
    (merged_copy / "chat_template.jinja").write_text(other)
    status, detail = _judge(run_dir, _convert(merged_copy, tmp_path / "x.gguf"))
    assert status == "failed" and "prompt is read differently" in detail


def test_an_unmerged_adapter_is_caught(run_dir: Path, merged_copy: Path, tmp_path: Path) -> None:
    shutil.copy(open_run(run_dir).base / "model.safetensors", merged_copy / "model.safetensors")
    status, detail = _judge(run_dir, _convert(merged_copy, tmp_path / "x.gguf"))
    assert status == "failed" and "does not answer" in detail


def test_a_shuffled_tensor_is_caught(run_dir: Path, merged_copy: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(merged_copy / "model.safetensors")
    name = "model.layers.1.mlp.down_proj.weight"
    tensors[name] = np.ascontiguousarray(tensors[name][::-1])
    save_file(tensors, merged_copy / "model.safetensors", metadata={"format": "pt"})
    assert _judge(run_dir, _convert(merged_copy, tmp_path / "x.gguf"))[0] == "failed"


def test_a_file_cut_short_is_refused(report: dict, tmp_path: Path) -> None:  # type: ignore[type-arg]
    whole = Path(report["gguf:q8_0"].path).read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(UserError) as caught:
        GgufFile(tmp_path / "cut.gguf", context_tokens=64)
    assert caught.value.info.code is ErrorCode.UNREADABLE


def test_a_failed_export_does_not_look_finished(
    run_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = open_weights(open_run(run_dir).base, None)
    monkeypatch.setattr(export_run, "weights_of", lambda tuned: base)
    job = QuietJob()
    (item,) = export(run_dir, targets=["gguf:f16"], out=tmp_path / "out", job=job).targets
    assert item.verification.status == "failed"
    assert item.path.endswith(".gguf.failed") and [path.suffix for path in (tmp_path / "out").iterdir()] == [
        ".failed"
    ]
    assert job.warnings == ["verification_failed"]


# ---------------------------------------------------------------- cancel and refusal


@pytest.mark.parametrize("phase", ["convert", "quantize", "verify"])
def test_a_cancelled_export_leaves_nothing(run_dir: Path, tmp_path: Path, phase: str) -> None:
    merge(run_dir, job=QuietJob())

    def cancel(job: QuietJob) -> None:
        job.current = "cancel" if phase in job.phases else None

    with pytest.raises(Cancelled):
        export(run_dir, targets=["gguf:q4_k_m"], out=tmp_path / "out", job=QuietJob(cancel))
    assert list((tmp_path / "out").iterdir()) == []


def test_an_architecture_that_llama_cpp_does_not_know(
    run_dir: Path, merged_copy: Path, tmp_path: Path
) -> None:
    config = json.loads((merged_copy / "config.json").read_text())
    config["architectures"] = ["PerpetuumMobileForCausalLM"]
    (merged_copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError) as caught:
        _convert(merged_copy, tmp_path / "x.gguf")
    assert caught.value.info.code is ErrorCode.EXPORT_FAILED
    assert "PerpetuumMobile" in caught.value.info.message


def test_the_quantizer_says_why_it_could_not(tmp_path: Path) -> None:
    from engine.export.gguf_quantize import quantize

    (tmp_path / "no.gguf").write_bytes(b"this is no model at all")
    with pytest.raises(UserError) as caught:
        quantize(tmp_path / "no.gguf", tmp_path / "out.gguf", type_name="q8_0", job=QuietJob())
    assert caught.value.info.code is ErrorCode.EXPORT_FAILED
    assert not (tmp_path / "out.gguf").exists()
