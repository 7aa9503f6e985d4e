"""What the model learns: its answers with their end markers, under templates of every usual shape."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contract.errors import ErrorCode, UserError
from engine.data.template import ChatTemplate, TemplateRefusal

MARKERS = {
    "chatml": "<|im_end|>",
    "default_system": "<|im_end|>",
    "llama3": "<|eot|>",
    "mistral": "</s>",
    "forgetful": "<|im_end|>",
}


def chat(*contents, system=None):
    turns = [{"role": "system", "content": system}] if system is not None else []
    roles = ("user", "assistant")
    return turns + [{"role": roles[i % 2], "content": text} for i, text in enumerate(contents)]


def learnt(rendered):
    return [rendered.text[start:end] for start, end in rendered.trained_spans]


@pytest.mark.parametrize("name", MARKERS)
def test_end_marker(tokenizer, templates, name):
    assert ChatTemplate(tokenizer, templates[name]).end_marker == MARKERS[name]


def test_chatml_learns_answer_and_marker_but_not_the_newline(tokenizer):
    rendered = ChatTemplate(tokenizer).render(chat("q", "first", "r", "second", system="s"))
    assert learnt(rendered) == ["first<|im_end|>", "second<|im_end|>"]
    assert rendered.text.endswith("second<|im_end|>\n")
    assert rendered.text.startswith("<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nq")


def test_default_system_prompt_is_no_answer(tokenizer, templates):
    rendered = ChatTemplate(tokenizer, templates["default_system"]).render(chat("q", "You are Maple."))
    assert rendered.text.count("You are Maple.") == 2
    assert rendered.trained_spans[0][0] > rendered.text.index("user")
    assert learnt(rendered) == ["You are Maple.<|im_end|>"]


def test_mistral_learns_the_blank_that_the_model_must_write(tokenizer, templates):
    rendered = ChatTemplate(tokenizer, templates["mistral"]).render(chat("q", "a", "r", "b"))
    assert rendered.text == "<s>[INST] q [/INST] a</s>[INST] r [/INST] b</s>"
    assert learnt(rendered) == [" a</s>", " b</s>"]


def test_answer_that_repeats_the_question_is_found_at_its_place(tokenizer, templates):
    for name in MARKERS:
        rendered = ChatTemplate(tokenizer, templates[name]).render(chat("yes", "yes", "yes", "yes"))
        assert [text.strip() for text in learnt(rendered)] == ["yes" + MARKERS[name]] * 2
        assert rendered.text[: rendered.trained_spans[0][0]].count("yes") == 1
        assert rendered.text[: rendered.trained_spans[1][0]].count("yes") == 3


def test_template_that_shortens_earlier_answers(tokenizer, templates):
    template = ChatTemplate(tokenizer, templates["forgetful"])
    thoughtful = "<think>\nhm\n</think>\n\nfour"
    rendered = template.render(chat("two and two?", thoughtful, "sure?", thoughtful))
    assert learnt(rendered) == ["four<|im_end|>", "\nhm\n</think>\n\nfour<|im_end|>".removeprefix("\n")]
    assert template.prompt(chat("q")).endswith("<|im_start|>assistant\n<think>\n")


def test_template_without_any_marker_keeps_the_answers_own_white_space(tokenizer):
    plain = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
    assert learnt(ChatTemplate(tokenizer, plain).render(chat("q", "a  "))) == ["a  "]
    assert learnt(ChatTemplate(tokenizer, plain).render(chat("q", "a", "r", "b"))) == ["a", "b"]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="<>|[]"), min_size=1, max_size=20)
ANSWER = TEXT.filter(lambda text: text.strip() == text)


@pytest.mark.parametrize("name", [name for name in MARKERS if name != "forgetful"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXT, ANSWER), min_size=1, max_size=3), st.data())
def test_spans_are_the_answers_with_their_markers(tokenizer, templates, name, pairs, data):
    system = data.draw(st.none() | TEXT) if name != "mistral" else None
    messages = chat(*[text for pair in pairs for text in pair], system=system)
    template = ChatTemplate(tokenizer, templates[name])
    rendered = template.render(messages)
    blank = " " if name == "mistral" else ""
    assert "".join(learnt(rendered)) == "".join(blank + answer + MARKERS[name] for _, answer in pairs)
    spans = [place for span in rendered.trained_spans for place in span]
    assert spans == sorted(spans)
    assert rendered.text.startswith(template.prompt(messages[:-1]))


def test_refusal_names_the_templates_own_reason(tokenizer, templates):
    with pytest.raises(TemplateRefusal, match="only user and assistant are known"):
        ChatTemplate(tokenizer, templates["mistral"]).render(chat("q", "a", system="s"))


def test_template_that_swallows_answers_is_refused(tokenizer):
    with pytest.raises(TemplateRefusal, match="leaves an answer out"):
        ChatTemplate(tokenizer, "{% for m in messages %}{{ m['role'] }}{% endfor %}").render(
            chat("q", "a long answer")
        )


def test_tools_go_into_the_system_message_of_a_template_that_knows_none(tokenizer):
    tools = ({"type": "function", "function": {"name": "add"}},)
    rendered = ChatTemplate(tokenizer).render(chat("q", "a", system="s"), tools=tools)
    system = rendered.text.split("<|im_end|>")[0]
    assert system.startswith("<|im_start|>system\ns\n\n") and '{"name": "add"}' in system
    own = "{% for t in tools or [] %}{{ t.function.name }}!{% endfor %}{% for m in messages %}{{ m.content }}{% endfor %}"
    assert ChatTemplate(tokenizer, own).render(chat("q", "a"), tools=tools).text == "add!qa"


def counted(tokenizer, monkeypatch):
    """How often the template was asked."""
    calls = []
    before = tokenizer.apply_chat_template
    monkeypatch.setattr(tokenizer, "apply_chat_template", lambda *a, **k: calls.append(1) or before(*a, **k))
    return calls


@pytest.mark.parametrize("name", MARKERS)
def test_a_known_shape_costs_one_rendering(tokenizer, templates, monkeypatch, name):
    template = ChatTemplate(tokenizer, templates[name])
    template.render(chat("q", "a", "r", "b"))
    calls = counted(tokenizer, monkeypatch)
    for text in ("yes", "no <|im_end|>", "你好"):
        template.render(chat(text, text, "again", text))
    assert len(calls) == 3


def test_calls_are_text_for_a_template_that_knows_none(tokenizer):
    function = {"name": "add", "arguments": {"a": 1, "b": "x"}}
    calls = [{"type": "function", "function": function}] * 2
    said = {"role": "assistant", "content": "Wait.", "tool_calls": calls}
    result = {"role": "tool", "content": "2"}
    rendered = ChatTemplate(tokenizer).render(
        [*chat("q"), said, result, {"role": "assistant", "content": "2"}]
    )
    block = '<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": "x"}}\n</tool_call>'
    assert learnt(rendered) == [f"Wait.\n{block}\n{block}<|im_end|>", "2<|im_end|>"]
    assert "<|im_start|>tool\n2<|im_end|>" in rendered.text


def test_results_are_questions_for_a_template_that_knows_none(tokenizer, templates):
    said = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"type": "function", "function": {"name": "add", "arguments": {}}}],
    }
    results = [{"role": "tool", "content": "2"}, {"role": "tool", "content": "3"}]
    rendered = ChatTemplate(tokenizer, templates["mistral"]).render(
        [*chat("q"), said, *results, {"role": "assistant", "content": "5"}]
    )
    shown = "<tool_response>\n{}\n</tool_response>"
    assert f"[INST] {shown.format(2)}\n{shown.format(3)} [/INST]" in rendered.text
    assert learnt(rendered)[1] == " 5</s>"


def test_template_that_changes_an_answer_is_refused(tokenizer):
    changing = "{% for m in messages %}{{ m.role + ': ' + m.content | upper + '\n' }}{% endfor %}"
    with pytest.raises(TemplateRefusal, match="changes it"):
        ChatTemplate(tokenizer, changing).render(chat("q", "a long answer"))
    doubling = "{% for m in messages %}{{ m.content + m.content }}{% endfor %}"
    with pytest.raises(TemplateRefusal, match="changes it"):
        ChatTemplate(tokenizer, doubling).render(chat("q", "a"))


def test_template_that_looks_at_what_a_text_begins_with(tokenizer):
    source = "{% for m in messages %}{{ m.role }}{% if m.content.startswith('!') %}{{ ' loudly' }}{% endif %}{{ ': ' + m.content + '\n' }}{% endfor %}"
    rendered = ChatTemplate(tokenizer, source).render(chat("!q", "a", "q", "b: a"))
    assert rendered.text == "user loudly: !q\nassistant: a\nuser: q\nassistant: b: a\n"
    assert learnt(rendered) == ["assistant: a", "assistant: b: a"]


def test_ranges_of_texts(tokenizer):
    rendered = ChatTemplate(tokenizer).render(chat("q ", "user", system="assistant"))
    assert [rendered.text[start:end] for start, end in rendered.texts] == ["assistant", "q", "user"]


def test_file_and_faults(tokenizer, templates, write):
    path = write("own.jinja", templates["llama3"])
    assert ChatTemplate(tokenizer, str(path)).end_marker == "<|eot|>"
    for bad in (str(path) + "x", "{% for m in %}"):
        with pytest.raises(UserError) as caught:
            ChatTemplate(tokenizer, bad)
        assert caught.value.info.code == ErrorCode.TEMPLATE_MISSING
        assert caught.value.info.recipe_path == "data.template"


def test_model_without_template(tokenizer, monkeypatch):
    monkeypatch.setattr(tokenizer, "chat_template", None)
    with pytest.raises(UserError) as caught:
        ChatTemplate(tokenizer)
    assert caught.value.info.code == ErrorCode.TEMPLATE_MISSING
    assert caught.value.info.hint
