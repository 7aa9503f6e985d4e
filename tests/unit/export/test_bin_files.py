"""``pytorch_model.bin``: what torch and transformers read of it, in shards as asked, and the comparison with the run."""

import json
import zipfile
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.export import bin_files
from engine.export.merging import MergeOptions
from engine.export.run import export, merge
from tests.integration.quiet_job import QuietJob


def _merged(run: Path, out: Path, **options: object) -> Path:
    return merge(run, out=out, job=QuietJob(), options=MergeOptions(file_type="bin", **options))  # type: ignore[arg-type]


def test_it_holds_what_the_safetensors_hold(tiny_run: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    older, newer = _merged(tiny_run, tmp_path / "bin"), merge(tiny_run, job=QuietJob())
    assert not list(older.glob("*.safetensors")) and not list(older.glob("*.index.json"))
    expected = load_file(newer / "model.safetensors")
    for mapped in (False, True):
        found = torch.load(older / "pytorch_model.bin", weights_only=True, mmap=mapped)
        assert list(found) and found.keys() == expected.keys()
        assert all(torch.equal(found[name], expected[name]) for name in expected)
    with zipfile.ZipFile(older / "pytorch_model.bin") as archive:
        assert archive.testzip() is None  # programs that read it without torch look at the checksums


def test_in_shards_as_asked_and_transformers_opens_them(tiny_run: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    folder = _merged(tiny_run, tmp_path / "bin", shard_bytes=60_000, dtype="float16")
    shards = sorted(folder.glob("*.bin"))
    index = json.loads((folder / bin_files.INDEX).read_text())
    assert len(shards) > 2 and shards[0].name == f"pytorch_model-00001-of-{len(shards):05d}.bin"
    assert set(index["weight_map"].values()) == {path.name for path in shards}
    model = AutoModelForCausalLM.from_pretrained(folder, use_safetensors=False, weights_only=True)
    plain = AutoModelForCausalLM.from_pretrained(
        merge(tiny_run, out=tmp_path / "st", job=QuietJob(), options=MergeOptions(dtype="float16"))
    )
    ids = torch.tensor([[1, 2, 3]])
    assert torch.equal(model(ids).logits, plain(ids).logits)


def test_only_one_piece_is_in_memory_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes come from the pieces alone, also of tensors larger than a piece and of empty ones."""
    from engine.export.tensor_files import Entry, Shard

    entries = (
        Entry("big", "F32", (600, 1000), tmp_path, 0),
        Entry("none", "F32", (0,), tmp_path, 0),
        Entry("half", "BF16", (7,), tmp_path, 0),
    )
    sent: list[int] = []

    def pieces(entry: Entry):  # type: ignore[no-untyped-def]
        left = entry.size_bytes
        while left:
            sent.append(min(left, 100_001))
            yield memoryview(bytes([len(sent) % 250]) * sent[-1])
            left -= sent[-1]

    import torch

    path = tmp_path / "x.bin"
    bin_files.write_bin_file(Shard(path.name, entries), path, pieces)
    found = torch.load(path, weights_only=True)
    assert len(sent) == 25 and found["none"].shape == (0,) and found["half"].dtype == torch.bfloat16
    data = found["big"].numpy().tobytes()
    assert data[:5] == b"\x01" * 5 and data[100_001] == 2 and data[-1] == 24


def test_the_target_is_compared_with_the_run_and_faults_are_found(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = export(tiny_run, targets=["merged_bin"], out=tmp_path / "out", job=QuietJob()).targets
    assert found.verification.status == "passed", found.verification
    names = {path.name for path in Path(found.path).iterdir()}
    assert {"pytorch_model.bin", "tokenizer.json", "chat_template.jinja", "README.md"} <= names
    from engine.export.merged_bin import MergedBin

    whole = MergedBin.write

    def cut(self: MergedBin, context: object) -> Path:
        folder = whole(self, context)  # type: ignore[arg-type]
        path = folder / "pytorch_model.bin"
        path.write_bytes(path.read_bytes()[:-5000])
        return folder

    monkeypatch.setattr(MergedBin, "write", cut)
    (broken,) = export(tiny_run, targets=["merged_bin"], out=tmp_path / "cut", job=QuietJob()).targets
    assert broken.verification.status == "failed" and broken.path.endswith(".failed")


def test_what_cannot_be_streamed_is_refused(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.export import merging
    from engine.export.skeleton import NotStreamable

    def refuse(*args: object) -> None:
        raise NotStreamable("it trains single tokens")

    monkeypatch.setattr(merging, "weights_of", refuse)
    with pytest.raises(UserError) as caught:
        _merged(tiny_run, tmp_path / "bin")
    assert caught.value.info.code is ErrorCode.EXPORT_FAILED and "older kind" in caught.value.info.message
