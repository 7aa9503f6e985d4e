"""How programs are started inside of a fresh root, and what the check of the installers makes of failures."""

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fresh roots are for Linux")


def test_without_a_network_only_where_it_is_said() -> None:
    import cleanroot

    words = cleanroot.entering(Path("/r"), ["luthier"], user=True, network=False, DISPLAY=":1")
    assert "--net" in words and "--userspec=1000:1000" in words and words[-1] == "luthier"
    assert "DISPLAY=:1" in words and "HOME=/home/luthier" in words
    words = cleanroot.entering(Path("/r"), ["apt-get"], user=False, network=True)
    assert "--net" not in words and not any(word.startswith("--userspec") for word in words)


def test_a_failed_check_is_a_row_and_not_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import console
    import verify_installers

    def fail() -> str:
        raise console.SetupError("no room")

    seen = verify_installers.Visit("deb", tmp_path, ":1", tmp_path)
    assert not seen.check("install", fail)
    assert seen.check("window", lambda: "fine")
    assert [(row["check"], row["ok"], row["detail"]) for row in seen.rows] == [
        ("install", False, "no room"),
        ("window", True, "fine"),
    ]
    assert "FAILED" in capsys.readouterr().out


def test_the_second_build_comes_after_the_first() -> None:
    import verify_installers

    assert verify_installers.next_version("0.1.9") == "0.1.10"
