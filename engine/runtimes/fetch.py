"""Fetches a runtime's file from an address: resumed where an earlier transfer ended, nothing while Luthier stays offline.

The bytes come by ``engine.models.transfer``, as those of models do. No credential of the user goes along.
"""

import hashlib
import re
import shutil
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from engine.contract.disk import is_disk_full
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled, Job
from engine.contract.network import offline_because
from engine.contract.runtimes import SUFFIX
from engine.models.hub_listing import TIMEOUT_S, session
from engine.models.transfer import Wanted, check
from engine.models.transfer import fetch as transfer

DOWNLOADS = ".downloads"
KEPT_S = 14 * 24 * 3600.0  # how long an unfinished transfer waits to be gone on with
SPARE_BYTES = 200 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_address(source: str) -> bool:
    """Whether ``source`` is an address rather than a file on this computer."""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", source) is not None


def fetch(address: str, folder: Path, *, job: Job, sha256: str = "") -> tuple[Path, str]:
    """The file behind ``address``, whole, in the downloads of ``folder``, and what it is called there.

    Raises:
        UserError: ``NETWORK``, ``BAD_COMMAND`` (no safe address), ``UNREADABLE`` (not the file that ``sha256`` names), or
            ``DISK_FULL``.
        Cancelled: by the user; what has come stays for the next time.
    """
    refuse_offline()
    wanted, mark = _look(check_address(address), sha256.strip().lower())
    place = folder / DOWNLOADS
    place.mkdir(exist_ok=True)
    key = hashlib.sha256(f"{wanted.url} {wanted.size} {wanted.digest} {mark}".encode()).hexdigest()[:16]
    part, whole = place / f"{key}.part", place / f"{key}{SUFFIX}"
    _forget_old(place, key)
    if whole.exists():  # and was not installed, because the disk was full or somebody thought again
        return whole, wanted.name
    have = part.stat().st_size if part.exists() else 0
    if shutil.disk_usage(place).free < wanted.size - have + SPARE_BYTES:
        raise UserError(
            ErrorCode.DISK_FULL,
            f"{wanted.name} needs {(wanted.size - have + SPARE_BYTES) / 1e9:.1f} GB more in {place}",
            hint="Free some space there, or set LUTHIER_HOME to a folder on a larger disk.",
        )

    def report(done: int) -> None:
        job.check()
        job.progress("download", done, wanted.size, "bytes")

    _worded(wanted.name, lambda: transfer(wanted, part, report))
    check(wanted, part, hint="Try again. If it happens again, do not use this address.")
    part.replace(whole)
    return whole, wanted.name


def refuse_offline() -> None:
    """Refuse to go to the network where the user wants to stay offline.

    Raises:
        UserError: ``NETWORK``, saying what to change.
    """
    because = offline_because()
    if because:
        how = (
            "Turn off Stay offline in the Settings"
            if because == "switch"
            else f"Take {because} out of the environment"
        )
        raise UserError(
            ErrorCode.NETWORK,
            "Nothing is downloaded, because Luthier is set to stay offline"
            if because == "switch"
            else f"Nothing is downloaded, because {because} says to stay offline",
            hint=f"{how}, or bring the runtime's file here by other means and install it from there.",
        )


def check_address(address: str) -> str:
    """``address`` without what follows a #; only safe ones pass.

    Raises:
        UserError: ``BAD_COMMAND``.
    """
    parts = urlsplit(address.strip())
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise UserError(
            ErrorCode.BAD_COMMAND, f"{address} is no address of a runtime", hint="It begins with https://."
        )
    return parts._replace(fragment="").geturl()


def _look(address: str, sha256: str) -> tuple[Wanted, str]:
    """How large the file is, asked without reading it, and what changes when the server has another one."""
    if sha256 and not _SHA256.fullmatch(sha256):
        raise UserError(
            ErrorCode.BAD_COMMAND,
            f"{sha256} is no SHA-256",
            hint="It has 64 signs, digits and the letters a to f; it stands beside the file where that is offered.",
        )
    name = unquote(urlsplit(address).path).rpartition("/")[2] or address

    def ask() -> tuple[int, str]:
        headers = {"Accept-Encoding": "identity"}
        with session().stream(
            "GET", address, headers=headers, timeout=TIMEOUT_S, follow_redirects=True
        ) as reply:
            reply.raise_for_status()
            mark = f"{reply.headers.get('ETag', '')} {reply.headers.get('Last-Modified', '')}"
            return int(reply.headers.get("Content-Length", "0")), mark

    size, mark = _worded(name, ask)
    if size <= 0:
        raise UserError(
            ErrorCode.NETWORK,
            f"The server does not say how large {name} is",
            hint="Fetch the file with a browser and install it from there.",
        )
    wanted = Wanted(
        name=name, size=size, url=address, digest=sha256, git=False, sender="The server", headers={},
        raise_for=lambda reply: reply.raise_for_status(),
    )  # fmt: skip
    return wanted, mark


def _forget_old(place: Path, key: str) -> None:
    """Throw away what nobody went on with."""
    for other in place.iterdir():
        if not other.name.startswith(key) and time.time() - other.stat().st_mtime > KEPT_S:
            other.unlink(missing_ok=True)


def _worded(name: str, call: Any) -> Any:
    try:
        return call()
    except (UserError, Cancelled):
        raise
    except Exception as error:  # the transport's exceptions have no class that is ours to name
        if is_disk_full(error):
            raise UserError(
                ErrorCode.DISK_FULL,
                f"The disk is full: {name} did not come whole",
                hint="Free some space and try again.",
            ) from error
        status = getattr(getattr(error, "response", None), "status_code", 0)
        if status in (404, 410):
            raise UserError(
                ErrorCode.NOT_FOUND, f"There is no {name} at this address", hint="Check the address."
            ) from error
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise UserError(
            ErrorCode.NETWORK,
            f"{name} could not be fetched: {first}",
            hint="Try again: what has arrived is kept, and the download goes on from there.",
        ) from error
