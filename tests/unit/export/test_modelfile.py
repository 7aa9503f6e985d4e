"""Ollama's Modelfile says what the trained template says, for the families whose turns do not change each other."""

from typing import Any

import pytest
from transformers import AutoTokenizer

from engine.contract.errors import UserError
from engine.export.modelfile import Modelfile, make_modelfile
from engine.models.starter import starter_path
from tests.unit.data.chat_forms import FORMS

SIMPLE = ("chatml", "llama3", "gemma", "phi", "glm", "yi", "zephyr", "deepseek", "qwen2.5", "qwen3", "listed")
CONVERSATION = [
    {"role": "user", "content": "What is {{ .Content }}?\n\n```go\n{{ end }}\n```"},
    {"role": "assistant", "content": "你好 🦊"},
    {"role": "user", "content": "more"},
]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(starter_path())


def _rendered(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    return str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))


@pytest.mark.parametrize("family", SIMPLE)
def test_the_modelfile_writes_what_the_trained_template_writes(family: str, tokenizer: Any) -> None:
    tokenizer.chat_template = FORMS[family].plain
    found = make_modelfile(tokenizer, gguf="x.gguf", stops=[2], adds_bos=False)
    again = Modelfile.read(found.text())
    assert again == found
    assert again.render(CONVERSATION) == _rendered(tokenizer, CONVERSATION)
    if FORMS[family].system:
        asked = [{"role": "system", "content": "Be brief."}, *CONVERSATION]
        assert again.render(asked) == _rendered(tokenizer, asked)


def test_the_default_system_message_has_a_place_of_its_own() -> None:
    tokenizer = AutoTokenizer.from_pretrained(starter_path())
    found = make_modelfile(tokenizer, gguf="a-q8_0.gguf", stops=[2], adds_bos=False)
    assert found.system is not None and "SmolLM" in found.system
    text = found.text()
    assert text.startswith("FROM ./a-q8_0.gguf\n") and 'PARAMETER stop "<|im_end|>"' in text
    assert found.render(CONVERSATION) == _rendered(tokenizer, CONVERSATION)


def test_the_first_token_is_not_written_twice(tokenizer: Any) -> None:
    tokenizer.chat_template = FORMS["llama3"].plain.replace("<|begin_of_text|>", "<|im_start|>")
    assert tokenizer.bos_token == "<|im_start|>"
    once = make_modelfile(tokenizer, gguf="x.gguf", stops=[2], adds_bos=True)
    twice = make_modelfile(tokenizer, gguf="x.gguf", stops=[2], adds_bos=False)
    assert twice.render(CONVERSATION) == "<|im_start|>" + once.render(CONVERSATION)


@pytest.mark.parametrize("family", sorted(set(FORMS) - set(SIMPLE)))
def test_what_cannot_be_said_so_is_refused_and_never_said_wrongly(family: str, tokenizer: Any) -> None:
    """Either it is refused, or it is right."""
    tokenizer.chat_template = FORMS[family].plain
    try:
        found = make_modelfile(tokenizer, gguf="x.gguf", stops=[2], adds_bos=False)
    except UserError as error:
        assert "Ollama's language" in error.info.message
        return
    assert found.render(CONVERSATION) == _rendered(tokenizer, CONVERSATION)


def test_a_template_that_counts_turns_is_refused(tokenizer: Any) -> None:
    tokenizer.chat_template = "{% for m in messages %}{{ loop.index }} {{ m.content }}<|im_end|>{% endfor %}>"
    with pytest.raises(UserError, match="Ollama's language"):
        make_modelfile(tokenizer, gguf="x.gguf", stops=[2], adds_bos=False)
