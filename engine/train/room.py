"""A disk without space holds a run up and never ends it: what is to be written waits until there is room."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.contract.disk import is_disk_full
from engine.contract.job import Job

LOOK_S = 2.0
MB = 1e6

Written = TypeVar("Written")


class WaitEnded(Exception):
    """The user wants the run to end while it waits for space."""


class BrokenOff(Exception):
    """A wish arrived in the middle of a step; the step's work is thrown away."""


def when_there_is_room(write: Callable[[], Written], *, place: Path, needs: int, job: Job) -> Written:
    """What ``write`` gives, which is tried again as long as the disk of ``place`` is full.

    ``needs`` is what it writes in bytes. The user is told once how much that is; wishes are heard while it waits.

    Raises:
        WaitEnded: a wish to end came while it waited.
        OSError: the disk is full and the run is to end anyway, or something else is wrong.
    """
    told = False
    while True:
        try:
            return write()
        except Exception as error:  # libraries raise errors of their own for a full disk
            if not is_disk_full(error) or (not told and is_to_end(job)):
                raise
        if not told:
            told = True
            job.warn(
                "disk_full",
                f"The disk of {place} is full: the run waits for {max(1, round(needs / MB)):,} MB to save its state.",
                hint="Free some space there; the run then goes on by itself, and nothing is lost.",
            )
        with job.phase("wait_for_space", str(place)):
            _wait(place, needs, job)


def _wait(place: Path, needs: int, job: Job) -> None:
    """Return when there seems to be room; the caller finds out by writing."""
    while True:
        for _ in range(8):
            if is_to_end(job):
                raise WaitEnded
            time.sleep(LOOK_S / 8)
        if shutil.disk_usage(place).free >= needs:
            return


def is_to_end(job: Job) -> bool:
    """Whether the user wants the run to end."""
    return job.wish() not in (None, "save")
