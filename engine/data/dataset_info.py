"""LLaMA-Factory's ``dataset_info.json``: a list of datasets with the columns and tags of each, as our sources.

Names that point at a hub, a script or a cloud are listed as skipped; nothing is fetched and nothing is run.
"""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from engine.contract.recipe import Source
from engine.contract.results import SkippedPath
from engine.data.rows import shortened

_MAX_BYTES = 8 << 20
_ELSEWHERE = {
    "hf_hub_url": "it lies on the Hugging Face hub",
    "ms_hub_url": "it lies on ModelScope",
    "om_hub_url": "it lies on Modelers",
    "script_url": "it is made by a script, and code from datasets is never run",
    "cloud_file_name": "it lies in a cloud",
}
_PLACES = ("file_name", *_ELSEWHERE)
ROLES = {
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "function_tag": "function_call",
    "system_tag": "system",
}


def read_dataset_info(path: Path) -> dict[str, dict[str, Any]] | None:
    """The entries of such a list by name; None for a file that is something else."""
    if path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > _MAX_BYTES:
        return None
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not document:
        return None
    known = all(
        isinstance(entry, dict) and any(isinstance(entry.get(name), str) for name in _PLACES)
        for entry in document.values()
    )
    return document if known else None


def sources_of_info(
    path: Path, entries: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Source], list[SkippedPath]]:
    """The local files that the list at ``path`` names, read as it says, and what is not here."""
    sources: list[Source] = []
    skipped: list[SkippedPath] = []
    for name, entry in entries.items():
        place = f"{path}: {shortened(name, 200)}"
        if not isinstance(entry.get("file_name"), str):
            reasons = (reason for key, reason in _ELSEWHERE.items() if key in entry)
            skipped.append(SkippedPath(path=place, reason=f"Not on this computer: {next(reasons)}"))
            continue
        relative = PurePosixPath(str(entry["file_name"]))
        if relative.is_absolute() or ".." in relative.parts:
            skipped.append(SkippedPath(path=place, reason="Its path leads out of the folder of the list"))
            continue
        file = path.parent / relative
        if not _exists(file):
            skipped.append(
                SkippedPath(path=place, reason=f"There is no file {shortened(str(relative), 200)}")
            )
            continue
        if entry.get("split", "train") != "train":
            reason = f"It asks for the split {shortened(str(entry['split']), 80)!r}, but a file is all of it"
            skipped.append(SkippedPath(path=place, reason=reason))
            continue
        sources.append(source_of_entry(file, entry))
    return sources, skipped


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def source_of_entry(file: Path, entry: Mapping[str, Any]) -> Source:
    """``file`` as ``entry`` describes it. An entry without columns has the usual names; one with columns leaves out what
    it does not name, even if the file has a column of that name."""
    columns = {str(key): value for key, value in _mapping(entry, "columns").items() if isinstance(value, str)}
    tags = {str(key): value for key, value in _mapping(entry, "tags").items() if isinstance(value, str)}
    family, names = _family(str(entry.get("formatting") or "alpaca"), bool(entry.get("ranking")), columns)
    if "messages" in names:
        keys = _KEYS.get(family, ())
        names = {**names, **dict(zip(("role_tag", "content_tag"), keys, strict=False))}
    told = {**columns, **tags}
    mapping = {ours: told[theirs] for theirs, ours in names.items() if theirs in told}
    if columns:
        mapping |= {names[theirs]: "" for theirs in _EXTRAS if theirs in names and theirs not in columns}
    cap = entry.get("num_samples")
    return Source(
        path=str(file),
        format=family,
        columns={ours: column for ours, column in mapping.items() if ours != column},
        roles={word: ROLES[tag] for tag, word in tags.items() if tag in ROLES and word != ROLES[tag]},
        max_samples=cap if isinstance(cap, int) and not isinstance(cap, bool) and cap > 0 else None,
    )


_EXTRAS = ("query", "system", "history", "tools")
ALPACA = {"prompt": "instruction", "query": "input", "system": "system", "history": "history"}
_KEYS = {
    "sharegpt": ("from", "value"),
    "messages": ("role", "content"),
    "preference": ("role", "content"),
    "kto": ("role", "content"),
}


def _family(formatting: str, ranking: bool, columns: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Our format, and which of its names each of theirs is."""
    turns = formatting in ("sharegpt", "openai")
    rest = {"system": "system", "tools": "tools"}
    if "kto_tag" in columns:
        asked = {"messages": "conversations"} if turns else {**ALPACA, "response": "output"}
        return "kto", {**asked, **rest, "kto_tag": "kto_tag"}
    pairs = "chosen" in columns and "rejected" in columns and "response" not in columns and not turns
    if ranking or pairs:
        asked = {"messages": "conversations"} if turns else ALPACA
        return "preference", {**asked, **rest, "chosen": "chosen", "rejected": "rejected"}
    if formatting == "openai":
        return "messages", {**rest, "messages": "messages"}
    if turns:
        return "sharegpt", {**rest, "messages": "conversations"}
    if "prompt" in columns and "response" not in columns:
        return "text", {"prompt": "text"}
    return "alpaca", {**ALPACA, **rest, "response": "output"}


def _mapping(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, Mapping) else {}
