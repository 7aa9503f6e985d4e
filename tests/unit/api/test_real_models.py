"""The local API over real, tiny models: through llama.cpp and transformers, with functions, scores and vectors."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from engine.api.naming import public_name
from engine.chat import open_local
from engine.export.run import export
from tests.integration.quiet_job import QuietJob
from tests.unit.api.fake import NAME, TOKEN, serving
from tests.unit.export.tiny import make_base, make_run

TOOLS: Any = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
CHAT: Any = [
    {"role": "user", "content": "Rain?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"city": "x"}'}}
        ],
    },
    {"role": "tool", "tool_call_id": "a", "content": "No"},
    {"role": "user", "content": "Sure?"},
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("api")
    base = make_base(folder / "base")
    run = make_run(folder / "run", base)
    export(run, targets=["gguf:f32"], verify=False, out=folder / "out", job=QuietJob())
    gguf = next((folder / "out").glob("*.gguf"))
    pooled = folder / "vectors.gguf"
    with_pooling(gguf, pooled)
    return {"gguf": gguf, "folder": base, "run": run, "vectors": pooled}


def with_pooling(source: Path, target: Path) -> None:
    """The same file, saying that it gives the mean of its tokens' vectors."""
    import gguf
    from gguf.scripts.gguf_new_metadata import MetadataDetails, copy_with_new_metadata

    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, "llama", endianess=reader.endianess)
    pooling = MetadataDetails(gguf.GGUFValueType.UINT32, 1)
    copy_with_new_metadata(reader, writer, {"llama.pooling_type": pooling}, [])


@pytest.fixture
def client(models: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[openai.OpenAI]:
    model = open_local(str(models[request.param]), context_tokens=256)
    with (
        serving(model) as running,
        openai.OpenAI(base_url=running.address, api_key=TOKEN, max_retries=0) as opened,
    ):
        yield opened
    model.close()


@pytest.mark.parametrize("client", ["gguf", "folder"], indirect=True)
def test_answers_scores_and_functions(client: openai.OpenAI) -> None:
    asked: Any = {
        "model": NAME,
        "messages": CHAT,
        "tools": TOOLS,
        "max_tokens": 12,
        "temperature": 0,
        "extra_body": {"repeat_penalty": 1.0},
    }
    reply = client.chat.completions.create(**asked, logprobs=True, top_logprobs=3)
    scores = reply.choices[0].logprobs
    assert scores is not None and scores.content is not None and reply.usage is not None
    assert len(scores.content) in (reply.usage.completion_tokens, reply.usage.completion_tokens - 1)
    for item in scores.content:
        assert item.logprob <= 0 and item.top_logprobs[0].logprob == pytest.approx(item.logprob, abs=1e-4)
        assert sum(math.exp(other.logprob) for other in item.top_logprobs) <= 1.0001
    streamed = client.chat.completions.create(**asked, stream=True)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in streamed if chunk.choices)
    assert text == (reply.choices[0].message.content or "")


@pytest.mark.parametrize("client", ["gguf", "folder"], indirect=True)
def test_texts_go_on_and_seeds_repeat(client: openai.OpenAI) -> None:
    def go_on(seed: int) -> str:
        asked: Any = {"model": NAME, "prompt": "One two", "max_tokens": 12, "seed": seed, "temperature": 3.0}
        return str(client.completions.create(**asked).choices[0].text)

    assert go_on(3) == go_on(3) != go_on(4)


@pytest.mark.parametrize("client", ["vectors"], indirect=True)
def test_vectors_are_given_by_models_that_have_them(client: openai.OpenAI) -> None:
    reply = client.embeddings.create(model=NAME, input=["a fiddle", "a fiddle", "bread"])
    one, same, other = (item.embedding for item in reply.data)
    assert len(one) == 64 and sum(value * value for value in one) == pytest.approx(1.0, abs=1e-4)
    assert one == pytest.approx(same, abs=1e-4)
    assert one != pytest.approx(other, abs=1e-2)
    assert reply.usage.prompt_tokens > 3
    for ask in (
        lambda: client.embeddings.create(model=NAME, input="word " * 500),
        lambda: client.embeddings.create(model=NAME, input=""),
        lambda: client.embeddings.create(model=NAME, input=["a fiddle", ""]),
        lambda: client.embeddings.create(model=NAME, input=[1, 2, 3]),
        lambda: client.chat.completions.create(model=NAME, messages=CHAT),
        lambda: client.completions.create(model=NAME, prompt="x"),
    ):
        with pytest.raises(openai.BadRequestError):
            ask()


def test_names_tell_no_places(models: dict[str, Path]) -> None:
    assert public_name("starter") == "starter"
    assert public_name(str(models["vectors"])) == "vectors" and public_name(str(models["run"])) == "run"
