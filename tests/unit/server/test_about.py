"""What Luthier is made of has its licence texts, and a newer version is looked for with exactly one request."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.contract.about import ListWorks, LookForUpdate, ReadLicence
from engine.contract.codec import MAX_LINE_BYTES
from engine.contract.errors import ErrorCode, UserError
from engine.contract.network import switch_offline
from engine.contract.works import works
from engine.server import about
from engine.server.feed import FEED_BYTES


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("LUTHIER_OFFLINE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path))
    return tmp_path


@contextmanager
def feed(body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Iterator[tuple[str, list[dict[str, str]]]]:  # fmt: skip
    """A server on this computer; its address, and the requests that it got."""
    asked: list[dict[str, str]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({"path": self.path, **dict(self.headers.items())})
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed.json", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(**fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("version", "present", "newer"),
    [("0.10.0", "0.9.0", True), ("0.9.0", "0.10.0", False), ("1.0.0", "1.0.0", False), ("1.0.0", "1.0.0rc1", True)],
)  # fmt: skip
def test_versions_are_compared_as_versions_and_only_one_request_is_made(
    version: str, present: str, newer: bool
) -> None:
    notes = "Faster.\nSmaller."
    with feed(told(version=version, notes=notes, address="https://example.org/get")) as (address, asked):
        found = about.look_for_update(LookForUpdate(feed=address), present=present)
    assert (found.version, found.newer, found.notes) == (version, newer, notes)
    assert found.address == "https://example.org/get"
    assert len(asked) == 1 and asked[0]["path"] == "/feed.json"
    assert asked[0]["User-Agent"] == "Luthier"  # neither who asks nor from which version
    assert "Cookie" not in asked[0] and "Authorization" not in asked[0]


def test_offline_means_that_nobody_is_asked(home: Path) -> None:
    switch_offline(home, True)
    with feed(told(version="9.0")) as (address, asked), pytest.raises(UserError) as caught:
        about.look_for_update(LookForUpdate(feed=address))
    assert caught.value.info.code == ErrorCode.NETWORK and not asked


def test_an_address_that_sends_elsewhere_is_not_followed() -> None:
    with feed(told(version="9.0")) as (other, others), feed(b"", status=302, headers={"Location": other}) as (address, asked), pytest.raises(UserError) as caught:  # fmt: skip
        about.look_for_update(LookForUpdate(feed=address))
    assert other in (caught.value.info.hint or "")
    assert len(asked) == 1 and not others


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>", ErrorCode.UNREADABLE),
        (told(version="latest"), ErrorCode.UNREADABLE),
        (told(notes="x"), ErrorCode.UNREADABLE),
        (b" " * (FEED_BYTES + 1), ErrorCode.UNREADABLE),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes, code: ErrorCode) -> None:
    with feed(body) as (address, _), pytest.raises(UserError) as caught:
        about.look_for_update(LookForUpdate(feed=address))
    assert caught.value.info.code == code and caught.value.info.message


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://example.org/x", "https://"])
def test_only_web_addresses_are_asked(address: str) -> None:
    with pytest.raises(UserError) as caught:
        about.look_for_update(LookForUpdate(feed=address))
    assert caught.value.info.code == ErrorCode.BAD_COMMAND


def test_a_server_that_is_not_there_is_an_error_in_words() -> None:
    with pytest.raises(UserError) as caught:
        about.look_for_update(LookForUpdate(feed="http://127.0.0.1:9/feed.json"))
    assert caught.value.info.code == ErrorCode.NETWORK and "127.0.0.1:9" in caught.value.info.message


def test_an_address_that_is_no_web_address_is_not_handed_on() -> None:
    content = told(version="9.0", address="javascript:alert(1)")
    found = about.look_for_update(LookForUpdate(feed="https://example.org"), fetch=lambda _: content)
    assert found.newer and found.address == ""


def test_every_work_has_a_licence_and_nearly_every_one_its_text() -> None:
    listed = about.list_works(ListWorks()).works
    names = {work.name.lower() for work in listed}
    assert {"torch", "transformers", "peft", "pyside6_essentials", "python"} <= names
    assert not {"luthier", "pytest", "ruff", "trl"} & names
    assert all(work.licence and work.version for work in listed)
    without = {work.name for work in works() if not work.text().strip()}
    assert without <= {"nvidia-ml-py"}  # its licence stands in its source


def test_licence_texts_fit_a_line_and_qt_has_that_of_the_lgpl() -> None:
    qt = next(work.name for work in works() if work.name.lower().startswith("pyside6"))
    text = about.read_licence(ReadLicence(name=qt)).text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text and "GNU GENERAL PUBLIC LICENSE" in text
    longest = max(works(), key=lambda work: len(work.text()))
    assert len(about.read_licence(ReadLicence(name=longest.name)).model_dump_json()) < MAX_LINE_BYTES
    with pytest.raises(UserError):
        about.read_licence(ReadLicence(name="nothing"))
