"""What a hub has under a name, told before anything is fetched; and what downloads that were broken off have left."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.contract.base_models import Download, HubModel, HubName
from engine.contract.disk import free_disk
from engine.contract.places import models_dirs
from engine.models import hub as hubs

SITES = {"huggingface.co": "hugging_face", "hf.co": "hugging_face", "modelscope.cn": "modelscope"}
_FOLDERS = ("models", "tree", "blob", "resolve", "summary", "files", "file", "view", "main", "master")


def look_up(
    name: str, *, revision: str = "main", hub: HubName = "hugging_face", endpoint: str = ""
) -> HubModel:
    """Size, licence and place of the model ``name`` (or of the address of its page), as the hub lists it now.

    Raises:
        UserError: as ``hub.download``.
    """
    name, hub = read_address(name, hub)
    hubs.refuse_offline()
    place, only = hubs.split_name(name)
    base = hubs.endpoint_of(hub, endpoint)
    listing = hubs.worded(place, base, lambda: hubs.LISTINGS[hub](place, revision, base))
    files = hubs.wanted_files(listing, only, place)
    target = hubs.folder_of(place, hub, only)
    work = hubs.work_folder(target)
    complete = hubs.is_complete(target, listing, files)
    size = sum(file.size for file in files)
    return HubModel(
        name=name,
        hub=hub,
        revision=revision,
        address=f"{base}/{'models/' if hub == 'modelscope' else ''}{place}",
        size_bytes=size,
        here_bytes=size if complete else hubs.held_bytes(work),
        files=len(files),
        licence=listing.licence,
        gated=listing.gated,
        folder=str(target),
        complete=complete,
        free_bytes=free_disk(models_dirs()[0]),
    )


def read_address(text: str, hub: HubName) -> tuple[str, HubName]:
    """The name that ``text`` means: a name, or the address of a model's page in a browser."""
    text = text.strip()
    if "://" not in text:
        text = next((f"https://{text}" for site in SITES if text.startswith((site, f"www.{site}"))), text)
    if "://" not in text:
        return text, hub
    parts = urlsplit(text)
    named = SITES.get((parts.hostname or "").removeprefix("www."))
    found: HubName = named or hub  # type: ignore[assignment]
    path = [part for part in parts.path.split("/") if part]
    if path[:1] == ["models"]:
        path = path[1:]
    name = "/".join(path[:2])
    if len(path) > 2 and path[-1].lower().endswith(".gguf"):
        inner = [part for part in path[2:] if part not in _FOLDERS]
        name = "/".join([name, *inner])
    return name, found


def downloads() -> tuple[Download, ...]:
    """Those that were broken off, by what they wrote of themselves before they began."""
    found = []
    notes = (note for folder in models_dirs() for note in sorted(folder.glob(f"*/.*.partial/{hubs.REQUEST}")))
    for note in notes:
        content = _read(note)
        try:
            found.append(Download.model_validate({**content, "here_bytes": hubs.held_bytes(note.parent)}))
        except ValueError:
            continue
    return tuple(found)


def drop_download(name: str, hub: HubName) -> None:
    """Throw away what was fetched of ``name``."""
    place, only = hubs.split_name(name)
    shutil.rmtree(hubs.work_folder(hubs.folder_of(place, hub, only)), ignore_errors=True)


def _read(note: Path) -> dict[str, Any]:
    try:
        content = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
