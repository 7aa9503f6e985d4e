"""Brings one file over the network, going on where an earlier transfer ended, and holds it against its hash.

For whatever is fetched: models from hubs and runtimes from an address. Nothing here knows what the bytes are.
"""

import errno
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.models.hub_listing import TIMEOUT_S, session

CHUNK_BYTES = 1 << 16  # a slow line is looked at, and can be cancelled, within seconds
TRIES = 5  # without a single new byte
WAIT_S = 1.0  # before the second try; doubled each time
_OF_THE_DISK = (errno.ENOSPC, errno.EACCES, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is fetched. ``digest`` is the SHA-256 of the content or, with ``git``, git's SHA-1 of it; "" where it is not
    known. ``sender`` is who is spoken of in a refusal; ``raise_for`` raises for a reply that is a refusal itself."""

    name: str
    size: int
    url: str
    digest: str
    git: bool
    sender: str
    headers: Mapping[str, str]
    raise_for: Callable[[Any], object]


def fetch(file: Wanted, part: Path, report: Callable[[int], None]) -> None:
    """Bring ``part`` to the file's size; ``report`` is told how much there is, and may raise.

    Raises:
        UserError: it is longer than it should be (``UNREADABLE``), or no more of it comes (``NETWORK``). Whatever else
            the transport raises is left as it is.
    """
    misses = 0
    while (have := part.stat().st_size if part.exists() else 0) != file.size or not part.exists():
        if have > file.size:
            part.unlink()
            continue
        try:
            _stream(file, part, have, report)
        except (UserError, Cancelled):
            raise
        except Exception as error:  # the transport's exceptions have no class that is ours to name
            if _is_final(error):
                raise
            misses = 0 if part.exists() and part.stat().st_size > have else misses + 1
            if misses >= TRIES:
                raise
            _wait(misses, partial(report, have))
        else:
            grown = part.stat().st_size > have if part.exists() else False
            misses = 0 if grown else misses + 1
            if misses >= TRIES:
                raise UserError(ErrorCode.NETWORK, f"{file.sender} sends no more of {file.name}")


def check(file: Wanted, part: Path, *, hint: str) -> None:
    """Refuse bytes that are not those that were named; they are thrown away.

    Raises:
        UserError: ``UNREADABLE``.
    """
    if file.digest and _digest(part, git=file.git) != file.digest:
        part.unlink()
        raise UserError(
            ErrorCode.UNREADABLE,
            f"{file.name} arrived damaged or changed: its hash is not the one that {file.sender[0].lower()}{file.sender[1:]} names",
            hint=hint,
        )


def _stream(file: Wanted, part: Path, have: int, report: Callable[[int], None]) -> None:
    headers = {**file.headers, "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with session().stream(
        "GET", file.url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True
    ) as reply:
        if reply.status_code == 416:  # it is shorter than what we have
            part.unlink(missing_ok=True)
            return
        file.raise_for(reply)
        resumed = reply.status_code == 206 and _starts_at(reply.headers.get("Content-Range", ""), have)
        with part.open("ab" if resumed else "wb") as out:
            done = have if resumed else 0
            for chunk in reply.iter_bytes(CHUNK_BYTES):
                out.write(chunk)
                done += len(chunk)
                if done > file.size:
                    raise UserError(
                        ErrorCode.UNREADABLE, f"{file.sender} sends more of {file.name} than it lists"
                    )
                report(done)


def _starts_at(content_range: str, have: int) -> bool:
    return content_range.startswith(f"bytes {have}-")


def _is_final(error: Exception) -> bool:
    """Whether asking again cannot help: it was refused, rather than failed."""
    if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
        return True
    status = getattr(getattr(error, "response", None), "status_code", 0)
    return 400 <= status < 500 and status not in (408, 429)


def _wait(misses: int, look: Callable[[], None]) -> None:
    until = time.monotonic() + (WAIT_S * 2 ** (misses - 1) if misses else 0)
    while time.monotonic() < until:
        look()
        time.sleep(0.1)


def _digest(path: Path, *, git: bool) -> str:
    if not git:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    blob = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    blob.update(path.read_bytes())
    return blob.hexdigest()
