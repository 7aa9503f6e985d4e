"""The official client against the real server: what programs that were written for OpenAI's will do."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from engine.contract.errors import ErrorCode, UserError
from tests.unit.api.fake import NAME, TOKEN, FakeModel, Running, serving

TOOLS: Any = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]


@pytest.fixture
def server() -> Iterator[Running]:
    with serving(FakeModel()) as running:
        yield running


@pytest.fixture
def client(server: Running) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.address, api_key=TOKEN, max_retries=0, timeout=30) as client:
        yield client


def _say(text: str) -> Any:
    return [{"role": "system", "content": "Repeat."}, {"role": "user", "content": text}]


def _until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_the_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [NAME]
    assert client.models.retrieve(NAME).owned_by == "luthier"


def test_a_chat_is_answered(client: openai.OpenAI, server: Running) -> None:
    reply = client.chat.completions.create(
        model=NAME, messages=_say("one two three four"), temperature=0.1, seed=-1, max_completion_tokens=3
    )
    assert reply.choices[0].message.content == "one two three" and reply.choices[0].finish_reason == "length"
    assert reply.usage is not None and (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (4, 3)
    sampling = server.model.samplings[0]
    assert (sampling.temperature, sampling.seed, sampling.max_tokens) == (0.1, 2**32 - 1, 3)


def test_without_a_seed_each_answer_has_another(client: openai.OpenAI, server: Running) -> None:
    for _ in range(3):
        client.chat.completions.create(model=NAME, messages=_say("x"))
    assert len({sampling.seed for sampling in server.model.samplings}) == 3


def test_parts_of_a_text_are_joined(client: openai.OpenAI) -> None:
    parts: Any = [{"type": "text", "text": "a "}, {"type": "text", "text": "b"}]
    reply = client.chat.completions.create(model=NAME, messages=[{"role": "user", "content": parts}])
    assert reply.choices[0].message.content == "a b" and reply.choices[0].finish_reason == "stop"


def test_a_stream_comes_word_by_word_with_its_usage(client: openai.OpenAI, server: Running) -> None:
    server.model.gate = threading.Semaphore(1)
    stream = client.chat.completions.create(
        model=NAME, messages=_say("一 two three"), stream=True, stream_options={"include_usage": True}
    )
    texts, finish, usage = [], None, None
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            texts.append(chunk.choices[0].delta.content)
            server.model.gate.release()  # the next word is not said before this one is here
        finish = (chunk.choices[0].finish_reason if chunk.choices else None) or finish
        usage = chunk.usage or usage
    assert texts == ["一", " two", " three"] and finish == "stop"
    assert usage is not None and usage.completion_tokens == 3


def test_stop_strings_end_the_answer(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(model=NAME, messages=_say("one two three"), stop=["two"])
    assert reply.choices[0].message.content == "one " and reply.choices[0].finish_reason == "stop"


def test_scores_of_tokens_come_along(client: openai.OpenAI) -> None:
    asked: Any = {"model": NAME, "messages": _say("one two"), "logprobs": True, "top_logprobs": 2}
    scores = client.chat.completions.create(**asked).choices[0].logprobs
    assert scores is not None and scores.content is not None
    assert [item.token for item in scores.content] == ["one", " two"]
    assert [len(item.top_logprobs) for item in scores.content] == [2, 2]
    streamed = [
        item.token
        for chunk in client.chat.completions.create(**asked, stream=True)
        if chunk.choices[0].logprobs
        for item in chunk.choices[0].logprobs.content or ()
    ]
    assert streamed == ["one", " two"]


def test_texts_go_on(client: openai.OpenAI) -> None:
    reply = client.completions.create(model=NAME, prompt=["one two", "three"], logprobs=1)
    assert [choice.text for choice in reply.choices] == ["one two", "three"]
    assert [choice.index for choice in reply.choices] == [0, 1]
    assert reply.choices[0].logprobs is not None and reply.choices[0].logprobs.text_offset == [0, 3]
    chunks = list(client.completions.create(model=NAME, prompt="one two", stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == "one two"
    assert chunks[-1].choices[0].finish_reason == "stop"


@pytest.mark.parametrize("stream", [False, True])
def test_calls_of_functions_are_read_out_of_the_answer(
    client: openai.OpenAI, server: Running, stream: bool
) -> None:
    server.model.says = (
        'Let me look. <tool_call>\n{"name": "weather", "arguments": {"city": "京"}}\n</tool_call>'
    )
    asked: Any = {"model": NAME, "messages": _say("Rain?"), "tools": TOOLS}
    if stream:
        content, calls, finish = "", [], ""
        for chunk in client.chat.completions.create(**asked, stream=True):
            content += chunk.choices[0].delta.content or ""
            calls += chunk.choices[0].delta.tool_calls or []
            finish = chunk.choices[0].finish_reason or finish
    else:
        choice = client.chat.completions.create(**asked).choices[0]
        content, calls, finish = (
            choice.message.content or "",
            list(choice.message.tool_calls or ()),
            choice.finish_reason,
        )
    assert server.model.tools[0]["function"]["name"] == "weather"
    assert content.strip() == "Let me look." and finish == "tool_calls"
    assert [(call.function.name, call.function.arguments) for call in calls] == [
        ("weather", '{"city": "京"}')
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_what_only_looks_like_a_call_stays_text(client: openai.OpenAI, server: Running, stream: bool) -> None:
    server.model.says = "say <tool_call> and nothing"
    asked: Any = {"model": NAME, "messages": _say("?"), "tools": TOOLS, "stream": stream}
    reply = client.chat.completions.create(**asked)
    if stream:
        assert "".join(chunk.choices[0].delta.content or "" for chunk in reply) == server.model.says
    else:
        assert reply.choices[0].message.content == server.model.says
        assert reply.choices[0].finish_reason == "stop"


def test_functions_can_be_kept_from_the_model(client: openai.OpenAI, server: Running) -> None:
    client.chat.completions.create(model=NAME, messages=_say("?"), tools=TOOLS, tool_choice="none")
    assert server.model.tools == []


@pytest.mark.parametrize(
    ("kind", "status", "change"),
    [
        (openai.NotFoundError, "model_not_found", {"model": "gpt-4"}),
        (openai.BadRequestError, "context_length_exceeded", {"messages": _say("word " * 100)}),
        (openai.BadRequestError, "invalid_value", {"temperature": 9.0}),
        (openai.BadRequestError, "invalid_value", {"n": 2}),
        (openai.BadRequestError, "invalid_value", {"tool_choice": "required", "tools": TOOLS}),
        (openai.BadRequestError, "invalid_value", {"response_format": {"type": "json_object"}}),
        (openai.BadRequestError, "invalid_value", {"messages": []}),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_done_is_an_error_of_the_right_kind(
    client: openai.OpenAI, kind: Any, status: str, change: dict[str, Any], stream: bool
) -> None:
    asked: Any = {"model": NAME, "messages": _say("x"), "stream": stream, **change}
    with pytest.raises(kind) as caught:
        client.chat.completions.create(**asked)
    assert caught.value.code == status and caught.value.body["message"]


def test_a_model_without_embeddings_says_so(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="no embeddings"):
        client.embeddings.create(model=NAME, input="x")


def test_a_wrong_token_is_refused(server: Running) -> None:
    for wrong in ("wrong", TOKEN + "x", TOKEN[:-1]):
        with pytest.raises(openai.AuthenticationError):
            openai.OpenAI(base_url=server.address, api_key=wrong, max_retries=0).models.list()


def test_our_own_mistakes_are_not_told_to_clients(client: openai.OpenAI, server: Running) -> None:
    server.model.breaks = RuntimeError("/home/someone/secret")
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model=NAME, messages=_say("x"))
    assert "secret" not in str(caught.value)
    server.model.breaks = UserError(ErrorCode.OUT_OF_MEMORY, "Too little memory")
    with pytest.raises(openai.InternalServerError, match="Too little memory"):
        client.chat.completions.create(model=NAME, messages=_say("x"))


@pytest.mark.parametrize("stream", [False, True])
def test_who_goes_away_ends_the_answer(server: Running, stream: bool) -> None:
    server.model.gate = threading.Semaphore(1)
    client = openai.OpenAI(base_url=server.address, api_key=TOKEN, max_retries=0, timeout=1.0)
    asked: Any = {"model": NAME, "messages": _say("one two three"), "stream": stream}
    if stream:
        answer = client.chat.completions.create(**asked)
        for chunk in answer:
            if chunk.choices[0].delta.content:
                break
        answer.close()
    else:
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(**asked)
    client.close()
    _until(lambda: server.model.finishes == ["cancelled"])
    server.model.gate = None  # and the place is free again
    with openai.OpenAI(base_url=server.address, api_key=TOKEN, max_retries=0) as other:
        assert other.chat.completions.create(model=NAME, messages=_say("y")).choices[0].message.content == "y"


def test_who_leaves_the_line_is_never_answered(server: Running) -> None:
    server.model.gate = threading.Semaphore(0)
    with ThreadPoolExecutor(2) as pool:
        first = openai.OpenAI(base_url=server.address, api_key=TOKEN, max_retries=0, timeout=30)
        waits = pool.submit(lambda: first.chat.completions.create(model=NAME, messages=_say("first")))
        _until(lambda: server.model.at_once == 1)
        second = openai.OpenAI(base_url=server.address, api_key=TOKEN, max_retries=0, timeout=0.5)
        with pytest.raises(openai.APITimeoutError):
            second.chat.completions.create(model=NAME, messages=_say("second"))
        second.close()
        server.model.gate.release(10)
        assert waits.result().choices[0].message.content == "first"
        first.close()
    assert len(server.model.samplings) == 1


def test_thirty_two_at_once_are_answered_one_after_the_other(client: openai.OpenAI, server: Running) -> None:
    def ask(number: int) -> str | None:
        asked: Any = {"model": NAME, "messages": _say(f"number {number}"), "stream": number % 2 == 0}
        reply = client.chat.completions.create(**asked)
        if number % 2:
            return reply.choices[0].message.content
        return "".join(chunk.choices[0].delta.content or "" for chunk in reply)

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(ask, range(32)))
    assert answers == [f"number {number}" for number in range(32)]
    assert server.model.most_at_once == 1
