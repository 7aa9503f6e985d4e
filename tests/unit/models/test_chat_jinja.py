"""The light renderer gives exactly what transformers gives."""

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.models.chat_jinja import render

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA3 = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + "
    "message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}"
    "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
)
BLOCKS = """\
{%- if tools is not none %}
    {{- 'TOOLS' }}
{%- endif %}
{% for m in messages %}
    {% if loop.index > 9 %}{% break %}{% endif %}
    {% if m.role == 'assistant' %}
[A] {% generation %}{{ m.content }}{{ eos_token }}{% endgeneration %}

    {% else %}
[{{ m.role | upper }}] {{ m | tojson }} {{ dict(a=1)['a'] }}
    {% endif %}
{% endfor %}
"""
CHATS = [
    [{"role": "user", "content": '  <b>你好</b> 🦊 "quoted"\n'}],
    [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": " Two. "},
        {"role": "user", "content": "Three?"},
    ],
]


@pytest.mark.parametrize("template", [CHATML, LLAMA3, BLOCKS])
@pytest.mark.parametrize("chat", CHATS)
def test_it_equals_apply_chat_template(template: str, chat: list[dict[str, str]]) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(WordLevel({"<s>": 0}, unk_token="<s>")), bos_token="<s>", eos_token="</s>"
    )
    expected = tokenizer.apply_chat_template(
        chat, chat_template=template, tokenize=False, add_generation_prompt=True
    )
    assert render(template, chat, bos_token="<s>", eos_token="</s>") == expected


@pytest.mark.parametrize(
    "template", ["{{ raise_exception('Roles must alternate') }}", "{% for %}", "{{ ''.__class__.__mro__ }}"]
)
def test_a_refusal_becomes_a_sentence(template: str) -> None:
    with pytest.raises(UserError) as caught:
        render(template, CHATS[0], bos_token="", eos_token="")
    assert caught.value.info.code is ErrorCode.TEMPLATE_MISSING


@pytest.mark.parametrize("filtering", ["m.content | tojson", "m.content | tojson(indent=2)"])
def test_any_number_may_be_written_as_json(filtering: str) -> None:
    template = "{% for m in messages %}{{ " + filtering + " }}{% endfor %}"
    assert render(template, [{"role": "tool", "content": 1234}], bos_token="", eos_token="") == "1234"


@pytest.mark.parametrize("indent", ["false, 999", "indent=999", "indent=' ' * 999"])
def test_a_wide_indent_is_refused(indent: str) -> None:
    with pytest.raises(UserError) as caught:
        render("{{ messages | tojson(" + indent + ") }}", CHATS[0], bos_token="", eos_token="")
    assert "wide indent" in caught.value.info.message
