"""Spellings of export targets, predicted sizes, and the disk."""

from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.export.placing import require_space
from engine.export.run import export, parse_target, spellings, target_types
from engine.models.tuned import StoredTensor
from tests.integration.quiet_job import QuietJob


def test_every_spelling_parses_to_itself() -> None:
    for text in spellings():
        assert parse_target(text).spelling == text
    assert {"adapter", "merged", "gguf:f16", "gguf:q8_0", "gguf:q4_k_m"} <= set(spellings())


def test_the_kind_alone_means_its_default() -> None:
    assert parse_target("gguf").spelling == "gguf:q8_0"
    assert parse_target(" GGUF:Q4_K_M ").spelling == "gguf:q4_k_m"


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("gguf:q4km", "gguf:q4_k_m"),
        ("gguf:q8", "gguf:q8_0"),
        ("mergd", "merged"),
        ("merged:fp16", "merged:float16"),
    ],
)
def test_an_unknown_target_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_target(wrong)
    assert caught.value.info.code is ErrorCode.BAD_COMMAND
    assert near in caught.value.info.message
    assert "gguf:q8_0" in (caught.value.info.hint or "")


def test_fewer_bits_never_predict_a_larger_file() -> None:
    tensors = (
        StoredTensor("model.embed_tokens.weight", "F32", (1000, 512)),
        StoredTensor("a.weight", "F32", (512, 2048)),
    )
    types = ("f32", "f16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q4_k_s", "q3_k_m", "q2_k")
    sizes = [parse_target(f"gguf:{name}").predict_bytes(tensors, shared={"gguf base"}) for name in types]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[1] > sizes[2]


def test_the_shared_base_file_is_counted_once() -> None:
    tensors = (StoredTensor("a.weight", "F32", (512, 2048)),)
    shared: set[str] = set()
    first = parse_target("gguf:q4_k_m").predict_bytes(tensors, shared=shared)
    second = parse_target("gguf:q4_k_m").predict_bytes(tensors, shared=shared)
    assert first - second >= tensors[0].size_bytes


def test_every_target_says_what_predicts_its_size() -> None:
    for item in target_types():
        for info in item.choice_infos():
            assert info.bits_per_weight is None or 0 <= info.bits_per_weight <= 32


def test_a_full_disk_is_told_before_any_work(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 10**12 - 1000, 1000))
    with pytest.raises(UserError) as caught:
        export(tiny_run, targets=["gguf:q8_0"], out=tmp_path / "out", job=QuietJob())
    info = caught.value.info
    assert info.code is ErrorCode.DISK_FULL
    assert info.details["free_bytes"] == 1000 and info.details["needed_bytes"] > 10**7
    assert not (tmp_path / "out").exists() and not (tiny_run / "merged").exists()


def test_enough_room_is_no_complaint(tmp_path: Path) -> None:
    require_space(tmp_path / "not" / "there", 1, what="A byte")


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        export(tmp_path, targets=["merged"], job=QuietJob())
    assert caught.value.info.code is ErrorCode.NOT_FOUND
