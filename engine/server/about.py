"""Answers about Luthier itself: the works it is made of, and the one request by which it looks for a newer version."""

from collections.abc import Callable
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine import __version__
from engine.contract.about import (
    LicenceText,
    ListWorks,
    LookForUpdate,
    ReadLicence,
    Update,
    WorkLine,
    WorkList,
)
from engine.contract.errors import ErrorCode, UserError
from engine.contract.network import offline_because
from engine.contract.works import works

TEXT_CHARS = 500_000  # of a line of the protocol

Fetch = Callable[[str], bytes]


class Feed(BaseModel):
    """What stands at a feed's address, as JSON."""

    model_config = ConfigDict(extra="ignore")

    version: str = Field(min_length=1, max_length=64)
    notes: str = Field("", max_length=20_000)
    address: str = Field("", max_length=2_000)


def list_works(command: ListWorks) -> WorkList:
    """By name."""
    found = (WorkLine(name=work.name, version=work.version, licence=work.licence) for work in works())
    return WorkList(works=tuple(found))


def read_licence(command: ReadLicence) -> LicenceText:
    """Of the work of that name.

    Raises:
        UserError: there is no such work.
    """
    found = next((work for work in works() if work.name == command.name), None)
    if found is None:
        raise UserError(ErrorCode.NOT_FOUND, f"Luthier contains nothing that is called {command.name}")
    return LicenceText(name=found.name, text=found.text()[:TEXT_CHARS])


def look_for_update(
    command: LookForUpdate, *, fetch: Fetch | None = None, present: str = __version__
) -> Update:
    """One request to the feed, if the network may be used.

    Raises:
        UserError: ``NETWORK`` when Luthier is offline or the feed does not answer, ``UNREADABLE`` when it says
            something else than a feed does.
    """
    from packaging.version import InvalidVersion, Version

    if offline_because():
        raise UserError(
            ErrorCode.NETWORK,
            "Nobody was asked for a newer version, because Luthier is set to stay offline",
            hint="Turn off Stay offline in the Settings first.",
        )
    address = _checked(command.feed)
    content = (fetch or _fetch)(address)
    try:
        feed = Feed.model_validate_json(content)
        newer = Version(feed.version) > Version(present)
    except (ValidationError, InvalidVersion):
        raise UserError(
            ErrorCode.UNREADABLE,
            f"What stands at {address} is no list of versions",
            hint='It should be JSON such as {"version": "1.2.0", "notes": "...", "address": "https://..."}.',
        ) from None
    where = feed.address if urlsplit(feed.address).scheme in ("http", "https") else ""
    return Update(version=feed.version, newer=newer, notes=feed.notes, address=where)


def _checked(feed: str) -> str:
    address = feed.strip()
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            f"{address or 'An empty line'} is not the address of a feed",
            hint="It begins with https:// and is given by whoever distributes Luthier.",
        )
    return address


def _fetch(address: str) -> bytes:
    from engine.server.feed import fetch  # what speaks HTTP loads only when somebody is to be asked

    return fetch(address)
