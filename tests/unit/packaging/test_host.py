"""Questions about the machine, asked about other machines."""

import io
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 13, 1)])
def test_supported_pythons_pass(version: tuple[int, ...]) -> None:
    import host

    assert host.python_problem(version) is None


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0), (2, 7, 18), (4, 0, 0)])
def test_other_pythons_get_one_sentence_with_a_way_out(version: tuple[int, ...]) -> None:
    import host

    sentence = host.python_problem(version)
    assert sentence is not None
    assert ".".join(map(str, version)) in sentence
    assert "3.11 to 3.13" in sentence and "make run PYTHON=" in sentence


def test_a_small_disk_is_named_with_both_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import host

    monkeypatch.setattr(host.shutil, "disk_usage", lambda _: _Usage())
    sentence = host.disk_problem(tmp_path / "not" / "yet", need_bytes=6_000_000_000)
    assert sentence is not None
    assert str(tmp_path) in sentence and "1.5 GB" in sentence and "6.0 GB" in sentence
    assert host.disk_problem(tmp_path, need_bytes=1_000) is None


class _Usage:
    free = 1_500_000_000


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_display(environ: dict[str, str], platform: str, expected: bool) -> None:
    import host

    assert host.has_display(environ, platform) is expected


def test_missing_packages_are_read_from_dpkg() -> None:
    import host

    listing = "libegl1 installed\nlibgl1 not-installed\nxvfb config-files\nfonts-noto-cjk installed\n"
    wanted = ["libegl1", "libgl1", "xvfb", "fonts-noto-cjk", "unheard-of"]
    missing = host.missing_debian_packages(wanted, dpkg_listing=listing)
    assert missing == ["libgl1", "xvfb", "unheard-of"]


def test_a_failing_apt_ends_in_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    import console
    import host

    def fake(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        code = 100 if "install" in command else 0
        return subprocess.CompletedProcess(command, code, stdout="E: Unable to locate package libgl1\n")

    monkeypatch.setattr(host.subprocess, "run", fake)
    with pytest.raises(console.SetupError, match="sudo apt-get install -y libgl1") as failure:
        host.install_debian_packages(["libgl1"], console.Console(total_steps=1, out=io.StringIO()))
    assert "Unable to locate" in str(failure.value)


def test_a_bare_debian_needs_a_compiler_and_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    import host

    monkeypatch.setattr(host, "has_compiler", lambda: False)
    monkeypatch.setattr(host, "has_venv", lambda: False)
    monkeypatch.setattr(host.sys, "version_info", (3, 12, 1, "final", 0))
    assert host.build_packages() == ["build-essential", "cmake", "ninja-build", "python3.12-venv"]
    monkeypatch.setattr(host, "has_compiler", lambda: True)
    monkeypatch.setattr(host, "has_venv", lambda: True)
    assert host.build_packages() == []
