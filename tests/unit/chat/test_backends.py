"""Both backends on one tiny model: same template, same greedy answer, and the same manners."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.chat import ChatBackend, load
from engine.chat.llama_cpp import LlamaCppBackend
from engine.chat.opening import newest_export
from engine.chat.transformers import TransformersBackend
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply
from engine.export.run import export, merge, open_run
from engine.models.tuned import encode, render_prompt, tokenizer_of
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run

GREEDY = Sampling(temperature=0.0, repeat_penalty=1.0, max_tokens=24)
CHAT = (Turn(role="system", content="Be brief."), Turn(role="user", content="Say 🦊 你好"))
Backend = LlamaCppBackend | TransformersBackend


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    run = make_run(folder / "run", make_base(folder / "base"))
    export(run, targets=["gguf:f32"], verify=False, out=folder / "elsewhere", job=QuietJob())
    merge(run, job=QuietJob())
    return run


@pytest.fixture(scope="module", params=["gguf", "adapter", "folder"])
def backend(run_dir: Path, request: pytest.FixtureRequest) -> Iterator[ChatBackend]:
    paths = {
        "gguf": next((run_dir.parent / "elsewhere").glob("*.gguf")),
        "adapter": run_dir,
        "folder": run_dir / "merged",
    }
    opened = load(str(paths[request.param]), context_tokens=256)
    assert isinstance(opened, LlamaCppBackend if request.param == "gguf" else TransformersBackend)
    yield opened
    opened.close()


def _send(
    backend: ChatBackend, sampling: Sampling = GREEDY, chat: tuple[Turn, ...] = CHAT
) -> tuple[ChatReply, list[str]]:
    pieces: list[str] = []
    reply = backend.send(chat, sampling, on_text=pieces.append, should_stop=lambda: False)
    assert "".join(pieces) == reply.text
    return reply, pieces


def test_the_prompt_is_the_trained_one(backend: Backend, run_dir: Path) -> None:
    tokenizer = tokenizer_of(open_run(run_dir))
    turns = [turn.model_dump() for turn in CHAT]
    assert backend.prompt(CHAT) == encode(tokenizer, render_prompt(tokenizer, turns))


def test_greedy_answers_repeat_even_after_other_talk(backend: Backend) -> None:
    first, _ = _send(backend)
    _send(backend, chat=(Turn(role="user", content="Something else"),))
    second, _ = _send(backend)
    assert first.text == second.text and first.text
    assert first.tokens == 24 and first.finish == "length"


def test_a_seed_repeats_a_drawn_answer_and_another_does_not(backend: Backend) -> None:
    loud = Sampling(temperature=3.0, top_k=0, top_p=1.0, min_p=0.0, max_tokens=12)
    assert _send(backend, loud)[0].text == _send(backend, loud)[0].text
    assert _send(backend, loud)[0].text != _send(backend, loud.model_copy(update={"seed": 7}))[0].text


def test_pieces_never_break_a_character(backend: Backend) -> None:
    loud = Sampling(temperature=5.0, top_k=0, top_p=1.0, min_p=0.0, max_tokens=60)
    reply, pieces = _send(backend, loud)
    for piece in pieces:
        piece.encode("utf-8")
    assert len(pieces) > 10 and reply.tokens >= len(pieces) - 1


def test_a_stop_string_ends_the_answer(backend: Backend) -> None:
    whole = _send(backend)[0].text
    stop = whole[len(whole) // 2 :][:3]
    reply, _ = _send(backend, GREEDY.model_copy(update={"stop": (stop,)}))
    assert reply.text == whole[: whole.index(stop)] and reply.finish == "stop"


def test_stopping_is_heard_at_the_next_token(backend: Backend) -> None:
    asked = 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked == 3

    reply = backend.send(CHAT, GREEDY, on_text=lambda text: None, should_stop=should_stop)
    assert reply.finish == "cancelled" and reply.tokens == 3


def test_the_context_bounds_the_answer(backend: Backend) -> None:
    reply, _ = _send(backend, GREEDY.model_copy(update={"max_tokens": 10_000}))
    assert reply.finish in ("length", "stop")
    assert reply.prompt_tokens + reply.tokens <= 256


def test_a_conversation_that_is_too_long_says_so(backend: Backend) -> None:
    with pytest.raises(UserError) as caught:
        _send(backend, chat=(Turn(role="user", content="word " * 300),))
    info = caught.value.info
    assert info.code is ErrorCode.CONTEXT_FULL
    assert str(info.details["prompt_tokens"]) in info.message and "256" in info.message


def test_both_backends_answer_alike(run_dir: Path) -> None:
    texts = []
    for model in (next((run_dir.parent / "elsewhere").glob("*.gguf")), run_dir):
        opened = load(str(model), context_tokens=256)
        texts.append(_send(opened, GREEDY.model_copy(update={"max_tokens": 8}))[0].text)
        opened.close()
    assert texts[0] == texts[1]


def test_a_run_prefers_its_current_export(run_dir: Path, tmp_path: Path) -> None:
    import os
    import shutil

    run = Path(shutil.copytree(run_dir, tmp_path / "run"))
    tuned = open_run(run)
    assert newest_export(tuned) is None
    (run / "exports").mkdir()
    now = time.time()
    for name, age in (("a.gguf", 5), ("b.gguf", 1), ("c.gguf.failed", 0)):
        (run / "exports" / name).write_bytes(b"")
        os.utime(run / "exports" / name, (now + 100 - age, now + 100 - age))
    assert newest_export(tuned) == run / "exports" / "b.gguf"
    os.utime(run / "adapter" / "adapter_model.safetensors", (now + 200, now + 200))  # trained longer since
    assert newest_export(tuned) is None


@pytest.mark.parametrize("model", ["/no/such/model.gguf", "/no/such/folder"])
def test_what_is_not_there_is_said(model: str) -> None:
    with pytest.raises(UserError) as caught:
        load(model, context_tokens=64)
    assert caught.value.info.code is ErrorCode.NOT_FOUND


def test_nothing_reaches_stdout(run_dir: Path, capfd: pytest.CaptureFixture[str]) -> None:
    opened = load(str(next((run_dir.parent / "elsewhere").glob("*.gguf"))), context_tokens=64)
    _send(opened, GREEDY.model_copy(update={"max_tokens": 4}), (Turn(role="user", content="Hi"),))
    opened.close()
    assert capfd.readouterr().out == ""
