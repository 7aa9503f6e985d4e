"""What shipped files need: found in readelf's words, and held against what is shipped and declared."""

import shutil
import sys
from pathlib import Path

import pytest

PRINTED = """
File: one.so

Dynamic section at offset 0x1 contains 2 entries:
 0x0000000000000001 (NEEDED)             Shared library: [libm.so.6]
 0x0000000000000001 (NEEDED)             Shared library: [libours.so.1]
Version needs section '.gnu.version_r' contains 1 entry:
  000000: Version: 1  File: libm.so.6  Cnt: 2
  0x0010:   Name: GLIBC_2.9  Flags: none  Version: 3
  0x0020:   Name: GLIBC_2.36  Flags: none  Version: 2

File: two.so
 0x0000000000000001 (NEEDED)             Shared library: [libstrange.so.7]
  0x0010:   Name: GLIBC_2.2.5  Flags: none  Version: 3
"""


def test_what_readelf_prints() -> None:
    import elf

    one, two = elf.parse(PRINTED)
    assert (one.path, one.needs, one.glibc) == ("one.so", ("libm.so.6", "libours.so.1"), (2, 36))
    assert (two.needs, two.glibc) == (("libstrange.so.7",), (2, 2, 5))


def test_too_new_and_undeclared_are_told() -> None:
    import elf

    report = elf.judge(elf.parse(PRINTED), shipped={"libours.so.1"})
    assert report.glibc == (2, 36) and report.depends == ("libc6",)
    assert list(report.unknown) == ["libstrange.so.7"]
    assert [sentence.split()[0] for sentence in report.problems] == ["one.so", "libstrange.so.7"]


def test_shipped_and_declared_libraries_are_no_problem() -> None:
    import elf

    files = [elf.ElfFile("a", ("libGL.so.1", "libgtk-3.so.0", "libx.so"), (2, 35))]
    report = elf.judge(files, shipped={"libx.so"})
    assert report.problems == []
    assert report.depends == ("libgl1",) and report.recommends == ("libgtk-3-0t64 | libgtk-3-0",)


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("readelf"), reason="needs readelf")
def test_a_real_file_is_read_alone_and_among_others(tmp_path: Path) -> None:
    import elf

    program = shutil.which("sort")
    assert program
    (tmp_path / "text").write_text("no program", encoding="utf-8")
    shutil.copy2(program, tmp_path / "sort")
    (alone,) = elf.read(tmp_path)
    assert alone.path == "sort" and "libc.so.6" in alone.needs and alone.glibc > (2, 2)
    shutil.copy2(program, tmp_path / "again")
    assert [file.path for file in elf.read(tmp_path)] == ["again", "sort"]
    assert elf.check(tmp_path).depends[0] == "libc6"


def test_libraries_left_to_the_system_are_declared() -> None:
    import elf

    assert set(elf.LEFT_TO_SYSTEM) <= set(elf.PACKAGES)
