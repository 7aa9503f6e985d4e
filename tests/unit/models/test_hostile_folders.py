"""Nothing in a model folder executes, hangs or is read from elsewhere, and the sentence names the file."""

import os
import shutil
from pathlib import Path

import pytest

from engine.contract.errors import UserError
from engine.contract.recipe import ModelSection
from engine.models.consent import allow, code_of, may_run_code, withdraw
from engine.models.convert import convert, converted_path
from engine.models.guard import check_folder, notes_of
from engine.models.inspect import describe_folder
from engine.models.load import load_base, load_tokenizer, resolve_model
from tests.integration.quiet_job import QuietJob
from tests.unit.models.hostile_folders import TRAPS, Trap, code, edit, good_folder, torch_file

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes pipes and links")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good_folder(tmp_path_factory.mktemp("good") / "model")


@pytest.fixture
def folder(good: Path, tmp_path: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import transformers.dynamic_module_utils as modules

    monkeypatch.setattr(modules, "HF_MODULES_CACHE", str(tmp_path / "modules"))
    return Path(shutil.copytree(good, tmp_path / "place" / "model"))


def load(folder: Path) -> None:
    load_base(ModelSection(path=str(folder), attention="eager"))
    load_tokenizer(str(folder))


def test_a_good_folder_loads(folder: Path) -> None:
    load(folder)
    assert notes_of(folder) == ()


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_trap_does_not_spring(trap: Trap, folder: Path, tmp_path: Path) -> None:
    canary = tmp_path / "fired"
    name = trap.make(folder, canary)
    describe_folder(folder, "folder")
    if trap.refused:
        with pytest.raises(UserError) as refusal:
            load(folder)
        assert name in refusal.value.info.message
        assert refusal.value.info.hint
    else:
        load(folder)
        assert any(name in note for note in notes_of(folder))
    assert not canary.exists()


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_the_same_trap_springs_for_the_unwary(trap: Trap, folder: Path, tmp_path: Path) -> None:
    canary = tmp_path / "fired"
    trap.make(folder, canary)
    trap.unsafe(folder, canary)
    assert canary.exists()


def test_a_pickle_that_fires_is_not_converted(folder: Path, tmp_path: Path) -> None:
    from tests.unit.models.hostile_folders import Fire

    canary = tmp_path / "fired"
    (folder / "model.safetensors").unlink()
    torch_file(folder / "pytorch_model.bin", Fire(canary))
    with pytest.raises(UserError) as refusal:
        convert(folder, job=QuietJob())
    assert "pytorch_model.bin" in refusal.value.info.message
    assert "more than tensors" in refusal.value.info.message
    assert not canary.exists()
    assert not converted_path(folder).exists()


def test_pickled_tensors_are_converted_once_and_stand_for_the_folder(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(tensors, folder / "pytorch_model.bin")
    made = convert(folder, job=QuietJob())
    assert resolve_model(str(folder)) == made
    again = load_file(made / "model.safetensors")
    assert all(torch.equal(tensors[name], again[name]) for name in tensors | again)
    written = (made / "model.safetensors").stat().st_mtime_ns
    assert convert(folder, job=QuietJob()) == made
    assert (made / "model.safetensors").stat().st_mtime_ns == written
    load(folder)


def test_code_runs_only_while_its_files_are_those_that_were_allowed(folder: Path, tmp_path: Path) -> None:
    canary = tmp_path / "fired"
    code()(folder, canary)
    with pytest.raises(UserError) as refusal:
        may_run_code(folder)
    details = refusal.value.info.details
    assert list(details["code_files"]) == ["modeling_own.py"]
    with pytest.raises(UserError):
        allow(folder, "0" * 64)
    allow(folder, details["code_digest"])
    assert may_run_code(folder)
    load_base(ModelSection(path=str(folder), attention="eager"))
    assert canary.exists()  # it was allowed
    with (folder / "modeling_own.py").open("a") as file:
        file.write("\n# changed\n")
    with pytest.raises(UserError):
        may_run_code(folder)
    changed = code_of(folder)
    assert changed is not None
    allow(folder, changed.digest)
    assert may_run_code(folder)
    withdraw(changed.digest)
    with pytest.raises(UserError):
        may_run_code(folder)


def test_a_new_file_or_another_class_takes_the_permission_back(folder: Path, tmp_path: Path) -> None:
    code()(folder, tmp_path / "fired")
    first = code_of(folder)
    assert first is not None
    allow(folder, first.digest)
    (folder / "more.py").write_text("x = 1\n")
    with pytest.raises(UserError):
        may_run_code(folder)
    (folder / "more.py").unlink()
    assert may_run_code(folder)
    edit(folder / "config.json", auto_map={"AutoConfig": "modeling_own.OwnModel"})
    with pytest.raises(UserError):
        may_run_code(folder)


def test_snapshots_of_the_hub_cache_are_links_that_may_stay(good: Path, tmp_path: Path) -> None:
    repository = tmp_path / "models--org--name"
    blobs, snapshot = repository / "blobs", repository / "snapshots" / "abc"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    for path in good.iterdir():
        shutil.copy(path, blobs / path.name)
        (snapshot / path.name).symlink_to(Path("../../blobs") / path.name)
    check_folder(snapshot)
    (snapshot / "tokenizer.json").unlink()
    (snapshot / "tokenizer.json").symlink_to(good / "tokenizer.json")
    with pytest.raises(UserError, match=r"tokenizer\.json is a link out"):
        check_folder(snapshot)
