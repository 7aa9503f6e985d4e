"""A server on this computer that speaks as much of the hubs' languages as a download needs, and breaks off when told."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "a" * 40


@dataclass
class HubState:
    """``cuts``: after how many bytes each next transfer of a large file ends, until none is left."""

    files: dict[str, bytes]
    cuts: list[int] = field(default_factory=list)
    lies: dict[str, bytes] = field(default_factory=dict)  # sent in place of the listed content
    ranges: list[str] = field(default_factory=list)
    ignores_ranges: bool = False
    listed: dict[str, str] = field(default_factory=dict)  # other names in the listing
    status: int = 200
    sent: int = 0
    pause_s: float = 0.0  # between two pieces of a file


def git_hash(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: HubState

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if self.state.status != 200:
            self._json({"error": "no"}, self.state.status)
        elif url.path.startswith("/api/models/"):
            self._json(self._hugging_face())
        elif url.path.endswith("/repo/files"):
            self._json(self._modelscope())
        elif url.path.endswith("/repo"):
            self._file(query["FilePath"][0])
        elif f"/resolve/{COMMIT}/" in url.path:
            self._file(unquote(url.path.partition(f"/resolve/{COMMIT}/")[2]))
        else:
            self._json({"error": "Repository not found"}, 404)

    def _hugging_face(self) -> dict[str, object]:
        siblings = []
        for name, data in self.state.files.items():
            entry: dict[str, object] = {"rfilename": self.state.listed.get(name, name), "size": len(data)}
            entry["blobId"] = git_hash(data)
            if name.endswith((".safetensors", ".gguf", ".bin")):
                digest = hashlib.sha256(data).hexdigest()
                entry["lfs"] = {"size": len(data), "sha256": digest, "pointerSize": 130}
            siblings.append(entry)
        card = {"license": "apache-2.0"}
        return {
            "id": "org/name", "modelId": "org/name", "sha": COMMIT, "siblings": siblings, "tags": [],
            "cardData": card, "gated": False,
        }  # fmt: skip

    def _modelscope(self) -> dict[str, object]:
        files = [
            {"Path": name, "Size": len(data), "Sha256": hashlib.sha256(data).hexdigest(), "Type": "blob"}
            for name, data in self.state.files.items()
        ]
        return {"Code": 200, "Data": {"Files": [*files, {"Path": "sub", "Size": 0, "Type": "tree"}]}}

    def _json(self, content: object, status: int = 200) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        if status == 404:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _file(self, name: str) -> None:
        data = self.state.lies.get(name, self.state.files[name])
        asked = self.headers.get("Range", "")
        start = 0
        if asked and not self.state.ignores_ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            self.state.ranges.append(asked)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        body = data[start:]
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.end_headers()
        if self.state.cuts and len(data) > 10_000:
            body = body[: self.state.cuts.pop(0)]
            self.close_connection = True
        try:
            for start in range(0, len(body), 8192):
                self.wfile.write(body[start : start + 8192])
                self.state.sent += len(body[start : start + 8192])
                time.sleep(self.state.pause_s if len(data) > 10_000 else 0)
        except OSError:
            pass


@contextmanager
def serving(state: HubState) -> Iterator[str]:
    """The address of a running server."""
    handler = type("OneHandler", (Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
