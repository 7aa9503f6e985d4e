"""Servers with models to talk to, and their keys: kept in a file that only its owner can read, and nowhere else."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.actions.context import Context, translate
from app.state.changes import ServerAsked, ServerFailed, ServersKnown
from app.state.model import Server
from engine.contract.messages import ListServer
from engine.contract.results import ServerModels

ASK_S = 30.0


class Servers:
    """Asks servers for their models and remembers those that answered."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._path = context.data_dir / "servers.json"
        self._keys: dict[str, str] = {}

    def load(self) -> None:
        """Those of last time."""
        servers = []
        for entry in _read(self._path):
            servers.append(Server(entry["url"], tuple(entry["models"])))
            self._keys[entry["url"]] = entry["key"]
        if servers:
            self._store.dispatch(ServersKnown(tuple(servers)))

    def connect(self, url: str, key: str) -> None:
        """Ask a server for its models; it is remembered when it answers."""
        if not url.strip() or self._store.state.chat.asking:
            return
        self._store.dispatch(ServerAsked(url))
        self._context.quick.ask(ListServer(url=url, key=key), ServerModels, timeout_s=ASK_S).then(
            lambda found: self._found(found, key), lambda error: self._store.dispatch(ServerFailed(error))
        )

    def forget(self, url: str) -> None:
        """Remember neither the server nor its key."""
        self._keys.pop(url, None)
        self._keep(tuple(server for server in self._store.state.chat.servers if server.url != url))

    def key_for(self, model: str) -> str:
        """The key of the server whose model this is; "" for none."""
        return self._keys.get(model.partition("#")[0], "")

    def _found(self, found: ServerModels, key: str) -> None:
        self._keys[found.url] = key
        others = tuple(server for server in self._store.state.chat.servers if server.url != found.url)
        self._keep((*others, Server(found.url, found.models)))

    def _keep(self, servers: tuple[Server, ...]) -> None:
        self._store.dispatch(ServersKnown(servers))
        entries = [
            {"url": server.url, "models": server.models, "key": self._keys.get(server.url, "")}
            for server in servers
        ]
        try:
            _write(self._path, entries)
        except OSError as error:
            words = translate("Actions", "Cannot write {path}: {reason}")
            text = words.format(path=self._path, reason=error.strerror or error)
            self._context.notice("danger", text)


def _read(path: Path) -> list[dict[str, str]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [
            {"url": str(entry["url"]), "models": entry["models"], "key": str(entry["key"])}
            for entry in entries
            if all(isinstance(name, str) for name in entry["models"])
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _write(path: Path, entries: Sequence[Mapping[str, object]]) -> None:
    """Renamed into place; readable by its owner only from its first byte on."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(entries, file, ensure_ascii=False)
    fresh.replace(path)
