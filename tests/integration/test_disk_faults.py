"""A disk that fails or is full at any moment of a save: nothing damaged, a sentence, the older one loads, and it goes on."""

import errno
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode
from engine.server.failures import error_info
from engine.train import checkpoint as checkpoints
from engine.train.loop import train
from tests.integration.faults import failing_disk
from tests.integration.quiet_job import QuietJob
from tests.integration.test_crash_sweep import (
    AGAIN,
    FIRST,
    SECOND,
    check_what_is_left,
    forked,
    prepared,
    saves,
    system_calls,
    traced,
)
from tests.integration.test_trainer import adapter_bytes, dataset, make_recipe

__all__ = ["dataset"]

SENTENCES = {
    errno.EIO: (ErrorCode.DISK_FAULT, "failed: Input/output error."),
    errno.ENOSPC: (ErrorCode.DISK_FULL, "is full."),
}
SOME_MOMENTS = (1, 9, 17, 26)
LAST_MOMENT = 400  # no save has so many
CALLS = ("openat", "open", "write", "pwrite64", "writev", "fsync", "ftruncate", "rename", "renameat", "renameat2", "mkdir", "unlink", "unlinkat", "rmdir")  # fmt: skip
UNKNOWN, SAID = 3, 4

pytestmark = pytest.mark.skipif(os.name == "nt", reason="errors are counted by their POSIX numbers")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for memory reads files of the system, which are no moments of a save."""
    monkeypatch.setattr("engine.train.background.room_for_copy", lambda **_: 1 << 30)
    monkeypatch.setattr("engine.train.room.LOOK_S", 0.01)


def says_what_is_wrong(error: Exception, number: int) -> bool:
    """Whether the user is told that it was the disk, and which one."""
    info = error_info(error)
    code, words = SENTENCES[number]
    if "came back" in info.message:  # it failed when the checkpoint was read once more
        code, words = ErrorCode.DISK_FAULT, "failed: something else came back than was written"
    return info.code is code and words in info.message and bool(info.hint)


def nothing_is_damaged(folder: Path) -> bool:
    """Whether all that is called a checkpoint is one."""
    found = checkpoints.steps(folder)
    return all(checkpoints.damage(checkpoints.folder_of(folder, step)) is None for step in found)


class LeavesWhenFull(QuietJob):
    """Pauses at the first word of a full disk."""

    def warn(self, code: str, message: str, hint: str | None = None) -> None:
        super().warn(code, message, hint)
        self.current = "pause"


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("number", SENTENCES, ids=errno.errorcode.get)
def test_every_moment_of_a_save_fails(number: int, lasting: bool, tmp_path: Path) -> None:
    told, values, met = 0, [], Counter[str]()
    for moment in range(1, LAST_MOMENT):
        folder = prepared(tmp_path / "checkpoints")
        job = LeavesWhenFull()
        with failing_disk(folder, number, moment, lasting=lasting) as disk:
            try:
                saves(folder, job)
            except OSError as error:
                assert says_what_is_wrong(error, number), error
                told += 1
            except Exception as error:
                assert type(error).__name__ == "WaitEnded", error
                told += 1
            if not disk.met:
                break
            met[disk.met[0]] += 1
            disk.heal()
        assert nothing_is_damaged(folder)
        values.append(check_what_is_left(folder))
    assert set(met) >= {"open", "write", "fsync", "os.rename", "os.mkdir"} and sum(met.values()) > 60
    assert set(values) == {FIRST, SECOND, AGAIN}
    assert told > 25
    print(f"{errno.errorcode[number]}, {'lasting' if lasting else 'once'}: {dict(met)}, {told} told")


@pytest.mark.parametrize("number", SENTENCES, ids=errno.errorcode.get)
def test_a_run_goes_on_when_the_fault_is_gone(
    number: int, tiny_model: Path, dataset: Path, tmp_path: Path
) -> None:
    recipe = make_recipe(tiny_model, dataset, optim={"max_steps": 4}, run={"save_steps": 2})
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=QuietJob())
    wanted = adapter_bytes(tmp_path / "whole")
    for moment in SOME_MOMENTS:
        assert goes_on_to(wanted, recipe, tmp_path / f"run-{moment}", number, moment)


@pytest.mark.soak
@pytest.mark.parametrize("number", SENTENCES, ids=errno.errorcode.get)
def test_a_run_goes_on_after_every_moment(
    number: int, tiny_model: Path, dataset: Path, tmp_path: Path
) -> None:
    recipe = make_recipe(tiny_model, dataset, optim={"max_steps": 4}, run={"save_steps": 2})
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=QuietJob())
    wanted = adapter_bytes(tmp_path / "whole")
    for moment in range(1, LAST_MOMENT):
        if not goes_on_to(wanted, recipe, tmp_path / "run", number, moment):
            break
        shutil.rmtree(tmp_path / "run")
    assert moment > 50
    print(f"{errno.errorcode[number]}: runs went on after faults at {moment - 1} moments")


def goes_on_to(wanted: bytes, recipe: object, run_dir: Path, number: int, moment: int) -> bool:
    """Train on a disk that fails from ``moment`` on, until somebody mends it; False when no moment was met."""
    folder = run_dir / "checkpoints"
    with failing_disk(folder, number, moment, lasting=True) as disk:

        def mend_when_it_waits(job: QuietJob) -> None:
            if "wait_for_space" in job.phases:
                disk.heal()

        job = QuietJob(mend_when_it_waits)
        try:
            train(recipe, run_dir=run_dir, resume=False, job=job)  # type: ignore[arg-type]
        except OSError as error:
            assert says_what_is_wrong(error, number), error
            disk.heal()
            assert nothing_is_damaged(folder)
            train(recipe, run_dir=run_dir, resume=True, job=QuietJob())  # type: ignore[arg-type]
        else:
            assert "disk_full" in job.warnings or len(disk.met) == 0 or only_tidying(disk.met)
    assert adapter_bytes(run_dir) == wanted
    return bool(disk.met)


def only_tidying(met: list[str]) -> bool:
    """Whether all that failed was the removal of older checkpoints, which the next rotation makes up for."""
    return set(met) <= {"open", "os.rename", "os.remove", "os.rmdir"}


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("number", SENTENCES, ids=errno.errorcode.get)
def test_every_system_call_fails(number: int, tmp_path: Path) -> None:
    name_of_error = errno.errorcode[number]
    calls = system_calls(prepared(tmp_path / "checkpoints"))
    ends = Counter[int]()
    for name in set(CALLS) & set(calls):
        for moment in range(1, calls[name] + 1):
            folder = prepared(tmp_path / "checkpoints")
            ends[failed_saves(folder, number, f"inject={name}:error={name_of_error}:when={moment}")] += 1
            check_what_is_left(folder)
    assert not ends[UNKNOWN] and ends[SAID] > 25, ends
    print(
        f"{name_of_error}: {sum(ends.values())} system calls failed, {ends[SAID]} ended the save with a sentence"
    )


def failed_saves(folder: Path, number: int, inject: str) -> int:
    """Save in a child whose system call fails; 0 when it was made up for, ``SAID`` when it ended with a sentence."""
    ready, go = os.pipe()

    def work() -> None:
        os.read(ready, 1)
        try:
            saves(folder, LeavesWhenFull())
        except OSError as error:
            os._exit(SAID if says_what_is_wrong(error, number) else UNKNOWN)
        except Exception as error:
            os._exit(SAID if type(error).__name__ == "WaitEnded" else UNKNOWN)

    child = forked(work)
    tracer = traced(child, "-o", "/dev/null", "-e", inject)
    os.write(go, b"!")
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    tracer.communicate()
    for descriptor in (ready, go):
        os.close(descriptor)
    return ended
