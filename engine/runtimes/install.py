"""Changes the folder of runtimes so that each moment shows whole runtimes only, whatever ends it in between.

A runtime is unpacked and verified in a folder of another name on the same disk and renamed when it is whole; one that goes is
renamed first and deleted then. What a killed process left is deleted by whoever comes next. One process at a time works here.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.contract.disk import free_disk, is_disk_full
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.lock import FileLock
from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.paths import data_dir
from engine.contract.runtimes import (
    LEFT,
    MANIFEST,
    OWN,
    SUMS,
    Manifest,
    choose,
    chosen_name,
    left_over,
    parse_manifest,
    refusal,
    runtimes_dir,
)
from engine.runtimes.archive import PIECE, opened, read_sums
from engine.runtimes.fetch import fetch, is_address

LOCK = ".lock"
SPARE_BYTES = 200 << 20
STAGING, REMOVING = LEFT


def install(source: str, *, job: Job, sha256: str = "") -> str:
    """Install the runtime in the file or behind the address ``source``; its name.

    Raises:
        UserError: ``NOT_FOUND``, ``UNREADABLE`` (damaged, hostile, for another computer or Luthier, not the file that
            ``sha256`` names), ``NETWORK``, ``DISK_FULL``, or ``BUSY``: it is here already, or somebody else is at work.
        Cancelled: by the user; what was fetched stays for the next time.
    """
    with _alone() as folder:
        if is_address(source):
            with job.phase("download", source):
                file, what = fetch(source, folder, job=job, sha256=sha256)
            return _install_fetched(file, what, folder, job)
        file = Path(source).expanduser().resolve()
        return _install_file(file, file.name, folder, job, sha256)


def verify(name: str, *, job: Job) -> int:
    """Hold every file of the runtime ``name`` against its hash; how many there are.

    Raises:
        UserError: ``NOT_FOUND``, or ``UNREADABLE`` naming what is damaged.
    """
    folder = _folder_of(name)
    manifest = parse_manifest((folder / MANIFEST).read_bytes(), name)
    faults: list[str] = []
    with job.phase("verify", name):
        content = _read(folder / SUMS)
        if hashlib.sha256(content).hexdigest() != manifest.sums_sha256:
            raise _worn(name, [SUMS])
        done = 0
        for path, expected in read_sums(content, name).items():
            done += _hashed(folder / path, expected, faults, path, job)
            job.progress("verify", done, manifest.size_bytes, "bytes")
        for path, value in manifest.links.items():
            if not (folder / path).is_symlink() or (folder / path).readlink().as_posix() != value:
                faults.append(path)
    if faults:
        raise _worn(name, faults)
    return manifest.files


def remove(name: str, *, job: Job) -> None:
    """Delete the runtime ``name``; Luthier's own engine is chosen where it was.

    Raises:
        UserError: ``BAD_COMMAND`` for Luthier's own, ``NOT_FOUND``, or ``BUSY`` when its program runs (on Windows).
    """
    if name == OWN:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            "The engine that Luthier brings cannot be removed",
            hint="Choose another runtime to remove.",
        )
    with _alone() as folder, job.phase("remove", name):
        place = _folder_of(name)
        if chosen_name(data_dir()) == name:
            choose(data_dir(), OWN, PROTOCOL_VERSION)
        try:
            going = place.rename(Path(tempfile.mkdtemp(prefix=REMOVING, dir=folder)) / name)
        except OSError as error:
            raise UserError(
                ErrorCode.BUSY,
                f"The runtime {name} cannot be removed now: {error.strerror or error}",
                hint="Close what uses it, then try again.",
            ) from error
        shutil.rmtree(going.parent, ignore_errors=True)


def clean() -> int:
    """Delete what killed installations and removals left; how many folders there were. 0 while somebody is at work."""
    if not left_over(data_dir()):
        return 0
    try:
        with _alone(cleaning=False) as folder:
            return _clean(folder)
    except UserError:
        return 0


# ---------------------------------------------------------------- one at a time


@contextmanager
def _alone(*, cleaning: bool = True) -> Iterator[Path]:
    """The folder of runtimes, ours alone, with nothing left over in it."""
    folder = runtimes_dir(data_dir())
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    if not lock.acquire():
        raise UserError(
            ErrorCode.BUSY,
            "Another Luthier is changing the runtimes at this moment",
            hint="Wait until it is done.",
        )
    try:
        if cleaning:
            _clean(folder)
        yield folder
    finally:
        lock.release()


def _clean(folder: Path) -> int:
    left = left_over(folder.parent)
    for place in left:
        shutil.rmtree(place, ignore_errors=True)
    return len(left)


# ---------------------------------------------------------------- one file


def _install_fetched(file: Path, what: str, folder: Path, job: Job) -> str:
    """Whatever could go well another time (a full disk, a second thought) leaves the fetched file for it."""
    try:
        name = _install_file(file, what, folder, job)
    except UserError as error:
        if error.info.code is ErrorCode.UNREADABLE:
            file.unlink(missing_ok=True)
        raise
    file.unlink(missing_ok=True)
    return name


def _install_file(file: Path, what: str, folder: Path, job: Job, sha256: str = "") -> str:
    total = file.stat().st_size if file.is_file() else 0

    def tell(done: int) -> None:
        job.check()
        job.progress("unpack", done, total, "bytes")

    with job.phase("unpack", what), opened(file, what, tell) as runtime:
        manifest = runtime.manifest
        _require_fit(manifest, folder)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
        try:
            work = staging / manifest.name
            work.mkdir()
            runtime.unpack(work)
            if sha256 and runtime.digest() != sha256.strip().lower():
                raise UserError(
                    ErrorCode.UNREADABLE,
                    f"{what} is not the file that was named: its SHA-256 is another one, so nothing was installed",
                    hint="Get the file again from where the number came from.",
                )
            job.check()
            work.rename(folder / manifest.name)
        except OSError as error:
            raise _worded(error, folder) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return manifest.name


def _require_fit(manifest: Manifest, folder: Path) -> None:
    """What can be refused before a byte is written."""
    reason = refusal(manifest, PROTOCOL_VERSION)
    if reason:
        raise UserError(
            ErrorCode.UNREADABLE, reason.rstrip("."), hint="Look for the file that is made for it."
        )
    if (folder / manifest.name).exists():
        raise UserError(
            ErrorCode.BUSY,
            f"The runtime {manifest.name} is installed already",
            hint="Remove it first if you want to install it again.",
        )
    need = manifest.size_bytes + SPARE_BYTES
    if free_disk(folder) < need:
        raise UserError(
            ErrorCode.DISK_FULL,
            f"The runtime {manifest.name} needs {need / 1e9:.1f} GB in {folder}, and there is less",
            hint="Free some space there, or set LUTHIER_HOME to a folder on a larger disk.",
        )


def _worded(error: OSError, folder: Path) -> UserError:
    if is_disk_full(error):
        return UserError(
            ErrorCode.DISK_FULL,
            f"The disk of {folder} is full, so nothing was installed",
            hint="Free some space there and install it again.",
        )
    return UserError(
        ErrorCode.UNREADABLE,
        f"The runtime could not be written to {folder}: {error.strerror or error}",
        hint="See that this account may write there.",
    )


# ---------------------------------------------------------------- verifying


def _folder_of(name: str) -> Path:
    place = runtimes_dir(data_dir()) / name
    if name in (OWN, "") or place.parent != runtimes_dir(data_dir()) or not (place / MANIFEST).is_file():
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"There is no runtime {name} here",
            hint="See which there are: luthier-engine runtime list.",
        )
    return place


def _hashed(place: Path, expected: str, faults: list[str], path: str, job: Job) -> int:
    """Note ``path`` among the faults if ``place`` is not what it should be; the bytes that were read."""
    found, count = hashlib.sha256(), 0
    try:
        with place.open("rb") as stream:
            while piece := stream.read(PIECE):
                job.check()
                found.update(piece)
                count += len(piece)
    except OSError:
        faults.append(path)
        return count
    if found.hexdigest() != expected:
        faults.append(path)
    return count


def _read(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError:
        return b""


def _worn(name: str, faults: list[str]) -> UserError:
    count = f"{len(faults)} files" if len(faults) > 1 else "a file"
    return UserError(
        ErrorCode.UNREADABLE,
        f"The runtime {name} is damaged: {count} of it changed or went missing, the first is {faults[0]}",
        hint="Remove it and install it again.",
        details={"files": faults[:100]},
    )
