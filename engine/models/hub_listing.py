"""What a repository of a hub holds at one commit: its files with their sizes and hashes, in the hubs' own languages."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

Hub = Literal["hugging_face", "modelscope"]
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository; ``digest`` is the SHA-256 of its content or, with ``git``, git's SHA-1 of it."""

    path: str
    size: int
    digest: str
    git: bool
    url: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a repository holds at one commit. ``gated``: its makers want an agreement before they give it."""

    commit: str
    files: tuple[HubFile, ...]
    licence: str = ""
    gated: bool = False


def session() -> Any:
    """The connection that huggingface_hub sets up, with the user's proxies and certificates."""
    from huggingface_hub import get_session

    return get_session()


def _hugging_face(name: str, revision: str, endpoint: str) -> Listing:
    from huggingface_hub import HfApi, hf_hub_url

    info = HfApi(endpoint=endpoint).model_info(name, revision=revision, files_metadata=True)
    commit = str(info.sha)
    files = []
    for item in info.siblings or ():
        digest = item.lfs.sha256 if item.lfs else str(item.blob_id or "")
        url = hf_hub_url(name, item.rfilename, revision=commit, endpoint=endpoint)
        files.append(HubFile(item.rfilename, int(item.size or 0), digest, item.lfs is None, url))
    return Listing(commit, tuple(files), _licence_of(info), bool(getattr(info, "gated", False)))


def _licence_of(info: Any) -> str:
    """As the model's card names it, else as its tags do."""
    named = getattr(getattr(info, "card_data", None), "license", None)
    if isinstance(named, str) and named:
        return named
    tags = [str(tag) for tag in getattr(info, "tags", None) or ()]
    return next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")


def _modelscope(name: str, revision: str, endpoint: str) -> Listing:
    revision = "master" if revision == "main" else revision
    root = f"{endpoint}/api/v1/models/{name}/repo"
    reply = session().get(
        f"{root}/files", params={"Revision": revision, "Recursive": "true"}, timeout=TIMEOUT_S
    )
    reply.raise_for_status()
    found = reply.json()["Data"]["Files"]
    files = tuple(
        HubFile(
            item["Path"], int(item["Size"]), str(item.get("Sha256") or ""), False,
            f"{root}?Revision={quote(revision)}&FilePath={quote(item['Path'])}",
        )
        for item in found
        if item.get("Type") != "tree"
    )  # fmt: skip
    commits = sorted(str(item.get("CommitId") or item.get("Revision") or "") for item in found)
    return Listing(hashlib.sha1("".join(commits).encode(), usedforsecurity=False).hexdigest(), files)


LISTINGS: dict[Hub, Callable[[str, str, str], Listing]] = {
    "hugging_face": _hugging_face,
    "modelscope": _modelscope,
}
