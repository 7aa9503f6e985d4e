"""Models of other servers: against our own API, and against servers that say strange things."""

import contextlib
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.chat import open_chat
from engine.chat.endpoint import Endpoint
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import LoadChat, Sampling, Turn
from engine.contract.results import ChatReply
from tests.unit.api.fake import NAME, TOKEN, FakeModel, Running, serving

HELLO = (Turn(role="system", content="x"), Turn(role="user", content="one 二 three"))
Requests = list[tuple[str, dict[str, str], Any]]


@pytest.fixture
def server() -> Iterator[Running]:
    with serving(FakeModel()) as running:
        yield running


def send(
    model: str,
    sampling: Sampling | None = None,
    *,
    key: str = "",
    should_stop: Callable[[], bool] = lambda: False,
    on_text: Callable[[str], None] = lambda text: None,
) -> ChatReply:
    backend = open_chat(model, context_tokens=64, key=key)
    return backend.send(HELLO, sampling or Sampling(), on_text=on_text, should_stop=should_stop)


@contextlib.contextmanager
def answering(*answers: bytes | tuple[int, bytes]) -> Iterator[tuple[str, Requests]]:
    """A server that gives these answers to chats, one after the other, and lists one model."""
    seen: Requests = []
    left = list(answers)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode()
            headers = {}
            while (header := self.rfile.readline().strip()) != b"":
                name, _, value = header.decode().partition(": ")
                headers[name.lower()] = value
            body = self.rfile.read(int(headers.get("content-length", 0)))
            seen.append((line.split()[1], headers, json.loads(body) if body else None))
            answer: Any = left.pop(0) if line.startswith("POST") else b'{"data": [{"id": "m"}]}'
            status, content = answer if isinstance(answer, tuple) else (200, answer)
            self.wfile.write(
                f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\r\n\r\n".encode() + content
            )

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_address[1]}/v1", seen
        made.shutdown()


def events(*deltas: dict[str, Any], finish: str = "stop") -> bytes:
    chunks = [{"choices": [{"delta": delta}]} for delta in deltas]
    chunks.append({"choices": [{"delta": {}, "finish_reason": finish}]})
    return (
        b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"
    )


def test_an_answer_comes_piece_by_piece_with_the_servers_counts(server: Running) -> None:
    pieces: list[str] = []
    reply = send(f"{server.address}#{NAME}", Sampling(max_tokens=2, seed=9), key=TOKEN, on_text=pieces.append)
    assert pieces == ["one", " 二"] and reply.text == "one 二" and reply.finish == "length"
    assert (reply.prompt_tokens, reply.tokens) == (3, 2)
    sampling = server.model.samplings[0]
    assert (sampling.seed, sampling.top_k, sampling.min_p) == (9, Sampling().top_k, Sampling().min_p)


def test_without_a_name_the_first_model_answers(server: Running) -> None:
    assert send(server.address, key=TOKEN).text == "one 二 three"


def test_stopping_is_heard_while_the_server_is_silent(server: Running) -> None:
    server.model.gate = threading.Semaphore(1)
    said: list[str] = []
    reply = send(server.address, key=TOKEN, on_text=said.append, should_stop=lambda: bool(said))
    assert reply.finish == "cancelled" and reply.text == "one"
    for _ in range(500):
        if server.model.finishes:
            break
        threading.Event().wait(0.02)
    assert server.model.finishes == ["cancelled"]  # the server has heard it too


@pytest.mark.parametrize(
    ("model", "key", "words"),
    [
        ("#other", TOKEN, "has no model other"),
        ("", "", "wants a key"),
        ("", "wrong", "does not accept the key"),
    ],
)
def test_what_the_server_refuses_is_a_sentence(server: Running, model: str, key: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        send(server.address + model, key=key)
    assert "Traceback" not in str(caught.value.info)


def test_nobody_there_is_a_sentence() -> None:
    with pytest.raises(UserError, match="No server answers") as caught:
        open_chat("http://127.0.0.1:1/v1", context_tokens=64)
    assert caught.value.info.code is ErrorCode.NETWORK and caught.value.info.hint


@pytest.mark.parametrize(
    "url", ["http://", "http://user:secret@host/v1", "http://host/v1?key=secret", "http://host:99999/v1"]
)
def test_an_address_is_only_an_address(url: str) -> None:
    with pytest.raises(UserError) as caught:
        Endpoint.parse(url)
    assert caught.value.info.code is ErrorCode.BAD_COMMAND


def test_a_bare_address_gets_its_usual_end() -> None:
    assert Endpoint.parse(" http://localhost:11434/ ").url == "http://localhost:11434/v1"
    assert Endpoint.parse("https://host/api/").url == "https://host/api"


def test_the_key_stands_in_no_representation() -> None:
    assert "secret" not in repr(Endpoint.parse("http://host/v1", "secret"))
    assert "secret" not in repr(LoadChat(model="http://host/v1", key="secret"))


def test_options_that_a_server_does_not_know_are_left_out_at_the_second_try() -> None:
    refusal = (400, b'{"error": {"message": "min_p: unknown"}}')
    with answering(refusal, events({"content": "Hi"}), events({"content": "Ho"})) as (url, seen):
        backend = open_chat(url, context_tokens=64)
        for expected in ("Hi", "Ho"):
            reply = backend.send(HELLO, Sampling(), on_text=lambda text: None, should_stop=lambda: False)
            assert reply.text == expected
    asked = [body for _, _, body in seen if body]
    assert ["min_p" in body for body in asked] == [True, False, False]
    assert all(body["seed"] == 42 and body["model"] == "m" for body in asked)


def test_thoughts_come_in_their_marks() -> None:
    stream = events({"reasoning_content": "Hm"}, {"reasoning_content": "m."}, {"content": "Yes."})
    with answering(stream) as (url, _):
        assert send(url).text == "<think>Hmm.</think>Yes."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>hello</html>", ""),
        (b'{"choices": []}\n', "does not speak"),
        (b"data: nonsense\n\n", "does not speak"),
        (b'data: {"error": {"message": "Too hot"}}\n\n', "broke off"),
        ((500, b"oops"), "refused with status 500"),
        ((302, b""), "elsewhere"),
    ],
)
def test_strange_answers_are_sentences(answer: Any, words: str) -> None:
    with answering(answer) as (url, _):
        if not words:
            assert send(url).text == ""
            return
        with pytest.raises(UserError, match=words) as caught:
            send(url)
        assert caught.value.info.code is ErrorCode.NETWORK


def test_a_server_cannot_send_the_key_elsewhere_or_back() -> None:
    with answering(
        (400, b'{"error": {"message": "bad key secret-key"}}'), (418, b'{"error": "no secret-key"}')
    ) as (
        url,
        seen,
    ):
        with pytest.raises(UserError) as caught:
            send(url, key="secret-key")
        assert "secret-key" not in str(caught.value.info)
    assert all(headers["authorization"] == "Bearer secret-key" for _, headers, _ in seen)
