"""Making the file of a runtime: the engine without the window, and the wheels of another device, pinned by their hashes."""

import hashlib
import re
from pathlib import Path

import pytest

from engine.runtimes.install import install, verify
from tests.integration.quiet_job import QuietJob
from tests.unit.runtimes.stand_in import PROGRAM, contents, make_folder, shown

ROOT = Path(__file__).resolve().parents[3]
PINS = ROOT / "packaging" / "runtimes" / "cuda.txt"
LINE = re.compile(r"([a-z0-9.-]+)==([^ +]+) --hash=sha256:[0-9a-f]{64}")


@pytest.fixture
def small_bundle(tmp_path: Path) -> Path:
    """As PyInstaller lays one out, window included."""
    folder = make_folder(tmp_path / "luthier")
    for path in ("luthier", "_internal/PySide6/QtCore.abi3.so", "_internal/shiboken6/Shiboken.abi3.so"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(b"window")
    (folder / "_internal" / "libQt6Core.so.6").symlink_to("PySide6/QtCore.abi3.so")
    return folder


def test_the_engine_of_a_bundle_is_installed_without_the_window(
    small_bundle: Path, tmp_path: Path, luthier_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import runtime
    from console import Console

    place = runtime.pack_engine(
        small_bundle, tmp_path / "out", device="cpu", level=1, console=Console(total_steps=1)
    )
    named, name = place.with_name(f"{place.name}.sha256").read_text().split()
    assert (named, name) == (hashlib.sha256(place.read_bytes()).hexdigest(), place.name)
    installed = install(str(place), job=QuietJob(), sha256=named)
    assert shown(luthier_home) == {installed} and installed.startswith("cpu-")
    assert verify(installed, job=QuietJob()) == 9
    found = set(contents(luthier_home / "runtimes" / installed))
    assert PROGRAM in found and "_internal/libtorch.so" in found
    assert not [path for path in found if "PySide6" in path or "Qt6" in path or path == "luthier"]
    assert "9 files" in capsys.readouterr().out


def test_a_folder_without_an_engine_and_an_unknown_device_are_told(tmp_path: Path) -> None:
    import runtime
    from console import Console, SetupError

    (tmp_path / "empty").mkdir()
    with pytest.raises(SetupError, match="build the bundle first"):
        runtime.pack_engine(tmp_path / "empty", tmp_path, device="cpu", console=Console(total_steps=1))
    with pytest.raises(SetupError, match="no device quantum"):
        runtime.pack_engine(tmp_path / "empty", tmp_path, device="quantum", console=Console(total_steps=1))
    with pytest.raises(SetupError, match="no pinned wheels for rocm"):
        runtime.freeze("rocm", Console(total_steps=1))


def test_every_wheel_for_cuda_is_pinned_by_its_hash_and_by_nothing_else() -> None:
    lines = [line for line in PINS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in lines), (
        "no address, no option, no version that only one index has"
    )
    pinned = dict(LINE.fullmatch(line).group(1, 2) for line in lines)  # type: ignore[union-attr]
    assert len(pinned) == len(lines) > 100
    assert {"torch", "triton", "nvidia-cublas", "bitsandbytes", "pyinstaller", "zstandard"} <= set(pinned)


def test_the_wheels_for_cuda_are_the_versions_that_the_tests_ran_with() -> None:
    import environment

    pinned = dict(line.split(" ")[0].split("==") for line in PINS.read_text().splitlines() if "==" in line)
    known = dict(
        line.split("==")
        for line in environment.CONSTRAINTS.read_text().splitlines()
        if re.match(r"[^#]+==", line)
    )
    assert {name: pinned[name] for name in pinned if name in known} == {
        name: known[name] for name in pinned if name in known
    }
    needed = {re.split(r"[^A-Za-z0-9._-]", line)[0] for line in environment.requirements(dev=False)}
    assert {environment.canonical(name) for name in needed} <= set(pinned)


def test_a_report_without_a_hash_is_refused() -> None:
    import runtime_pins
    from console import SetupError

    entry = {"metadata": {"name": "Some_Thing", "version": "1.0"}, "download_info": {"archive_info": {}}}
    with pytest.raises(SetupError, match="no SHA-256 of some-thing"):
        runtime_pins.line_of(entry)
    entry["download_info"] = {"url": "https://elsewhere/x.whl", "archive_info": {"hashes": {"sha256": "ab"}}}
    assert runtime_pins.line_of(entry) == "some-thing==1.0 --hash=sha256:ab\n"
