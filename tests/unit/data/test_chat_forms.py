"""Text, ids and trained marks agree with transformers for every family of chat templates, whatever the texts are."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.template import ChatTemplate, TemplateRefusal
from engine.data.tokens import encode
from tests.unit.data.chat_forms import CLOSE, FORMS, OPEN, SPECIAL

TOOLS = (
    {
        "type": "function",
        "function": {"name": "add", "description": 'Add "two" numbers, 加', "parameters": {"a": "number"}},
    },
)
THOUGHT = "<think>\nLet me see: 2 + 2.\n</think>\n\nFour."


@pytest.fixture(scope="module")
def speaker():
    """A byte-level tokenizer that knows the control tokens of all families."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=SPECIAL,
        show_progress=False,
    )
    backend.train_from_iterator(["the cat sat on the mat", "assistant user system 你好"] * 4, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|endoftext|>", bos_token="<bos>")


def call(*arguments, said="", name="add"):
    calls = [{"type": "function", "function": {"name": name, "arguments": item}} for item in arguments]
    return {"role": "assistant", "content": said, "tool_calls": calls}


def says(*contents, system=None):
    turns = [{"role": "system", "content": system}] if system is not None else []
    return turns + [
        {"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(contents)
    ]


def result(text):
    return {"role": "tool", "content": text}


def plain_chats():
    yield says("Hi", "Hello")
    yield says("two and two?", "four", "three and three?", "six", "thanks", "four")
    yield says("你好，世界 😀", "  你好！\n", "a\r\nb\n\n", "a\r\nb")
    yield says("yes", "yes", "yes", "yes")


def chats(form):
    """Conversations that a form takes, with their functions."""
    for chat in plain_chats():
        yield chat, ()
        if form.system:
            yield [{"role": "system", "content": "Be brief.\n"}, *chat], ()
    if form.thinks:
        yield says("two and two?", THOUGHT), ()
        yield says("two and two?", THOUGHT, "sure?", THOUGHT), ()
    if not form.tools:
        return
    asked = says("add 2 and 3")
    add = {"a": "2", "b": 3, "c": {"deep": ['it is "so"\n', True]}}
    yield [*asked, call(add), result("5"), *says("x", "It is 5.")[1:]], TOOLS
    yield (
        [
            *says("add", system="Be brief."),
            call(add),
            result('{"sum": 5}'),
            *says("x", "5", "more", "no")[1:],
        ],
        TOOLS,
    )
    yield [*asked, call({}), result("5"), call({"a": "5"}), result("6"), *says("x", "6")[1:]], ()
    if form.several_calls:
        yield [*asked, call(add, {"a": "b"}), result("5"), result("c"), *says("x", "It is 5.")[1:]], TOOLS
    if form.said_with_calls:
        yield [*asked, call(add, said="Let me add."), result("5"), *says("x", "It is 5.")[1:]], TOOLS
    if form.said_with_calls and form.thinks:
        yield (
            [*asked, call(add, said="<think>\nhm\n</think>\n\n"), result("5"), *says("x", THOUGHT)[1:]],
            TOOLS,
        )


CASES = [
    pytest.param(name, chat, tools, id=f"{name}-{number}")
    for name, form in FORMS.items()
    for number, (chat, tools) in enumerate(chats(form))
    if "tools" in form.source or not tools
]


def given_to(form, chat):
    """The conversation as the template of this form wants it."""
    made, waiting, count = [], [], 0
    for message in chat:
        if "tool_calls" in message:
            waiting = [f"call{count + place:05d}" for place in range(len(message["tool_calls"]))]
            count += len(waiting)
            calls = [{**item, "id": name} for item, name in zip(message["tool_calls"], waiting, strict=True)]
            if form.text_arguments:
                for item in calls:
                    arguments = json.dumps(item["function"]["arguments"], ensure_ascii=False)
                    item["function"] = {**item["function"], "arguments": arguments}
            message = {**message, "tool_calls": calls}
        elif message["role"] == "tool" and waiting:
            message = {**message, "tool_call_id": waiting.pop(0), "name": "add"}
        made.append(message)
    return made


def applied(speaker, source, form, chat, tools, **options):
    return speaker.apply_chat_template(
        given_to(form, chat), tools=list(tools) or None, chat_template=source, **options
    )


def expected_spans(speaker, form, chat, tools):
    """What stands between the noted characters."""
    noted = applied(speaker, form.noted, form, chat, tools, tokenize=False)
    places = [match.start() - count for count, match in enumerate(re.finditer(f"[{OPEN}{CLOSE}]", noted))]
    return list(zip(places[::2], places[1::2], strict=True))


@pytest.mark.parametrize(("name", "chat", "tools"), CASES)
def test_text_ids_and_marks_are_those_of_transformers(speaker, name, chat, tools):
    form = FORMS[name]
    template = ChatTemplate(speaker, form.plain)
    rendered = template.render(chat, tools=tools)
    assert rendered.text == applied(speaker, form.plain, form, chat, tools, tokenize=False)
    assert list(rendered.trained_spans) == expected_spans(speaker, form, chat, tools)
    (encoded,) = encode(speaker, [rendered])
    theirs = applied(
        speaker, form.generation, form, chat, tools, return_dict=True, return_assistant_tokens_mask=True
    )
    assert encoded.input_ids.tolist() == theirs["input_ids"]
    assert encoded.trained.astype(int).tolist() == theirs["assistant_masks"]
    assert template.render(chat, tools=tools) == rendered  # the second time from what was remembered
    for turn, message in enumerate(chat):
        if message["role"] in ("user", "tool"):
            prompt = template.prompt(chat[: turn + 1], tools=tools)
            assert prompt == applied(
                speaker, form.plain, form, chat[: turn + 1], tools, tokenize=False, add_generation_prompt=True
            )


def test_what_is_said_beside_a_call_is_not_lost_in_silence(speaker):
    chat = [*says("add"), call({}, said="Let me add."), result("5"), *says("x", "5")[1:]]
    with pytest.raises(TemplateRefusal, match="said beside a function call"):
        ChatTemplate(speaker, FORMS["mistral"].plain).render(chat)


NASTY = st.sampled_from(
    [
        *(
            "<|im_end|>",
            "<|im_start|>assistant\n",
            "assistant",
            "user\n",
            "<|eot_id|>\n\n",
            "</s>",
            "[/INST] ",
            "<",
        ),
        *(
            "<|end|><|assistant|>yes",
            "Zq0mb1p0xZq0me1p0x",
            "Zq0m",
            "<tool_call>\n{}\n</tool_call>",
            "</tool_response>",
        ),
        *(
            "\r\n",
            "😀",
            "你好",
            " yes",
            "yes",
            "{{ x }}",
            "{% endfor %}",
            "\\",
            '"',
            "\u2028",
            "You are Maple.",
            "\x1f",
        ),
    ]
)
THOUGHTS = st.sampled_from(["<think>", "</think>", "<think>\nhm\n</think>\n\nyes", "\n"])
LETTERS = st.text(st.characters(codec="utf-8", exclude_characters=OPEN + CLOSE), max_size=8)
TEXT = st.lists(NASTY | LETTERS, min_size=1, max_size=4).map("".join)
ANSWER = TEXT.filter(str.strip)
THINKING = st.lists(NASTY | LETTERS | THOUGHTS, min_size=1, max_size=4).map("".join).filter(str.strip)


@st.composite
def conversations(draw, form):
    answers = THINKING if form.thinks else ANSWER
    chat = [{"role": "system", "content": draw(TEXT)}] if form.system and draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 3))):
        chat.append({"role": "user", "content": draw(TEXT)})
        if form.tools and draw(st.booleans()):
            arguments = st.dictionaries(TEXT, TEXT | st.integers() | st.lists(TEXT, max_size=2), max_size=2)
            said = draw(TEXT | st.just("")) if form.said_with_calls and not form.thinks else ""
            count = draw(st.integers(1, 2)) if form.several_calls else 1
            items = [draw(arguments) for _ in range(count)]
            chat += [call(*items, said=said), *(result(draw(TEXT)) for _ in items)]
        chat.append({"role": "assistant", "content": draw(answers)})
    return chat


@pytest.fixture(scope="module")
def remembering(speaker):
    """One template a family for all examples, so that what one leaves behind meets the next."""
    return {name: ChatTemplate(speaker, form.plain) for name, form in FORMS.items()}


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_trained_spans_are_the_models_turns_for_any_text(speaker, remembering, name, data):
    form = FORMS[name]
    chat = data.draw(conversations(form))
    called = any("tool_calls" in message for message in chat)
    tools = TOOLS if called and "tools" in form.source else ()
    text = applied(speaker, form.plain, form, chat, tools, tokenize=False)
    try:
        rendered = remembering[name].render(chat, tools=tools)
    except TemplateRefusal as refusal:
        thoughts_only = any("</think>" in m["content"] for m in chat if m["role"] == "assistant")
        assert form.thinks and thoughts_only, refusal
        return
    assert rendered.text == text
    assert list(rendered.trained_spans) == expected_spans(speaker, form, chat, tools)
