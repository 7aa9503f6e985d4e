"""Which version the data folder is of, and who may open it.

``library.json`` in the data folder names the version of everything in it: settings, drafts, runs. The version grows when
an older Luthier could no longer read what a newer one writes. The app opens the library at its start and brings an older
one up to date (``library_upgrade``); whoever meets a newer one refuses it and changes nothing.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError

LIBRARY = "library.json"
LIBRARY_VERSION = 1  # 0: before there was a library.json


@dataclass(frozen=True, slots=True)
class Known:
    """What a library says of itself."""

    version: int
    program: str = ""  # version of the Luthier that wrote it, "" where nobody knows


def read_library(home: Path) -> Known | None:
    """What ``library.json`` says; None where there is none yet.

    Raises:
        UserError: it is there, and says nothing that can be understood.
    """
    try:
        content = json.loads((home / LIBRARY).read_text(encoding="utf-8"))
        version = content["version"]
        if not isinstance(version, int) or isinstance(version, bool) or version < 0:
            raise ValueError(version)
        return Known(version, str(content.get("program", "")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            ErrorCode.UNREADABLE,
            f"{home / LIBRARY} does not say which version of Luthier wrote this library",
            hint="Restore the file from a copy, or delete it if no newer Luthier was ever used here.",
        ) from error


def refuse_newer(home: Path, *, program: str, version: int = LIBRARY_VERSION) -> None:
    """Do nothing, or refuse a library that this program (of version ``program``) is too old for.

    Raises:
        UserError: the library is newer; nothing was changed.
    """
    known = read_library(home)
    if known is None or known.version <= version:
        return
    raise UserError(
        ErrorCode.UNREADABLE,
        f"The library at {home} was written by Luthier {known.program or '?'}, which is newer than this one ({program})",
        hint="Nothing was changed. Install that version or a newer one, or set LUTHIER_HOME to another folder.",
    )


def write_library(home: Path, *, program: str, version: int = LIBRARY_VERSION) -> None:
    """Say that the library is of ``version`` now, as ``program`` writes it."""
    whole = home / f"{LIBRARY}.new"
    whole.write_text(json.dumps({"version": version, "program": program}) + "\n", encoding="utf-8")
    whole.replace(home / LIBRARY)


def open_library(home: Path, *, program: str) -> Path | None:
    """Make the library at ``home`` one of today's version; the folder of the copy if an older one was brought up to date.

    Call it with the library's lock held, before anything else reads the folder.

    Raises:
        UserError: the library is newer, or could not be brought up to date and was put back as it was.
    """
    refuse_newer(home, program=program)
    from engine.contract import library_upgrade  # most starts have nothing to upgrade

    known = read_library(home)
    if known == Known(LIBRARY_VERSION, program) and not library_upgrade.was_broken_off(home):
        return None
    if known is None and library_upgrade.is_new(home):
        write_library(home, program=program)
        return None
    return library_upgrade.upgrade(home, program=program)
