"""Compressed files and archives: read as what they hold, bounded, and never led outside."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Source
from engine.data import content
from engine.data.content import content_of, members_of
from engine.data.readers.choose import open_dataset
from engine.data.store import SourceStore
from tests.hostile.containers import lzma_asking_for_4_gb, tar_size
from tests.hostile.containers import zipped as hostile_zip

ROWS = b'{"instruction": "a", "output": "b"}\n' * 3
PACK = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: zstandard.ZstdCompressor().compress(data),
}


def load(path: Path) -> int:
    return len(SourceStore(keep=0).load(Source(path=str(path))).rows)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes]) -> Path:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    suffix = path.suffix if path.suffix in PACK else ""
    path.write_bytes(PACK[suffix](buffer.getvalue()) if suffix else buffer.getvalue())
    return path


@pytest.mark.parametrize("suffix", PACK)
def test_a_compressed_file_is_read_as_what_it_holds(tmp_path, luthier_home, suffix):
    path = tmp_path / f"rows.jsonl{suffix}"
    path.write_bytes(PACK[suffix](ROWS))
    file = open_dataset(path)
    assert (file.reader.format, file.path, file.size_bytes) == ("jsonl", path, len(ROWS))
    assert load(path) == 3
    path.write_bytes(PACK[suffix](ROWS + ROWS))
    os.utime(path, (1, 1))
    assert load(path) == 6, "a file that changed is unpacked anew"


@pytest.mark.parametrize("suffix", PACK)
def test_what_is_cut_short_says_so_and_leaves_nothing(tmp_path, luthier_home, suffix):
    path = tmp_path / f"rows.jsonl{suffix}"
    path.write_bytes(PACK[suffix](os.urandom(4000))[:-900])
    with pytest.raises(UserError, match="cannot be unpacked") as caught:
        content_of(path)
    assert caught.value.info.code is ErrorCode.UNREADABLE
    assert not [item for item in (luthier_home / "cache").rglob("*") if item.is_file()]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.tar.zst"])
def test_members_are_sources_of_their_own(tmp_path, luthier_home, name):
    files = {
        "train/rows.jsonl": ROWS,
        "more.csv": b"instruction,output\na,b\n",
        "c.jsonl.gz": gzip.compress(ROWS),
    }
    path = (zipped if name.endswith(".zip") else tarred)(tmp_path / name, files)
    assert [item.name for item in members_of(path)] == list(files)
    assert [load(path / member) for member in files] == [3, 1, 3]
    with pytest.raises(UserError, match=r"There is no other\.csv"):
        open_dataset(path / "other.csv")


@pytest.mark.parametrize(
    "name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "..\\out.csv", "C:\\out.csv"]
)
def test_names_that_lead_out_are_refused(tmp_path, luthier_home, name):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, b"a,b\n")
    with pytest.raises(UserError, match="leads out of it"):
        members_of(path)


def test_links_and_devices_in_archives_are_left_out(tmp_path, luthier_home):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for kind, name in (
            (tarfile.SYMTYPE, "link.csv"),
            (tarfile.CHRTYPE, "device.csv"),
            (tarfile.FIFOTYPE, "p.csv"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert members_of(path) == []


def test_bombs_are_refused_before_and_while_they_unpack(tmp_path, luthier_home, monkeypatch):
    monkeypatch.setattr(content, "_SMALL_BYTES", 1 << 16)
    monkeypatch.setattr(content, "MAX_RATIO", 100)
    big = bytes(4 << 20)
    with pytest.raises(UserError, match="would unpack to"):
        members_of(zipped(tmp_path / "a.zip", {"a.csv": big}))
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(big))
    with pytest.raises(UserError, match="over 100 times its size"):
        content_of(packed)
    lying = zipped(tmp_path / "b.zip", {"b.csv": big})
    data = lying.read_bytes().replace(len(big).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    lying.write_bytes(data)
    with pytest.raises(UserError):
        content_of(lying / "b.csv")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_not_waited_for(tmp_path, luthier_home, make):
    path = tmp_path / "a.csv"
    make(path)
    with pytest.raises(UserError, match=r"a device or a pipe|it is a folder"):
        open_dataset(path)


@pytest.mark.parametrize("suffix", PACK)
def test_compression_is_known_by_content_under_any_name(tmp_path, luthier_home, suffix):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(PACK[suffix](ROWS))
    assert load(path) == 3


def test_members_of_a_tar_are_found_however_their_names_are_written(tmp_path, luthier_home):
    path = tarred(tmp_path / "a.tar.gz", {"./rows.jsonl": ROWS, "sub//more.jsonl": ROWS + ROWS})
    assert [item.name for item in members_of(path)] == ["rows.jsonl", "sub/more.jsonl"]
    assert [load(path / member) for member in ("rows.jsonl", "sub/more.jsonl")] == [3, 6]


def test_a_tar_that_lies_about_sizes_is_not_followed(tmp_path, luthier_home):
    path = tarred(tmp_path / "a.tar", {"rows.jsonl": ROWS})
    path.write_bytes(tar_size(path.read_bytes(), 1 << 40))
    with pytest.raises(UserError, match="would unpack to"):
        members_of(path)
    with pytest.raises(UserError):
        open_dataset(path / "other.csv")
    path.write_bytes(tar_size(path.read_bytes(), 1 << 30, kind=tarfile.XHDTYPE))
    with pytest.raises(UserError, match="headers is too long"):
        members_of(path)


def test_a_zip_entry_without_a_name_is_left_out(tmp_path, luthier_home):
    (tmp_path / "a.zip").write_bytes(hostile_zip({"": ROWS, "a.csv": b"a,b"}))
    assert [item.name for item in members_of(tmp_path / "a.zip")] == ["a.csv"]


def test_an_archive_that_asks_for_memory_does_not_get_it(tmp_path, luthier_home):
    path = tmp_path / "rows.jsonl.xz"
    path.write_bytes(lzma_asking_for_4_gb())
    with pytest.raises(UserError, match="Memory usage limit"):
        content_of(path)


def test_xz_streams_follow_each_other(tmp_path, luthier_home):
    path = tmp_path / "rows.jsonl.xz"
    path.write_bytes(lzma.compress(ROWS) + b"\0" * 8 + lzma.compress(ROWS) + b"\0" * 4)
    assert content_of(path).read_bytes() == ROWS + ROWS


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="Linux only")
def test_files_of_the_system_are_not_waited_for(tmp_path, luthier_home):
    (tmp_path / "a.jsonl").symlink_to("/proc/kmsg")  # says that it is a file, and never ends
    with pytest.raises(UserError, match="not a file"):
        open_dataset(tmp_path / "a.jsonl")


def test_a_damaged_copy_is_named_as_the_user_knows_it(tmp_path, luthier_home):
    path = tmp_path / "a.parquet.gz"
    path.write_bytes(gzip.compress(b"PAR1 nothing"))
    with pytest.raises(UserError) as caught:
        list(open_dataset(path).items())
    assert caught.value.info.message.startswith(f"{path} cannot be read as Parquet")
