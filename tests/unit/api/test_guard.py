"""Who is kept out, on every route, and with which status."""

import json
import socket
from collections.abc import Iterator

import pytest

from engine.api.limits import Limits
from tests.unit.api.fake import NAME, TOKEN, FakeModel, Running, read_answer, serving

LIMITS = Limits(body_bytes=1 << 20, head_s=0.6, body_s=0.6, write_s=0.6, waiting=1, linger_s=20.0)
ROUTES = (
    "GET /v1/models",
    "GET /v1/models/fake",
    "GET /openapi.json",
    "POST /v1/chat/completions",
    "POST /v1/completions",
    "POST /v1/embeddings",
    "GET /no/such/route",
)
POSTS = tuple(route for route in ROUTES if route.startswith("POST"))
CHAT = json.dumps({"model": NAME, "messages": [{"role": "user", "content": "x"}]}).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving(FakeModel(), limits=LIMITS) as running:
        yield running


def _code(answer: bytes) -> str:
    return str(json.loads(answer)["error"]["code"])


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.nip.io:{port}"]
)
def test_a_foreign_host_is_misdirected(server: Running, route: str, host: str) -> None:
    headers = [f"Host: {host.format(port=server.port)}", f"Authorization: Bearer {TOKEN}"]
    status, answer = server.raw(route, headers=headers)
    assert status == 421 and _code(answer) == "foreign_host"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_forbidden(server: Running, route: str, origin: str) -> None:
    status, answer = server.raw(route, headers=[*server.proper(), f"Origin: {origin}"])
    assert status == 403 and _code(answer) == "foreign_origin"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "given",
    [(), ("Authorization: Bearer wrong",), (f"Authorization: Basic {TOKEN}",), (f"Authorization: {TOKEN}",)],
)
def test_without_the_token_nobody_comes_in(server: Running, route: str, given: tuple[str, ...]) -> None:
    status, answer = server.raw(route, headers=[server.proper()[0], *given])
    assert status == 401 and _code(answer) == "invalid_api_key"


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "[::1]", "127.0.0.1"])
def test_its_own_names_are_taken(server: Running, name: str) -> None:
    host = f"{name}:{server.port}"
    headers = [f"Host: {host}", f"Origin: http://{host}", f"Authorization: bearer {TOKEN}"]
    assert server.raw("GET /v1/models", headers=headers)[0] == 200


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_100_mb_is_too_large(server: Running, route: str, chunked: bool) -> None:
    size, block = 100 << 20, b"x" * (1 << 20)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        head = [f"{route} HTTP/1.1", *server.proper(), "Content-Type: application/json", length, "", ""]
        connection.sendall("\r\n".join(head).encode())
        for _ in range(100):  # a client that reads nothing before it has written everything
            connection.sendall(b"100000\r\n" + block + b"\r\n" if chunked else block)
        if chunked:
            connection.sendall(b"0\r\n\r\n")
        status, answer = read_answer(connection)
    assert status == 413 and _code(answer) == "too_large"


@pytest.mark.parametrize("route", ROUTES)
def test_a_client_that_waits_to_be_asked_need_not_send_it(server: Running, route: str) -> None:
    headers = [*server.proper(), f"Content-Length: {100 << 20}", "Expect: 100-continue"]
    assert server.raw(route, headers=headers)[0] == 413


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("part", ["head", "body"])
def test_a_slow_client_is_told_so(server: Running, route: str, part: str) -> None:
    head = "\r\n".join([f"{route} HTTP/1.1", *server.proper(), "Content-Length: 50"])
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode() + (b"\r\n\r\n{" if part == "body" else b"\r\nX-Slow: "))
        status, answer = read_answer(connection)
        assert status == 408 and _code(answer) == "too_slow"
        assert connection.recv(10) == b""


def test_a_second_request_on_a_connection_has_no_more_time(server: Running) -> None:
    first = "\r\n".join(["GET /v1/models HTTP/1.1", *server.proper(), "", ""]).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(first)
        assert read_answer(connection)[0] == 200
        connection.sendall(first[:20])
        assert read_answer(connection)[0] == 408


@pytest.mark.parametrize("route", POSTS)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"nul", b"\xff\xfe{}", b'{"model": "\\ud800"}', b"[" * 200_000, b'{"model": NaN}'],
)
def test_malformed_json_is_a_bad_request(server: Running, route: str, body: bytes) -> None:
    headers = [*server.proper(), "Content-Type: application/json", f"Content-Length: {len(body)}"]
    status, answer = server.raw(route, body, headers=headers)
    assert status == 400 and _code(answer) in ("invalid_json", "invalid_value")


@pytest.mark.parametrize("route", POSTS)
def test_other_media_are_not_read(server: Running, route: str) -> None:
    headers = [*server.proper(), "Content-Type: text/plain", f"Content-Length: {len(CHAT)}"]
    assert server.raw(route, CHAT, headers=headers)[0] == 415


@pytest.mark.parametrize(
    ("route", "status"), [("GET /v1/completions", 405), ("POST /v1/models", 405), ("GET /v1", 404)]
)
def test_other_routes_are_json_errors_too(server: Running, route: str, status: int) -> None:
    found, answer = server.raw(route)
    assert found == status and json.loads(answer)["error"]["message"]


def test_a_client_that_reads_nothing_is_cut_off() -> None:
    model = FakeModel()
    model.says = "x" * (40 << 20)
    with serving(model, limits=LIMITS) as server:
        body = CHAT[:-1] + b', "stream": true}'
        head = [*server.proper(), "Content-Type: application/json", f"Content-Length: {len(body)}"]
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            lines = "\r\n".join(["POST /v1/chat/completions HTTP/1.1", *head, "", ""])
            connection.sendall(lines.encode() + body)
            connection.settimeout(20)
            import time

            time.sleep(2.0)  # more than it has
            received = 0
            with pytest.raises(ConnectionError):
                while chunk := connection.recv(1 << 20):
                    received += len(chunk)
                raise ConnectionError("closed in order")
            assert received < len(model.says)


def test_a_line_that_is_too_long_is_not_stood_in() -> None:
    import threading

    model = FakeModel()
    model.gate = threading.Semaphore(0)
    with serving(model, limits=LIMITS) as server:
        head = [*server.proper(), "Content-Type: application/json", f"Content-Length: {len(CHAT)}"]
        lines = "\r\n".join(["POST /v1/chat/completions HTTP/1.1", *head, "", ""]).encode()
        waiting = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(3)]
        for connection in waiting:
            connection.sendall(lines + CHAT)
        answers = {}
        for _ in range(500):
            for place, connection in enumerate(waiting):
                connection.settimeout(0.01)
                try:
                    answers[place] = read_answer(connection)
                except TimeoutError:
                    continue
            if answers:
                break
        assert [status for status, _ in answers.values()] == [429]
        for connection in waiting:
            connection.close()


def test_without_a_token_the_other_checks_stay() -> None:
    with serving(FakeModel(), token=None) as server:
        host = f"Host: 127.0.0.1:{server.port}"
        assert server.raw("GET /v1/models", headers=[host])[0] == 200
        assert server.raw("GET /v1/models", headers=["Host: evil.example"])[0] == 421
        assert server.raw("GET /v1/models", headers=[host, "Origin: https://evil.example"])[0] == 403
