"""Runtimes are installed whole or not at all, whatever the file is and whatever happens meanwhile."""

import errno
import hashlib
import json
import os
import random
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.contract.lock import FileLock
from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.runtimes import BEST, MANIFEST, OWN, SUMS, choose, chosen_name, installed, runtimes_dir
from engine.runtimes import archive
from engine.runtimes.install import clean, install, remove, verify
from engine.runtimes.packing import pack
from tests.integration.quiet_job import QuietJob
from tests.unit.runtimes.stand_in import PROGRAM, contents, entries, make_file, make_folder, rewrite, shown


@pytest.fixture
def file(tmp_path: Path, luthier_home: Path) -> Path:
    return make_file(tmp_path)


def refused(file: Path, code: ErrorCode = ErrorCode.UNREADABLE, **options: str) -> str:
    with pytest.raises(UserError) as refusal:
        install(str(file), job=QuietJob(), **options)
    assert refusal.value.info.code is code
    assert refusal.value.info.hint
    return refusal.value.info.message


def test_what_was_packed_is_installed(file: Path, luthier_home: Path) -> None:
    assert install(str(file), job=QuietJob()) == "cuda-0.1"
    place = runtimes_dir(luthier_home) / "cuda-0.1"
    found = contents(place)
    assert set(found) - {MANIFEST, SUMS} == set(contents(file.with_name("cuda-0.1-folder")))
    assert {path: found[path] for path in contents(file.with_name("cuda-0.1-folder"))} == contents(
        file.with_name("cuda-0.1-folder")
    )
    assert (place / "_internal" / "libtorch.so").readlink().as_posix() == "lib/libtorch.so"
    assert os.access(place / PROGRAM, os.X_OK) and not os.access(place / "_internal" / "empty", os.X_OK)
    assert shown(luthier_home) == {"cuda-0.1"}
    (item,) = (item for item in installed(luthier_home, PROTOCOL_VERSION) if item.name != OWN)
    assert (item.device, item.version, item.reason) == ("cuda", "0.1", "")
    assert verify("cuda-0.1", job=QuietJob()) == 9
    checked = subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=place, check=False)
    assert checked.returncode == 0, "the list is one that others read too"


def test_the_same_folder_gives_the_same_file(file: Path, tmp_path: Path) -> None:
    folder, again = file.with_name("cuda-0.1-folder"), tmp_path / "again"
    os.utime(folder / PROGRAM, (1, 1))
    pack(
        folder, again, name="cuda-0.1", version="0.1", protocol=PROTOCOL_VERSION, device="cuda",
        program=PROGRAM, level=1,
    )  # fmt: skip
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("seed", range(25))
def test_a_changed_byte_anywhere_is_refused(seed: int, file: Path, luthier_home: Path) -> None:
    """Or was one that nothing depends on: then what is installed is what was packed."""
    data = bytearray(file.read_bytes())
    place = random.Random(seed).randrange(len(data))
    data[place] ^= 1 << random.Random(seed).randrange(8)
    file.write_bytes(data)
    try:
        install(str(file), job=QuietJob())
    except UserError as error:
        assert error.info.code is ErrorCode.UNREADABLE
        assert shown(luthier_home) == set()
    else:
        assert verify("cuda-0.1", job=QuietJob()) == 9


@pytest.mark.parametrize("share", [0.0, 0.001, 0.2, 0.5, 0.9, 0.999])
def test_a_file_that_ends_early_is_refused(share: float, file: Path, luthier_home: Path) -> None:
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    assert "damaged" in refused(file)
    assert shown(luthier_home) == set()


def test_the_hash_that_is_named_is_that_of_the_file(file: Path, luthier_home: Path) -> None:
    assert "SHA-256" in refused(file, sha256="0" * 64)
    assert shown(luthier_home) == set()
    install(str(file), job=QuietJob(), sha256=hashlib.sha256(file.read_bytes()).hexdigest().upper())


# ---------------------------------------------------------------- hostile files


def plain(name: str, size: int = 3, mode: int = 0o644) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, mode
    return member


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


EXTRA: dict[str, tuple[tarfile.TarInfo, bytes]] = {
    "outside": (plain("../evil"), b"bad"),
    "absolute": (plain("/tmp/luthier-evil"), b"bad"),
    "not in the list": (plain("more.txt"), b"bad"),
    "twice": (plain(PROGRAM), b"bad"),
    "symlink": (special("_internal/x", tarfile.SYMTYPE, "/etc/passwd"), b""),
    "hardlink": (special("_internal/x", tarfile.LNKTYPE, PROGRAM), b""),
    "device": (special("_internal/x", tarfile.CHRTYPE), b""),
    "fifo": (special("_internal/x", tarfile.FIFOTYPE), b""),
    "sparse": (special("_internal/x", tarfile.GNUTYPE_SPARSE), b""),
}


@pytest.mark.parametrize("place", [2, -1])
@pytest.mark.parametrize("what", EXTRA)
def test_a_member_that_does_not_belong_is_refused(
    what: str, place: int, file: Path, luthier_home: Path
) -> None:
    members = entries(file)
    members.insert(place if place > 0 else len(members), EXTRA[what])
    rewrite(file, members)
    refused(file)
    assert shown(luthier_home) == set()
    assert not (runtimes_dir(luthier_home) / "evil").exists() and not Path("/tmp/luthier-evil").exists()


def with_manifest(file: Path, change: Callable[[dict[str, object]], None]) -> None:
    members = entries(file)
    manifest = json.loads(members[0][1])
    change(manifest)
    data = json.dumps(manifest).encode()
    rewrite(file, [(plain(MANIFEST, len(data)), data), *members[1:]])


HOSTILE: dict[str, dict[str, object]] = {
    "name": {"name": "../../evil"},
    "own": {"name": OWN},
    "best": {"name": BEST},
    "program": {"program": "../bin/sh"},
    "another program": {"program": "_internal/nothing"},
    "device": {"device": "quantum"},
    "smaller than it is": {"size_bytes": 1000},
    "fewer files": {"files": 2},
    "link out": {"links": {"_internal/out": "../../../../etc/passwd"}},
    "absolute link": {"links": {"_internal/out": "/etc/passwd"}},
    "link to a folder": {"links": {"out": "_internal"}},
    "link that files lie under": {"links": {"_internal/lib": f"../{PROGRAM}"}},
    "link for a file": {"links": {PROGRAM: "_internal/empty"}},
    "link for the manifest": {"links": {MANIFEST: PROGRAM}},
    "newer": {"format": 2},
    "no number": {"format": "one"},
    "sums": {"sums_sha256": "0" * 64},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_manifest_that_lies_is_refused(what: str, file: Path, luthier_home: Path) -> None:
    with_manifest(file, lambda manifest: manifest.update(HOSTILE[what]))
    message = refused(file)
    assert "damaged" in message or "newer Luthier" in message
    assert shown(luthier_home) == set()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"protocol": PROTOCOL_VERSION + 1}, "another version of Luthier"),
        ({"system": "plan9"}, "made for plan9"),
        ({"machine": "sparc"}, "on sparc"),
    ],
)
def test_what_is_made_for_others_is_refused_before_anything_is_written(
    change: dict[str, object], words: str, file: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_manifest(file, lambda manifest: manifest.update(change))
    monkeypatch.setattr(archive.Opened, "unpack", lambda *_: pytest.fail("it was unpacked"))
    assert words in refused(file)


def test_a_bomb_and_an_endless_name_are_refused(file: Path, luthier_home: Path) -> None:
    members = entries(file)
    bomb = next(index for index, (member, _) in enumerate(members) if member.name == "_internal/empty")
    members[bomb] = (plain("_internal/empty", 64 << 20), bytes(64 << 20))
    rewrite(file, members)
    assert file.stat().st_size < 1_000_000
    assert "more than it says" in refused(file)
    members[bomb] = (plain("_internal/" + "x" * 100_000), b"abc")
    rewrite(file, members)
    refused(file)
    assert shown(luthier_home) == set()


def test_what_is_no_runtime_at_all_is_refused(tmp_path: Path, luthier_home: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\3\4 something else")
    assert "no runtime of Luthier" in refused(tmp_path / "x.zip")
    refused(tmp_path / "missing", ErrorCode.NOT_FOUND)
    refused(tmp_path, ErrorCode.NOT_FOUND)


# ---------------------------------------------------------------- disks, kills, two at once


def test_too_little_room_is_told_before_it_begins(
    file: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runtimes.install.free_disk", lambda place: 1_000_000)
    monkeypatch.setattr(archive.Opened, "unpack", lambda *_: pytest.fail("it was unpacked"))
    assert "needs 0.2 GB" in refused(file, ErrorCode.DISK_FULL)


@pytest.mark.parametrize("after", [0, 1, 4, 8])
def test_a_disk_that_fills_up_leaves_nothing(
    after: int, file: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, calls = archive.flush, []

    def full(out: object) -> None:
        calls.append(out)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(out)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "flush", full)
    assert "nothing was installed" in refused(file, ErrorCode.DISK_FULL)
    assert shown(luthier_home) == set()
    monkeypatch.setattr(archive, "flush", flush)
    assert install(str(file), job=QuietJob()) == "cuda-0.1"


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="needs to mount a disk")
def test_a_small_disk_leaves_nothing(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this system lets nobody mount")
    try:
        monkeypatch.setenv("LUTHIER_HOME", str(disk))
        monkeypatch.setattr("engine.runtimes.install.SPARE_BYTES", -(1 << 30))
        assert "nothing was installed" in refused(file, ErrorCode.DISK_FULL)
        assert shown(disk) == set()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


INSTALL = """
import sys, time
from engine.runtimes import archive, install
from tests.integration.quiet_job import QuietJob
flush = archive.flush
def slow(out):
    flush(out)
    time.sleep(0.02)
archive.flush = slow
print("begins", flush=True)
install.install(sys.argv[1], job=QuietJob())
"""


@pytest.mark.parametrize("seed", range(8))
def test_killed_in_the_middle_there_is_no_half_runtime(seed: int, file: Path, luthier_home: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", INSTALL, str(file)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert child.stdout is not None and child.stdout.readline() == b"begins\n"
    try:
        child.wait(random.Random(seed).uniform(0.0, 0.3))
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    child.stdout.close()
    visible = {name for name in shown(luthier_home) if not name.startswith(".")}
    assert visible in (set(), {"cuda-0.1"})
    if visible:
        assert verify("cuda-0.1", job=QuietJob()) == 9
    else:
        left = shown(luthier_home)
        assert clean() == len(left) and shown(luthier_home) == set()
        assert install(str(file), job=QuietJob()) == "cuda-0.1"


SWEEP = """
import os, signal, sys
from pathlib import Path
from engine.runtimes.install import install
from tests.integration.quiet_job import QuietJob
from tests.unit.runtimes.stand_in import shown
file, home = sys.argv[1], Path(sys.argv[2])
import engine.runtimes.archive, tempfile, zstandard
ACTS = ("open", "os.rename", "os.mkdir", "os.chmod", "os.symlink", "os.remove", "os.rmdir")
left = 0
def count(event, arguments):
    global left
    if left and event in ACTS:
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
for moment in range(1, 1000):
    os.environ["LUTHIER_HOME"] = str(home / str(moment))
    child = os.fork()
    if not child:
        left = moment
        install(file, job=QuietJob())
        left = 0
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(moment, int(status == 0), *sorted(shown(home / str(moment))), flush=True)
    if status == 0:
        break
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_each_single_act_on_the_disk_there_is_no_half_runtime(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SWEEP, str(file), str(tmp_path / "homes")],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."}, check=True,
    )  # fmt: skip
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) > 40 and lines[-1][1:] == ["1", "cuda-0.1"]
    seen = [[name for name in line[2:] if not name.startswith(".")] for line in lines]
    assert [] in seen and ["cuda-0.1"] in seen[:-1]
    for (moment, *_), names in zip(lines, seen, strict=True):
        assert names in ([], ["cuda-0.1"])
        if names:
            monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "homes" / moment))
            assert verify("cuda-0.1", job=QuietJob()) == 9


@pytest.mark.parametrize("after", [0, 1, 3])
def test_cancelled_in_the_middle_there_is_nothing(
    after: int, file: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "PIECE", 4096)
    asked: list[int] = []

    def hook(job: QuietJob) -> None:
        asked.append(1)
        if len(asked) > after:
            job.current = "cancel"

    with pytest.raises(Cancelled):
        install(str(file), job=QuietJob(hook))
    assert shown(luthier_home) == set()


def test_one_at_a_time_and_nobody_sweeps_away_what_is_at_work(file: Path, luthier_home: Path) -> None:
    folder = runtimes_dir(luthier_home)
    (folder / ".staging-other" / "cuda-9").mkdir(parents=True)
    lock = FileLock(folder / ".lock")
    assert lock.acquire()
    assert "Another Luthier" in refused(file, ErrorCode.BUSY)
    assert clean() == 0 and shown(luthier_home) == {".staging-other"}
    lock.release()
    assert clean() == 1 and shown(luthier_home) == set()


# ---------------------------------------------------------------- verifying, removing


def test_what_changed_on_the_disk_is_named(file: Path, luthier_home: Path) -> None:
    install(str(file), job=QuietJob())
    place = runtimes_dir(luthier_home) / "cuda-0.1"
    (place / "_internal" / "part3.bin").write_bytes(b"other")
    (place / "_internal" / "part4.bin").unlink()
    (place / "_internal" / "libtorch.so").unlink()
    with pytest.raises(UserError) as refusal:
        verify("cuda-0.1", job=QuietJob())
    assert refusal.value.info.details["files"] == [
        "_internal/part3.bin", "_internal/part4.bin", "_internal/libtorch.so",
    ]  # fmt: skip
    (place / SUMS).write_text("")
    with pytest.raises(UserError, match=SUMS):
        verify("cuda-0.1", job=QuietJob())


def test_a_second_one_of_the_same_name_is_refused_and_the_first_stays(file: Path, luthier_home: Path) -> None:
    install(str(file), job=QuietJob())
    assert "installed already" in refused(file, ErrorCode.BUSY)
    assert verify("cuda-0.1", job=QuietJob()) == 9


def test_removing_chooses_the_own_engine_which_itself_stays(file: Path, luthier_home: Path) -> None:
    install(str(file), job=QuietJob())
    choose(luthier_home, "cuda-0.1", PROTOCOL_VERSION)
    remove("cuda-0.1", job=QuietJob())
    assert shown(luthier_home) == {"chosen"} and chosen_name(luthier_home) == OWN
    for name in ("cuda-0.1", "..", "", "../runtimes/cuda-0.1"):
        with pytest.raises(UserError) as refusal:
            remove(name, job=QuietJob())
        assert refusal.value.info.code is ErrorCode.NOT_FOUND
    with pytest.raises(UserError, match="cannot be removed"):
        remove(OWN, job=QuietJob())


def test_a_folder_without_its_program_is_not_packed(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "folder")
    (folder / PROGRAM).unlink()
    with pytest.raises(UserError, match="There is no luthier-engine"):
        pack(folder, tmp_path / "out", name="x", version="1", protocol=1, device="cpu", program=PROGRAM)
    assert not (tmp_path / "out").exists()
