"""The jobs about runtimes: installing, verifying, removing, cleaning up."""

from collections.abc import Callable
from typing import Any

from engine.contract.job import Job
from engine.contract.runtimes import CleanRuntimes, InstallRuntime, RemoveRuntime, VerifyRuntime
from engine.server.tasks import Outcome, Task


def installation(command: InstallRuntime) -> Task:
    """From a file or an address."""

    def work(job: Job) -> Outcome:
        from engine.runtimes.install import install

        return Outcome(result={"runtime": install(command.source, job=job, sha256=command.sha256)})

    return Task(kind="runtimes.install", run="runtimes.install", work=work)


def verification(command: VerifyRuntime) -> Task:
    """Every file against its hash."""

    def work(job: Job) -> Outcome:
        from engine.runtimes.install import verify

        return Outcome(result={"runtime": command.name, "files": verify(command.name, job=job)})

    return Task(kind="runtimes.verify", run="runtimes.verify", work=work)


def removal(command: RemoveRuntime) -> Task:
    """Deleting one."""

    def work(job: Job) -> Outcome:
        from engine.runtimes.install import remove

        remove(command.name, job=job)
        return Outcome(result={"runtime": command.name})

    return Task(kind="runtimes.remove", run="runtimes.remove", work=work)


def cleaning(command: CleanRuntimes) -> Task:
    """Deleting what was left."""

    def work(job: Job) -> Outcome:
        from engine.runtimes.install import clean

        return Outcome(result={"folders": clean()})

    return Task(kind="runtimes.clean", run="runtimes.clean", work=work)


OPENERS: dict[str, Callable[[Any], Task]] = {
    "runtimes.install": installation,
    "runtimes.verify": verification,
    "runtimes.remove": removal,
    "runtimes.clean": cleaning,
}
