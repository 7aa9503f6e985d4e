"""Each way in which an export can be wrong is planted, in a merged folder and in a GGUF, and reported as a failure."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.export import gguf_convert
from engine.export.reference import held_out_prompts, make_reference
from engine.export.run import export, merge, open_run
from engine.export.verify import compare, open_replay, verdict
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run

KL_LIMIT = 0.02  # of every form that is not quantized
UNKNOWN_END = (
    "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}<jupyter_start>{% endfor %}[assistant] "
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run; its template ends turns with a token that no program guesses to be an end."""
    folder = tmp_path_factory.mktemp("faults")
    return make_run(folder / "run", make_base(folder / "base"), template=UNKNOWN_END)


@pytest.fixture
def merged(run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(merge(run, job=QuietJob()), tmp_path / "merged"))


Judge = Callable[[Path], tuple[str, str]]


@pytest.fixture(params=["transformers", "llama.cpp"])
def judge(request: pytest.FixtureRequest, run: Path, tmp_path: Path) -> Judge:
    """What the verification says of a folder, as it is or after conversion."""
    tuned = open_run(run)
    reference = make_reference(tuned, held_out_prompts(tuned), job=QuietJob())

    def judged(folder: Path) -> tuple[str, str]:
        path = folder
        if request.param == "llama.cpp":
            path = gguf_convert.convert(
                folder, tmp_path / "x.gguf", plain_type="f16", name="faulty", job=QuietJob()
            )
        try:
            replay = open_replay(path, engine=request.param, tuned=tuned, reference=reference)
        except UserError as error:  # as export does
            return "failed", error.info.message
        try:
            found = verdict(compare(reference, replay, job=QuietJob()), precise=True, kl_limit=KL_LIMIT)
        finally:
            replay.close()
        return found.status, found.detail

    return judged


def test_nothing_planted_nothing_found(judge: Judge, merged: Path) -> None:
    status, detail = judge(merged)
    assert status == "passed", detail


def test_swapped_template(judge: Judge, merged: Path) -> None:
    (merged / "chat_template.jinja").write_text(UNKNOWN_END.replace("[assistant] ", "[assistant]"))
    status, detail = judge(merged)
    assert status == "failed" and "prompt is read differently" in detail


def test_missing_end_token(judge: Judge, merged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.export import replay_transformers

    monkeypatch.setattr(gguf_convert, "_mark_end_of_turn", lambda writer, folder: None)
    path = merged / "generation_config.json"
    settings = json.loads(path.read_text())
    settings["eos_token_id"] = 2
    path.write_text(json.dumps(settings))
    # the folder's own files decide, not what the template would suggest to us
    monkeypatch.setattr(
        replay_transformers, "stop_tokens", lambda tokenizer, folder: (tokenizer.eos_token_id,)
    )
    status, detail = judge(merged)
    assert status == "failed" and "would not stop" in detail


def test_wrong_rope_base(judge: Judge, merged: Path) -> None:
    path = merged / "config.json"
    config = json.loads(path.read_text())
    assert config["rope_parameters"]["rope_theta"] == 10000.0
    config["rope_parameters"]["rope_theta"] = 15000.0
    path.write_text(json.dumps(config))
    status, detail = judge(merged)
    assert status == "failed" and ("does not answer" in detail or "another RoPE base" in detail)


def test_wrong_rope_base_shows_in_what_is_said_too(
    merged: Path, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the file's own number cannot be compared: far into a text, probabilities are others."""
    from engine.export import replay_llama

    monkeypatch.setattr(replay_llama, "_check_rope", lambda path, metadata, config: None)
    path = merged / "config.json"
    path.write_text(path.read_text().replace("10000.0", "15000.0"))
    gguf = gguf_convert.convert(merged, tmp_path / "x.gguf", plain_type="f16", name="x", job=QuietJob())
    tuned = open_run(run)
    reference = make_reference(tuned, held_out_prompts(tuned), job=QuietJob())
    replay = open_replay(gguf, engine="llama.cpp", tuned=tuned, reference=reference)
    found = compare(reference, replay, job=QuietJob())
    replay.close()
    assert found.kl_far is not None and found.kl_far > KL_LIMIT
    assert verdict(found, precise=True, kl_limit=KL_LIMIT).status == "failed"


def test_unmerged_adapter(judge: Judge, merged: Path, run: Path) -> None:
    shutil.copy(open_run(run).base / "model.safetensors", merged / "model.safetensors")
    status, detail = judge(merged)
    assert status == "failed" and "does not answer" in detail


def test_shuffled_tensor(judge: Judge, merged: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(merged / "model.safetensors")
    name = "model.layers.1.mlp.down_proj.weight"
    tensors[name] = tensors[name].flip(0).contiguous()
    save_file(tensors, merged / "model.safetensors", metadata={"format": "pt"})
    status, detail = judge(merged)
    assert status == "failed" and "does not answer" in detail


def test_truncated_file(run: Path, merged: Path, tmp_path: Path) -> None:
    """It cannot be opened at all, and says which file it is."""
    tuned = open_run(run)
    reference = make_reference(tuned, held_out_prompts(tuned), job=QuietJob())
    gguf = gguf_convert.convert(merged, tmp_path / "x.gguf", plain_type="f16", name="cut", job=QuietJob())
    for engine, path in (("llama.cpp", gguf), ("transformers", merged / "model.safetensors")):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) - 5000])
        with pytest.raises(UserError) as caught:
            open_replay(
                path if engine == "llama.cpp" else merged, engine=engine, tuned=tuned, reference=reference
            )
        assert caught.value.info.code is ErrorCode.UNREADABLE
        assert path.name in caught.value.info.message


@pytest.mark.parametrize("target", ["gguf:f16", "merged:float16", "adapter"])
def test_a_truncated_export_is_never_presented_as_done(
    target: str, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is cut between writing and verifying, as by a full disk."""
    from engine.export.run import parse_target

    kind = type(parse_target(target))
    whole = kind.write

    def cut(self: object, context: object) -> Path:
        result: Path = whole(self, context)  # type: ignore[arg-type]
        file = result if result.is_file() else next(result.glob("*.safetensors"))
        data = file.read_bytes()
        file.write_bytes(data[: len(data) - 2000])
        return result

    monkeypatch.setattr(kind, "write", cut)
    job = QuietJob()
    (found,) = export(run, targets=[target], out=tmp_path / "out", job=job).targets
    assert found.verification.status == "failed" and job.warnings == ["verification_failed"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [Path(found.path).name]
    assert found.path.endswith(".failed")
