"""Fetches models by name from Hugging Face, a mirror of it, or ModelScope: resumed, checked by hash, cancelled at any time.

What is there and how large comes from the hub's listing. The bytes are fetched here and not by ``hf_hub_download``, which
since version 2 throws away what a broken transfer had (huggingface_hub pull request 4228). Nothing is fetched while Hugging
Face's ``HF_HUB_OFFLINE`` or Luthier's offline switch is set.
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled, Job
from engine.contract.network import offline_because
from engine.contract.places import models_dirs
from engine.models.guard import OTHER_WEIGHTS, PICKLES
from engine.models.hub_listing import LISTINGS, Hub, HubFile, Listing
from engine.models.transfer import Wanted, check, fetch

ENDPOINTS: dict[Hub, str] = {"hugging_face": "https://huggingface.co", "modelscope": "https://modelscope.cn"}
RECORD = "downloaded.json"  # written last
REQUEST = "request.json"  # written first: what the unfinished folder is going to be
NAME = re.compile(r"[\w.-]+/[\w.-]+")
SPARE_BYTES = 200 << 20


def download(
    name: str, *, job: Job, revision: str = "main", hub: Hub = "hugging_face", endpoint: str = ""
) -> Path:
    """The folder of the model ``name`` (organisation/model, with /file.gguf for one GGUF), fetched as far as it is not
    there.

    Raises:
        UserError: ``NETWORK`` (offline, unreachable, broken off), ``NOT_FOUND``, ``DISK_FULL``, or ``UNREADABLE`` for
            bytes that are not those that the hub names.
        Cancelled: by the user; what was fetched stays for the next time.
    """
    refuse_offline()
    place, only = split_name(name)
    base = endpoint_of(hub, endpoint)
    with job.phase("list", f"{base}/{place}"):
        listing = worded(place, base, lambda: LISTINGS[hub](place, revision, base))
    files = wanted_files(listing, only, place)
    target = folder_of(place, hub, only)
    if is_complete(target, listing, files):
        return target
    work = work_folder(target)
    work.mkdir(parents=True, exist_ok=True)
    _require_space(files, work)
    _note_request(work, {"name": name, "hub": hub, "revision": revision, "endpoint": endpoint}, files)
    with job.phase("download", place):
        _fetch_all(files, work, job, lambda call: worded(place, base, call))
    _finish(work, target, listing, files)
    return target


def folder_of(place: str, hub: Hub, only: str = "") -> Path:
    """Where the model ``place`` lies or would lie; one GGUF of many has a folder of its own."""
    name = f"{place}/{PurePosixPath(only).stem}" if only else place
    places = [folder / hub / name.replace("/", "--") for folder in models_dirs()]
    return next((place for place in places if place.exists() or work_folder(place).exists()), places[0])


def work_folder(target: Path) -> Path:
    """Where it lies until it is whole."""
    return target.with_name(f".{target.name}.partial")


def _note_request(work: Path, request: dict[str, str], files: tuple[HubFile, ...]) -> None:
    content = {**request, "size_bytes": sum(file.size for file in files)}
    (work / REQUEST).write_text(json.dumps(content), encoding="utf-8")


def split_name(name: str) -> tuple[str, str]:
    """Organisation/model, and the one file of it that is meant (or "").

    Raises:
        UserError: ``BAD_COMMAND``.
    """
    parts = name.strip().strip("/").split("/", 2)
    place = "/".join(parts[:2])
    if not NAME.fullmatch(place) or ".." in place or not _is_inside(parts[2] if len(parts) > 2 else "x"):
        raise UserError(
            ErrorCode.BAD_COMMAND,
            f"{name!r} is no name of a model on a hub",
            hint="Write organisation/model, for example HuggingFaceTB/SmolLM2-135M-Instruct.",
        )
    return place, parts[2] if len(parts) > 2 else ""


def refuse_offline() -> None:
    """Refuse to go to the network where the user wants to stay offline.

    Raises:
        UserError: ``NETWORK``, saying what to change.
    """
    because = offline_because()
    if because == "switch":
        raise UserError(
            ErrorCode.NETWORK,
            "Nothing is downloaded, because Luthier is set to stay offline",
            hint="Turn off Stay offline on the Models page, or copy the model's folder here by other means.",
        )
    if because:
        raise UserError(
            ErrorCode.NETWORK,
            f"Nothing is downloaded, because {because} says to stay offline",
            hint="Take the variable out of the environment, or copy the model's folder here by other means.",
        )


def endpoint_of(hub: Hub, named: str) -> str:
    """The address of a hub: the one that is named, that of the environment, or its own.

    Raises:
        UserError: ``BAD_COMMAND`` when it is no safe address.
    """
    usual = os.environ.get("HF_ENDPOINT", "") if hub == "hugging_face" else ""
    base = (named or usual or ENDPOINTS[hub]).rstrip("/")
    parts = urlsplit(base)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise UserError(
            ErrorCode.BAD_COMMAND, f"{base} is no address of a hub", hint="It begins with https://."
        )
    return base


# ---------------------------------------------------------------- what is there


def wanted_files(listing: Listing, only: str, name: str) -> tuple[HubFile, ...]:
    """Safetensors and the small files; other weights only where there are no safetensors."""
    for file in listing.files:
        if not _is_inside(file.path):
            raise UserError(ErrorCode.UNREADABLE, f"{name} lists a file outside of its folder: {file.path}")
    if only:
        chosen = tuple(file for file in listing.files if file.path == only)
    else:
        safe = any(file.path.endswith(".safetensors") and "/" not in file.path for file in listing.files)
        others = (*OTHER_WEIGHTS, ".gguf", *(PICKLES if safe else ()))
        chosen = tuple(
            file for file in listing.files if not file.path.endswith(others) and "/" not in file.path
        )
    if not any(file.path.endswith((".safetensors", ".gguf", *PICKLES)) for file in chosen):
        ggufs = [file.path for file in listing.files if file.path.endswith(".gguf")]
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"{name} holds no weights that can be used" if not only else f"There is no {only} in {name}",
            hint=f"Name one of its files: {name}/{ggufs[0]}" if ggufs else "Look for a safetensors version.",
        )
    return chosen


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    odd = any(char in path for char in '\\:*?"<>|') or any(ord(char) < 32 for char in path)
    return not odd and not pure.is_absolute() and ".." not in pure.parts and bool(pure.name)


def is_complete(target: Path, listing: Listing, files: tuple[HubFile, ...]) -> bool:
    """Whether exactly this was fetched before."""
    try:
        record = json.loads((target / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    sizes = all((target / file.path).is_file() for file in files)
    return bool(record.get("commit") == listing.commit and sizes)


# ---------------------------------------------------------------- fetching


def _fetch_all(
    files: tuple[HubFile, ...], work: Path, job: Job, worded: Callable[[Callable[[], None]], None]
) -> None:
    total, before = sum(file.size for file in files), 0
    for file in files:
        place = work / file.path
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            start = before

            def report(done: int, start: int = start) -> None:
                job.check()
                job.progress("download", start + done, total, "bytes")

            part = place.with_name(f"{place.name}.{file.digest[:12]}.part")
            wanted = _as_wanted(file)
            worded(partial(fetch, wanted, part, report))
            check(wanted, part, hint="Try again. If it happens again, do not use this mirror.")
            part.replace(place)
        before += file.size
        job.progress("download", before, total, "bytes")


def _as_wanted(file: HubFile) -> Wanted:
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

    return Wanted(
        name=file.path, size=file.size, url=file.url, digest=file.digest, git=file.git, sender="The hub",
        headers=build_hf_headers(), raise_for=hf_raise_for_status,
    )  # fmt: skip


def _finish(work: Path, target: Path, listing: Listing, files: tuple[HubFile, ...]) -> None:
    wanted = {file.path for file in files}
    for path in sorted(work.rglob("*")):
        if path.is_file() and path.relative_to(work).as_posix() not in wanted:
            path.unlink()  # of an earlier commit
    record = {"commit": listing.commit, "files": {file.path: file.digest for file in files}}
    (work / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    if target.exists():
        shutil.rmtree(target)
    work.rename(target)


def held_bytes(work: Path) -> int:
    """What has come of a download that is not whole."""
    if not work.is_dir():
        return 0
    return sum(path.stat().st_size for path in work.rglob("*") if path.is_file() and path.name != REQUEST)


def _require_space(files: tuple[HubFile, ...], work: Path) -> None:
    have = held_bytes(work)
    need = sum(file.size for file in files) - have + SPARE_BYTES
    if shutil.disk_usage(work).free < need:
        raise UserError(
            ErrorCode.DISK_FULL,
            f"The model needs {need / 1e9:.1f} GB more in {work.parent}",
            hint="Free some space there, or set LUTHIER_HOME to a folder on a larger disk.",
        )


def worded(name: str, base: str, call: Callable[[], Any]) -> Any:
    """``call`` with what the network and the hub raise put into sentences."""
    from huggingface_hub import errors

    try:
        return call()
    except (UserError, Cancelled):
        raise
    except errors.GatedRepoError:
        reason, code = f"{name} asks for an agreement with its makers first", ErrorCode.NETWORK
        hint = f"Agree on {base}/{name}, make a token there, and set HF_TOKEN to it."
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.EntryNotFoundError):
        reason, code = f"{base} has no model {name}, or not this revision or file of it", ErrorCode.NOT_FOUND
        hint = "Check the spelling; for a private model set HF_TOKEN."
    except Exception as error:  # the transport's exceptions have no class that is ours to name
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            reason, code = f"The disk is full: {error}", ErrorCode.DISK_FULL
        else:
            first = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            reason, code = f"{name} could not be fetched from {base}: {first}", ErrorCode.NETWORK
        hint = "Try again: what has arrived is kept, and the download goes on from there."
    raise UserError(code, reason, hint=hint)
