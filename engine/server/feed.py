"""One request to the feed of versions: no redirect is followed, nothing is said of who asks."""

import urllib.request
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError

from engine.contract.errors import ErrorCode, UserError

TIMEOUT_S = 10.0
FEED_BYTES = 256 * 1024


class _NoOtherAddress(urllib.request.HTTPRedirectHandler):
    """One request means one: an address that sends elsewhere is not followed."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


def fetch(address: str) -> bytes:
    """What stands at ``address``.

    Raises:
        UserError: ``NETWORK`` when it does not answer with it, ``UNREADABLE`` when it is too large.
    """
    request = urllib.request.Request(address, headers={"User-Agent": "Luthier", "Accept": "application/json"})
    opener = urllib.request.build_opener(_NoOtherAddress)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            content = bytes(answer.read(FEED_BYTES + 1))
    except HTTPError as error:
        moved = error.headers.get("Location", "") if 300 <= error.code < 400 else ""
        hint = f"It has moved to {moved}; enter that address." if moved else "Check the address of the feed."
        raise UserError(ErrorCode.NETWORK, f"{address} answered {error.code}", hint=hint) from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        hint = "Check the address, and whether this computer has a way to it."
        raise UserError(ErrorCode.NETWORK, f"{address} cannot be reached: {reason}", hint=hint) from None
    if len(content) > FEED_BYTES:
        raise UserError(ErrorCode.UNREADABLE, f"What stands at {address} is too large for a list of versions")
    return content
