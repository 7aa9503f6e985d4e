"""Every row of the check is green or says a way out, and the rows follow the machine."""

import os
import sys
from io import FileIO
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.cli import main
from engine.contract.library_version import write_library
from engine.contract.places import LookAtPlaces, choose_places, model_place, read_places
from engine.contract.results import Check, Device, DoctorReport
from engine.models.starter import starter_path
from engine.server import doctor, graphics, places
from engine.server.run_folder import runs_dir

GB = 10**9


def row(report: DoctorReport, name: str) -> Check:
    return next(check for check in report.checks if check.name == name)


def test_a_row_that_is_not_green_must_say_a_way_out() -> None:
    with pytest.raises(ValidationError, match="no way out"):
        Check(name="Memory", state="warning", detail="little")


def test_the_rows(luthier_home: Path) -> None:
    names = [check.name for check in doctor.examine().checks]
    assert names == ["GPU", "Memory", "Disk", "Write access", "Library", "Engine",
                     "Training libraries", "llama.cpp", "Starter model"]  # fmt: skip


def test_a_full_disk_offers_other_folders(luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "free_disk", lambda place: 1 * GB)
    check = row(doctor.examine(), "Disk")
    assert (check.state, check.remedy) == ("warning", "choose_places") and "1.0 GB free" in check.detail


@pytest.mark.parametrize("where", ["home", "elsewhere"])
def test_a_folder_that_cannot_be_written_fails(
    luthier_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    choose_places(luthier_home_made(luthier_home), models="", runs=str(tmp_path / "elsewhere"))
    bad = luthier_home if where == "home" else tmp_path / "elsewhere"
    monkeypatch.setattr(places, "write_problem", lambda folder: "Read-only" if folder == bad else "")
    check = row(doctor.examine(), "Write access")
    assert check.state == "failed" and f"{bad}: Read-only" in check.detail
    assert check.remedy == ("" if where == "home" else "choose_places")


def luthier_home_made(home: Path) -> Path:
    home.mkdir()
    return home


def test_the_command_fails_where_a_row_fails(luthier_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_library(luthier_home_made(luthier_home), program="9.0", version=99)
    assert main.run(["doctor"], claimed=None) == 1
    said = capfd.readouterr().out
    assert "failed   Library: The library at" in said and "Nothing was changed" in said
    with FileIO(luthier_home / "out", "w") as stream:
        assert main.run(["doctor", "--json"], claimed=stream) == 1
    report = DoctorReport.model_validate_json((luthier_home / "out").read_bytes())
    assert row(report, "Library").state == "failed"


def test_other_commands_refuse_a_newer_library(luthier_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_library(luthier_home_made(luthier_home), program="9.0", version=99)
    assert main.run(["models"], claimed=None) == 1
    assert "written by Luthier 9.0" in capfd.readouterr().err
    assert main.run(["schema"], claimed=None) == 0


def test_a_card_without_a_driver_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for slot, (vendor, kind) in enumerate(
        (("0x10de", "0x030000"), ("0x10de", "0x040300"), ("0x8086", "0x030000"))
    ):
        folder = tmp_path / f"0000:0{slot}:00.0"
        folder.mkdir()
        (folder / "vendor").write_text(vendor + "\n")
        (folder / "class").write_text(kind + "\n")
    assert graphics.cards(tmp_path) == ("NVIDIA", "Intel")
    monkeypatch.setattr(doctor, "cards", lambda: graphics.cards(tmp_path))
    cpu = Device(kind="cpu", name="CPU", memory_bytes=8 * GB, free_bytes=6 * GB)
    check = doctor._graphics((cpu,))
    assert check.state == "warning" and "NVIDIA without a driver" in check.detail
    assert "Install the graphics driver of NVIDIA" in str(check.fix)


def test_folders_are_looked_at_before_they_are_chosen(luthier_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("")
    reports = places.look_at_places(LookAtPlaces(models=str(tmp_path / "new" / "folder"), runs=str(file)))
    assert not reports.models.exists and reports.models.problem == "" and reports.models.free_bytes > 0
    assert not (tmp_path / "new").exists(), "looking makes nothing"
    assert reports.runs.problem and reports.runs.fix
    assert places.look_at(Path("relative")).problem and places.look_at(file / "below").problem
    if sys.platform != "win32" and os.geteuid() != 0:
        (tmp_path / "shut").mkdir(mode=0o500)
        assert places.look_at(tmp_path / "shut" / "in").problem


def test_choosing_moves_nothing_and_forgets_nothing(luthier_home: Path, tmp_path: Path) -> None:
    home = luthier_home_made(luthier_home)
    (home / "models" / "starter").mkdir(parents=True)
    choose_places(home, models=str(tmp_path / "m"), runs=str(tmp_path / "r"))
    assert runs_dir() == tmp_path / "r"
    assert starter_path() == home / "models" / "starter", "what lies in the old folder is found there"
    assert model_place("converted", "x") == tmp_path / "m" / "converted" / "x", (
        "what is new goes to the new one"
    )
    choose_places(home, models=str(tmp_path / "m2"), runs="")
    assert read_places(home).models == (tmp_path / "m2", tmp_path / "m", home / "models")
    assert read_places(home).runs == (home / "runs", tmp_path / "r")


def test_a_damaged_choice_counts_as_none(luthier_home: Path) -> None:
    (luthier_home_made(luthier_home) / "places.json").write_text('{"models": "x", "runs": [1]}')
    assert read_places(luthier_home).models == (luthier_home / "models",)
    assert read_places(luthier_home).runs == (luthier_home / "runs",)
