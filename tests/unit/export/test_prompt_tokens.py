"""Fourteen templates and five hundred texts: llama.cpp reads exactly what transformers reads."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.export.run import export, open_run
from engine.models.chat_jinja import render
from engine.models.gguf_file import GgufFile
from engine.models.tuned import encode, tokenizer_of
from tests.integration.quiet_job import QuietJob
from tests.unit.data.chat_forms import FORMS

PARTS = (
    "the quick brown fox", "I'll, you've, they'd", "naïve café — “quoted” …", "ÅÄÖ ß ﬁ ﬂ", "Привет, мир", "שלום עולם",
    "مرحبا بالعالم", "नमस्ते दुनिया", "안녕하세요", "こんにちは世界", "你好，世界！标点；《书名》", "繁體中文測試", "𠜎𠜱𠝹",
    "🦊", "👩‍👩‍👧‍👦", "🇩🇪🇨🇳", "👍🏽", "e\u0301 vs é", "\u200b\u200d\ufeff", "\u202eabc\u202c", "½ ² ³ ₄ Ⅷ",
    "def f(x):\n    return x ** 2  # tab\there", "for (int i=0;i<10;++i){a[i]=b[i]<<2;}", "SELECT * FROM t WHERE a='b';",
    "<div class=\"x\">&amp;</div>", "{\"a\": [1, 2.50, -3e-10, null]}", "$\\frac{a}{b}$", "`code` **bold** _it_",
    "\x00", "\x07\x08", "\x1b[31mred\x1b[0m", "\x7f\x80\x9f", "\t\t\n\r\n  \n\n\n", "    ", "\u00a0\u2003\u3000",
    "12345678901234567890", "3.14159", "1,000,000", "2026-11-24T11:38:47Z", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "</s>", "[INST]", "<reponame>", "<|im_start", "|im_end|>",
    "http://example.org/a?b=c&d=%20", "C:\\dir\\new", "don't stop", "THE END", "CamelCaseWord", "snake_case_word",
)  # fmt: skip


def _texts(count: int = 500) -> Iterator[str]:
    yield from PARTS
    yield ""
    draw = random.Random(11)
    for _ in range(count - len(PARTS) - 1):
        parts = draw.choices(PARTS, k=draw.randint(1, 6))
        yield draw.choice(("", " ", "\n", "  ")).join(parts)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GgufFile, Any]]:
    """A GGUF with the starter's tokenizer, and that tokenizer in transformers."""
    from tests.unit.export.tiny import make_base, make_run

    folder = tmp_path_factory.mktemp("tokens")
    run = make_run(folder / "run", make_base(folder / "base"))
    (found,) = export(run, targets=["gguf:q8_0"], verify=False, job=QuietJob()).targets
    file = GgufFile(Path(found.path), context_tokens=64)
    yield file, tokenizer_of(open_run(run))
    file.close()


@pytest.mark.parametrize("family", sorted(FORMS))
def test_prompts_are_the_same_tokens(family: str, opened: tuple[GgufFile, Any]) -> None:
    file, tokenizer = opened
    tokenizer.chat_template = FORMS[family].plain
    texts = list(_texts())
    assert len(texts) == 500
    for index, text in enumerate(texts):
        messages = [{"role": "user", "content": text}]
        if index % 3 == 0 and FORMS[family].system:
            messages.insert(0, {"role": "system", "content": texts[-1 - index]})
        if index % 4 == 0:
            messages += [{"role": "assistant", "content": text[::-1]}, {"role": "user", "content": "go on"}]
        expected = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        rendered = render(
            FORMS[family].plain, messages, bos_token=tokenizer.bos_token, eos_token=tokenizer.eos_token
        )
        assert rendered == expected, (index, text)
        assert file.encode(rendered) == encode(tokenizer, expected), (index, text)
