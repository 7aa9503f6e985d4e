"""Which runtime is used: the chosen one where it can be, else Luthier's own with the reason; and which is best here."""

import json
from pathlib import Path

import pytest

from engine.cli.main import run
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.runtimes import (
    MANIFEST,
    OWN,
    Installed,
    best,
    choice,
    choose,
    chosen_name,
    installed,
    is_inside,
    kinds_here,
    runtimes_dir,
)
from engine.runtimes.install import install
from tests.integration.quiet_job import QuietJob
from tests.unit.runtimes.stand_in import PROGRAM, make_file


@pytest.fixture
def place(tmp_path: Path, luthier_home: Path) -> Path:
    install(str(make_file(tmp_path)), job=QuietJob())
    return runtimes_dir(luthier_home) / "cuda-0.1"


def test_the_own_engine_is_used_until_another_one_is_chosen(place: Path, luthier_home: Path) -> None:
    assert choice(luthier_home, PROTOCOL_VERSION).program is None
    choose(luthier_home, "cuda-0.1", PROTOCOL_VERSION)
    assert choice(luthier_home, PROTOCOL_VERSION).program == place / PROGRAM
    choose(luthier_home, OWN, PROTOCOL_VERSION)
    assert choice(luthier_home, PROTOCOL_VERSION).program is None and chosen_name(luthier_home) == OWN


def damage_program(place: Path) -> None:
    (place / PROGRAM).unlink()


def damage_manifest(place: Path) -> None:
    (place / MANIFEST).write_text("{")


def age(place: Path) -> None:
    manifest = json.loads((place / MANIFEST).read_text())
    (place / MANIFEST).write_text(json.dumps({**manifest, "protocol": 0}))


def take_away(place: Path) -> None:
    place.rename(place.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (damage_program, "its program is missing"),
        (damage_manifest, "damaged"),
        (age, "another version of Luthier"),
        (take_away, "is not there"),
    ],
)
def test_a_chosen_one_that_cannot_be_used_gives_way_with_the_reason(
    harm: object, words: str, place: Path, luthier_home: Path
) -> None:
    choose(luthier_home, "cuda-0.1", PROTOCOL_VERSION)
    harm(place)  # type: ignore[operator]
    found = choice(luthier_home, PROTOCOL_VERSION)
    assert found.name == OWN and found.program is None and words in found.reason
    with pytest.raises(UserError) as refusal:
        choose(luthier_home, "cuda-0.1", PROTOCOL_VERSION)
    assert refusal.value.info.code in (ErrorCode.NOT_FOUND, ErrorCode.UNREADABLE)


@pytest.mark.parametrize("name", ["../..", "cuda", "", ".staging-x", "chosen"])
def test_only_what_is_installed_can_be_chosen(name: str, place: Path, luthier_home: Path) -> None:
    with pytest.raises(UserError):
        choose(luthier_home, name, PROTOCOL_VERSION)
    (runtimes_dir(luthier_home) / "chosen").write_text("../../etc")
    assert chosen_name(luthier_home) == OWN


def test_a_renamed_folder_is_listed_with_the_reason(place: Path, luthier_home: Path) -> None:
    take_away(place)
    (_, item) = installed(luthier_home, PROTOCOL_VERSION)
    assert item.name == "elsewhere" and "renamed" in item.reason


OWN_CPU = Installed(OWN, "cpu", "0.3")
OLD, NEW = Installed("cuda-1", "cuda", "0.9.0"), Installed("cuda-2", "cuda", "0.10.0")


@pytest.mark.parametrize(
    ("items", "kinds", "name"),
    [
        ((OWN_CPU,), ("cpu",), OWN),
        ((OWN_CPU, NEW), ("cpu",), OWN),
        ((OWN_CPU, OLD, NEW), ("cuda", "cpu"), "cuda-2"),
        ((OWN_CPU, Installed("cuda-2", "cuda", "9", reason="damaged"), OLD), ("cuda", "cpu"), "cuda-1"),
        ((OWN_CPU, Installed("rocm", "rocm", "1"), OLD), ("rocm", "cpu"), "rocm"),
        ((OWN_CPU, Installed("older", "cuda", "0.1")), ("cuda", "cpu"), "older"),
        ((OWN_CPU, Installed("other", "cpu", "0.3")), ("cpu",), OWN),
        ((OWN_CPU, Installed("newer", "cpu", "0.4")), ("cpu",), "newer"),
    ],
)
def test_the_best_is_the_newest_for_the_best_device(
    items: tuple[Installed, ...], kinds: tuple[str, ...], name: str
) -> None:
    assert best(items, kinds) == name  # type: ignore[arg-type]


FOUND: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "nvidia": ("proc/driver/nvidia/version", "NVRM", ("cuda", "cpu")),
    "nvidia in WSL": ("usr/lib/wsl/lib/libcuda.so.1", "", ("cuda", "cpu")),
    "amd": ("sys/class/kfd/kfd/topology/nodes/1/properties", "simd_count 96\nid 3\n", ("rocm", "cpu")),
    "amd's processor": ("sys/class/kfd/kfd/topology/nodes/0/properties", "cpu_cores_count 8\nsimd_count 0\n", ("cpu",)),
    "intel arc": ("sys/class/drm/card1/lmem_total_bytes", "1", ("xpu", "cpu")),
    "intel small": ("sys/class/drm/card0/gt_max_freq_mhz", "1", ("cpu",)),
}  # fmt: skip


@pytest.mark.parametrize("what", FOUND)
def test_devices_are_told_by_the_files_of_their_drivers(what: str, tmp_path: Path) -> None:
    path, content, kinds = FOUND[what]
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(content)
    assert kinds_here(tmp_path) == kinds


@pytest.mark.parametrize("path", ["a", "a/b.so", "_internal/名字 x.txt", ".hidden", "a..b/c"])
def test_plain_paths_pass(path: str) -> None:
    assert is_inside(path)


@pytest.mark.parametrize(
    "path", ["", "/a", "../a", "a/../b", "a//b", "./a", "a/", "a\\b", "c:x", "a\nb", "nul", "x/CON.txt", "a./b", "a ", "."]
)  # fmt: skip
def test_paths_that_could_mean_something_else_do_not_pass(path: str) -> None:
    assert not is_inside(path)


def test_the_command_line(
    tmp_path: Path, luthier_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_file(tmp_path)
    assert run(["runtime", "install", str(file)], claimed=None) == 0
    assert run(["runtime", "use", "cuda-0.1"], claimed=None) == 0
    assert chosen_name(luthier_home) == "cuda-0.1"
    monkeypatch.setattr("engine.cli.runtimes.kinds_here", lambda: ("cpu",))
    assert run(["runtime", "use", "best"], claimed=None) == 0 and chosen_name(luthier_home) == OWN
    monkeypatch.setattr("engine.cli.runtimes.kinds_here", lambda: ("cuda", "cpu"))
    assert run(["runtime", "use", "best"], claimed=None) == 0 and chosen_name(luthier_home) == "cuda-0.1"
    assert run(["runtime", "verify", "cuda-0.1"], claimed=None) == 0
    capsys.readouterr()
    assert run(["runtime", "list"], claimed=None) == 0
    out = capsys.readouterr().out
    assert "cuda-0.1 0.1: cuda, 0.3 MB, in use" in out and "own 0.1.0: cpu, comes with Luthier" in out
    assert run(["runtime", "install", str(file)], claimed=None) == 1
    assert run(["runtime", "remove", OWN], claimed=None) == 2
    assert "cannot be removed" in capsys.readouterr().err
    assert run(["runtime", "remove", "cuda-0.1"], claimed=None) == 0
    assert run(["runtime", "remove", "cuda-0.1"], claimed=None) == 1
    assert chosen_name(luthier_home) == OWN
