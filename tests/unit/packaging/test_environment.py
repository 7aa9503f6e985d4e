"""The environment's pure parts: when set-up runs again, what pip's output means, what is pinned."""

import io
import re
from pathlib import Path

import pytest


def test_digest_changes_with_python_and_with_each_file(tmp_path: Path) -> None:
    import environment

    one, two = tmp_path / "pyproject.toml", tmp_path / "constraints.txt"
    one.write_bytes(b"a\n")
    two.write_bytes(b"b\n")
    base = environment.digest(python="3.11.7", files=(one, two))
    assert environment.digest(python="3.12.1", files=(one, two)) != base
    two.write_bytes(b"c\n")
    assert environment.digest(python="3.11.7", files=(one, two)) != base


def test_digest_is_the_same_on_windows_line_ends(tmp_path: Path) -> None:
    import environment

    file = tmp_path / "constraints.txt"
    file.write_bytes(b"a==1\nb==2\n")
    unix = environment.digest(python="3.11", files=(file,))
    file.write_bytes(b"a==1\r\nb==2\r\n")
    assert environment.digest(python="3.11", files=(file,)) == unix


def test_moving_a_letter_between_the_files_changes_the_digest(tmp_path: Path) -> None:
    import environment

    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"ab")
    two.write_bytes(b"c")
    before = environment.digest(python="", files=(one, two))
    one.write_bytes(b"a")
    two.write_bytes(b"bc")
    assert environment.digest(python="", files=(one, two)) != before


@pytest.mark.parametrize(
    ("stamp", "dev", "expected"),
    [
        ({}, False, False),
        ({"digest": "old", "dev": True}, False, False),
        ({"digest": "now", "dev": False}, False, True),
        ({"digest": "now", "dev": False}, True, False),
        ({"digest": "now", "dev": True}, False, True),
        ({"digest": "now", "dev": True}, True, True),
    ],
)
def test_a_stamp_covers_what_it_was_made_for(stamp: dict[str, object], dev: bool, expected: bool) -> None:
    import environment

    assert environment.is_current(stamp, fingerprint="now", dev=dev) is expected


@pytest.mark.parametrize("content", ["", "{", "[1]", "\0"])
def test_a_damaged_stamp_counts_as_none(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import environment

    stamp = tmp_path / "stamp.json"
    stamp.write_text(content)
    monkeypatch.setattr(environment, "STAMP", stamp)
    assert environment.read_stamp() == {}


@pytest.mark.parametrize(
    "output",
    [
        "WARNING: Retrying after connection broken by 'NewConnectionError(...): Temporary failure in name "
        "resolution'\nERROR: No matching distribution found for torch==2.13.0",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.",
        "[Errno 11001] getaddrinfo failed",
        "WARNING: Connection broken: IncompleteRead(1 bytes read, 2 more expected)",
    ],
)
def test_no_network_is_said_in_one_sentence(output: str) -> None:
    import environment

    sentence = environment.diagnose(output, package="torch")
    assert sentence == environment.NO_NETWORK
    assert "check the network" in sentence
    assert "\n" not in sentence


def test_a_full_disk_wins_over_the_errors_it_causes() -> None:
    import environment

    output = "Connection aborted\nOSError: [Errno 28] No space left on device"
    assert "disk is full" in environment.diagnose(output, package="torch")


def test_a_missing_compiler_names_the_package_to_install() -> None:
    import environment

    output = "CMake Error: CMAKE_CXX_COMPILER not set, after EnableLanguage"
    assert "build-essential" in environment.diagnose(output, package="llama-cpp-python")


def test_an_unknown_failure_keeps_pips_own_reason_and_the_log() -> None:
    import environment

    sentence = environment.diagnose("noise\nERROR: Invalid requirement: 'x y'\n", package="x")
    assert "Invalid requirement" in sentence
    assert str(environment.LOG) in sentence


def test_only_a_network_failure_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import console
    import environment

    outputs = [(1, "Read timed out"), (0, "")]
    calls: list[list[str]] = []

    def fake(_: object, command: list[str]) -> tuple[int, str]:
        calls.append(command)
        return outputs[len(calls) - 1]

    monkeypatch.setattr(environment, "_run_pip", fake)
    monkeypatch.setattr(environment.time, "sleep", lambda _: None)
    quiet = console.Console(total_steps=1, out=io.StringIO())
    environment.install(quiet, ["torch"], package="torch")
    assert len(calls) == 2

    outputs[:] = [(1, "ERROR: broken")]
    calls.clear()
    with pytest.raises(console.SetupError, match="broken"):
        environment.install(quiet, ["torch"], package="torch")
    assert len(calls) == 1


def test_pip_progress_words_a_download() -> None:
    import environment

    progress = environment.PipProgress()
    assert progress.feed("  Downloading torch-2.13.0-cp311-linux_x86_64.whl (190.0 MB)\n") is None
    progress.feed("Progress 95000000 of 190000000\n")
    assert "torch-2.13.0" in progress.text
    assert "50% of 190 MB" in progress.text
    assert "/s" in progress.text


def test_pip_progress_announces_a_build_and_survives_odd_lines() -> None:
    import environment

    progress = environment.PipProgress()
    note = progress.feed("  Building wheel for llama-cpp-python (pyproject.toml): started\n")
    assert note is not None and "llama-cpp-python" in note
    for odd in (
        "",
        "\n",
        "Progress",
        "Downloading",
        "Progress 5 of 0\n",
        "Installing collected packages: a, b\n",
    ):
        progress.feed(odd)
    assert progress.text == "unpacking 2 packages"


def test_every_declared_dependency_is_pinned_exactly() -> None:
    import environment

    pins = environment.CONSTRAINTS.read_text(encoding="utf-8")
    for requirement in environment.requirements(dev=True):
        name = re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]
        assert environment.pinned(name).lower().startswith(name.lower() + "=="), name
    for line in pins.splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line), line


def test_an_unpinned_name_is_a_sentence() -> None:
    import console
    import environment

    with pytest.raises(console.SetupError, match=r"constraints\.txt has no line for nonesuch"):
        environment.pinned("nonesuch")
