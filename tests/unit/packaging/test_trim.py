"""A bundle gets smaller, and what is in it still does what it did."""

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("strip") or not shutil.which("cc"),
    reason="needs Linux, binutils and a compiler",
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with debug information, in a bundle."""
    import trim

    monkeypatch.setattr(trim, "SMALLEST", 1000)
    source = tmp_path / "four.c"
    names = "".join(f"static int helper_{number}(void) {{ return {number}; }}\n" for number in range(300))
    calls = " + ".join(f"helper_{number}()" for number in range(300))
    source.write_text(f"{names}int four(void) {{ return 4 + 0 * ({calls}); }}\n", encoding="utf-8")
    target = tmp_path / "bundle" / "libfour.so.1.0"
    target.parent.mkdir()
    subprocess.run(["cc", "-g", "-O0", "-shared", "-fPIC", "-o", target, source], check=True)
    return target


def test_symbols_go_and_the_library_still_answers(library: Path) -> None:
    import trim

    before = library.stat().st_size
    done = trim.strip_symbols(library.parent)
    assert done.files == 1 and library.stat().st_size == before - done.saved_bytes
    assert done.saved_bytes > before // 4
    assert ctypes.CDLL(str(library)).four() == 4
    assert sorted(path.name for path in library.parent.iterdir()) == ["libfour.so.1.0"]


def test_renamed_libraries_of_a_wheel_are_left_alone(library: Path) -> None:
    import trim

    folder = library.parent / "numpy.libs"
    folder.mkdir()
    library.rename(folder / library.name)
    assert trim.strip_symbols(library.parent) == trim.Trimmed(0, 0)


def test_a_file_whose_segments_would_move_stays(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import trim

    before = library.read_bytes()
    monkeypatch.setattr(trim, "_loaded", lambda path: [str(path)])
    assert trim.strip_symbols(library.parent).files == 0
    assert library.read_bytes() == before


def test_copies_become_links_to_the_longest_name(tmp_path: Path) -> None:
    import trim

    for name, content in (("liba.so", b"a"), ("liba.so.1", b"a"), ("liba.so.1.2", b"a"), ("libb.so", b"b")):
        (tmp_path / name).write_bytes(content * 1000)
    assert trim.link_copies(tmp_path) == trim.Trimmed(2, 2000)
    assert (tmp_path / "liba.so").readlink() == Path("liba.so.1.2")
    assert (tmp_path / "liba.so.1").read_bytes() == b"a" * 1000
    assert not (tmp_path / "libb.so").is_symlink()
