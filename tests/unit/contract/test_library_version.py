"""An old library is brought up to date with a copy beforehand; a newer one is refused and stays as it is."""

import json
from pathlib import Path

import pytest
import yaml

from engine.contract import library_upgrade, migrations
from engine.contract.errors import UserError
from engine.contract.library_version import (
    LIBRARY_VERSION,
    Known,
    open_library,
    read_library,
    refuse_newer,
    write_library,
)
from engine.contract.places import choose_places

RUN = "runs/20250101-120000-first"


@pytest.fixture
def old(luthier_home: Path) -> Path:
    """What the first Luthier left behind: no version, no word about a welcome."""
    (luthier_home / RUN).mkdir(parents=True)
    (luthier_home / RUN / "recipe.yaml").write_text("schema_version: 1\nname: first\n", encoding="utf-8")
    (luthier_home / RUN / "name.txt").write_text("Mine\n", encoding="utf-8")
    (luthier_home / RUN / "adapter").mkdir()
    (luthier_home / RUN / "adapter" / "adapter_model.safetensors").write_bytes(b"weights")
    (luthier_home / "draft.json").write_text('{"schema_version": 1, "name": "drafted"}', encoding="utf-8")
    ini = "[General]\ntheme=dark\nmodel_folders=/a, /b c\n\n[window]\ngeometry=@ByteArray(\\x1\\x2)\n"
    (luthier_home / "preferences.ini").write_text(ini, encoding="utf-8")
    return luthier_home


def contents(home: Path) -> dict[str, bytes]:
    """Every file of the library by its path, copies of upgrades left out."""
    kept = (path for path in sorted(home.rglob("*")) if path.is_file() and "backups" not in path.parts)
    return {str(path.relative_to(home)): path.read_bytes() for path in kept}


def test_an_old_library_is_lifted_and_copied_before(old: Path) -> None:
    before = contents(old)
    backup = open_library(old, program="0.2.0")
    assert backup is not None and backup.parent == old / "backups" and backup.name.startswith("version-0-20")
    assert read_library(old) == Known(LIBRARY_VERSION, "0.2.0")
    copied = contents(backup)
    for name in ("preferences.ini", "draft.json", f"{RUN}/recipe.yaml", f"{RUN}/name.txt"):
        copy = (backup / name).read_bytes()
        assert copy == before[name]
    assert not any("safetensors" in name for name in copied), "weights are too large to be copied"
    after = contents(old)
    assert b"welcomed=true" in after["preferences.ini"] and b"theme=dark" in after["preferences.ini"]
    unchanged = set(before) - {"preferences.ini"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert open_library(old, program="0.2.0") is None, "the second time there is nothing to do"


def test_a_new_folder_gets_its_version_and_no_copy(luthier_home: Path) -> None:
    luthier_home.mkdir()
    assert open_library(luthier_home, program="0.2.0") is None
    assert read_library(luthier_home) == Known(LIBRARY_VERSION, "0.2.0")
    assert [path.name for path in luthier_home.iterdir()] == ["library.json"]


def test_a_newer_library_is_refused_and_stays_as_it_is(old: Path) -> None:
    write_library(old, program="9.1", version=LIBRARY_VERSION + 1)
    before = contents(old)
    with pytest.raises(
        UserError, match=r"written by Luthier 9\.1.*newer than this one \(0\.1\.0\)"
    ) as refused:
        open_library(old, program="0.1.0")
    assert "Nothing was changed" in str(refused.value.info.hint)
    assert contents(old) == before and not (old / "backups").exists()


def test_a_damaged_version_is_not_taken_for_an_old_one(old: Path) -> None:
    (old / "library.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="does not say which version"):
        refuse_newer(old, program="0.1.0")


def test_recipes_of_an_older_kind_are_written_anew(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(library_upgrade, "SCHEMA_VERSION", 2)
    monkeypatch.setitem(migrations.MIGRATIONS, 1, lambda document: {**document, "lifted": True})
    elsewhere = old.parent / "elsewhere"
    choose_places(old, models="", runs=str(elsewhere))
    (elsewhere / "far").mkdir()
    (elsewhere / "far" / "recipe.yaml").write_text("schema_version: 1\nname: 远\n", encoding="utf-8")
    backup = open_library(old, program="0.2.0")
    assert backup is not None
    expected = {"schema_version": 2, "lifted": True}
    assert json.loads((old / "draft.json").read_text()) == {"name": "drafted", **expected}
    for folder, name in ((old / RUN, "first"), (elsewhere / "far", "远")):
        assert yaml.safe_load((folder / "recipe.yaml").read_text(encoding="utf-8")) == {
            "name": name,
            **expected,
        }
    copies = [
        path for path in backup.rglob("recipe.yaml") if "lifted" not in path.read_text(encoding="utf-8")
    ]
    assert len(copies) == 2


def _writes_and_fails(home: Path) -> None:
    (home / "draft.json").write_text("half", encoding="utf-8")
    (home / "new.json").write_text("{}", encoding="utf-8")
    raise RuntimeError("the step is wrong")


def test_a_failing_step_puts_everything_back_and_says_so(old: Path) -> None:
    before = contents(old)
    with pytest.raises(UserError, match="from version 0 to 1: the step is wrong") as failed:
        library_upgrade.upgrade(old, program="0.2.0", version=1, steps={0: _writes_and_fails})
    assert contents(old) == before
    backup = next((old / "backups").iterdir())
    assert str(backup) in str(failed.value.info.hint) and (backup / "draft.json").is_file()


def test_an_upgrade_that_was_killed_begins_again_from_the_copy(old: Path) -> None:
    before = contents(old)

    def killed(home: Path) -> None:
        (home / "draft.json").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt  # nothing that an upgrade catches, as a kill would be

    with pytest.raises(KeyboardInterrupt):
        library_upgrade.upgrade(old, program="0.2.0", version=1, steps={0: killed})
    assert contents(old) != before
    seen: list[bytes] = []
    steps = {0: lambda home: seen.append((home / "draft.json").read_bytes())}
    library_upgrade.upgrade(old, program="0.2.0", version=1, steps=steps)
    assert seen == [before["draft.json"]] and read_library(old) == Known(1, "0.2.0")
    assert not library_upgrade.was_broken_off(old)


def test_steps_reach_todays_version() -> None:
    assert sorted(library_upgrade.STEPS) == list(range(LIBRARY_VERSION))
