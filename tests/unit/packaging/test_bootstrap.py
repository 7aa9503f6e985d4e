"""The one program behind `make`: its fast path, its exit codes, and that it needs nothing but Python."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def test_checks_all_run_and_one_failure_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    import bootstrap

    codes = {"one": 0, "two": 3, "three": 0}
    called: list[str] = []

    def call(command: list[str]) -> int:
        called.append(command[0])
        return codes[command[0]]

    checks = [(name, [name]) for name in codes]
    assert bootstrap.run_checks(checks, call) == 1
    assert called == list(codes)
    assert "FAILED  two" in capsys.readouterr().out

    codes["two"] = 0
    assert bootstrap.run_checks(checks, call) == 0


def test_nothing_happens_when_everything_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import bootstrap

    (tmp_path / "model.safetensors").touch()
    monkeypatch.setenv("LUTHIER_HOME", "/somewhere")
    stamp = {
        "digest": bootstrap.environment.current_digest(),
        "dev": False,
        "starter": {"home": "/somewhere", "path": str(tmp_path)},
    }
    monkeypatch.setattr(bootstrap.environment, "read_stamp", lambda: stamp)
    monkeypatch.setattr(bootstrap, "_missing_system_packages", lambda *_, **__: [])
    bootstrap.set_up(dev=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("change", ["home", "weights", "digest"])
def test_what_changed_is_set_up_again(change: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import bootstrap

    weights = tmp_path / "model.safetensors"
    weights.touch()
    monkeypatch.setenv("LUTHIER_HOME", "/somewhere")
    stamp = {
        "digest": bootstrap.environment.current_digest(),
        "starter": {"home": "/somewhere", "path": str(tmp_path)},
    }
    done: list[str] = []
    monkeypatch.setattr(bootstrap.environment, "read_stamp", lambda: stamp)
    monkeypatch.setattr(bootstrap.environment, "write_stamp", lambda _: None)
    monkeypatch.setattr(bootstrap, "_missing_system_packages", lambda *_, **__: [])
    monkeypatch.setattr(bootstrap, "_fill_venv", lambda *_, **__: done.append("venv"))
    monkeypatch.setattr(bootstrap, "_install_starter", lambda *_: done.append("starter") or {})
    if change == "home":
        monkeypatch.setenv("LUTHIER_HOME", "/elsewhere")
    elif change == "weights":
        weights.unlink()
    else:
        stamp["digest"] = "old"
    bootstrap.set_up(dev=False)
    assert done == (["venv"] if change == "digest" else ["starter"])


def test_a_wrong_python_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import bootstrap

    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 14, 0, "final", 0))
    assert bootstrap.main(["setup"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_mendable_failure_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import bootstrap

    def fail(_: object) -> int:
        raise bootstrap.SetupError("The disk is full: free some.")

    monkeypatch.setitem(bootstrap.COMMANDS, "setup", fail)
    assert bootstrap.main(["setup"]) == 2
    assert capsys.readouterr().err.strip() == "The disk is full: free some."


def test_it_starts_with_the_bare_standard_library() -> None:
    """-S -I leaves site-packages out, as on a machine where nothing is installed yet."""
    command = [sys.executable, "-I", "-S", str(ROOT / "packaging" / "bootstrap.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "bundle" in done.stdout


def test_our_folder_never_hides_the_packaging_library() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize(
    ("root", "display", "missing", "fatal"),
    [
        (False, "", ["libegl1"], False),
        (False, ":0", ["libegl1"], True),
        (False, "", ["build-essential"], True),
        (True, ":0", ["libegl1"], False),
    ],
)
def test_missing_system_packages_stop_only_what_needs_them(
    root: bool,
    display: str,
    missing: list[str],
    fatal: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import bootstrap

    installed: list[str] = []
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap.host, "is_root", lambda: root)
    monkeypatch.setattr(bootstrap.host, "build_packages", lambda: ["build-essential"])
    monkeypatch.setattr(
        bootstrap.host, "install_debian_packages", lambda names, _console: installed.extend(names)
    )
    console = bootstrap.Console(total_steps=1)
    if fatal:
        with pytest.raises(bootstrap.SetupError, match="sudo apt-get install"):
            bootstrap._install_system_packages(console, missing)
    else:
        bootstrap._install_system_packages(console, missing)
        assert installed == (missing if root else [])
        assert root or "sudo apt-get install" in capsys.readouterr().out
