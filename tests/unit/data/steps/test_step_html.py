import dataclasses

import pytest

from engine.data.rows import Message
from engine.data.steps.html import Html

PAGE = """<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>
<nav><a href="/">Home</a></nav><h1>Bread</h1>
<p>Flour
  and &amp; water<br>Salt</p><ul><li>mix</li><li>bake <b>well</b></li></ul>
<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>
<pre><code>def f():
    return 1</code></pre><div class="cookie-banner">We use cookies</div><script>x()</script><footer>me</footer></body></html>"""


def plain(text, **options):
    return Html(**options)._plain(text)


def test_a_page_becomes_its_text():
    assert plain(PAGE) == (
        "# Bread\n\nFlour and & water\nSalt\n\n- mix\n- bake well\n\n1 | 2\n3 | 4\n\n```\ndef f():\n    return 1\n```"
    )
    assert "Home" in plain(PAGE, boilerplate=False) and "We use cookies" in plain(PAGE, boilerplate=False)


@pytest.mark.parametrize(
    "text",
    [
        "Explain what the <div> tag does",
        "a < b and b > c, List<String> x; x <- 3",
        "```html\n<p>stays</p>\n```",
        "inline `<b>stays</b>` too",
        "| a | b |\n|---|---|\n\n* item\n\n    indented",
        "AT&T &amp; co",
        '[{"html": "<p>stays, as it is a result</p>"}]',
        "All rights reserved to the author are described in chapter 3.",
    ],
)
def test_what_is_no_markup_stays(text):
    assert plain(text) == text


def test_markdown_around_tags_keeps_its_shape():
    text = "Use <b>bold</b>.\n\n* one <i>x</i>\n* a < b\n\n    code"
    assert plain(text) == "Use bold.\n\n* one x\n* a < b\n\n    code"


def test_lines_around_a_text_go():
    text = "First.\n\nAll rights reserved.\n点击阅读全文\n> Read more\n\nLast."
    assert plain(text) == "First.\n\nLast."
    assert plain(text, boilerplate=False) == text
    assert plain("<p>x</p>", tags=False) == "<p>x</p>"


def test_the_rejected_answer_is_cleaned_and_calls_stay(rows):
    (row,) = rows(("q", "<p>good</p>"))
    call = {"type": "function", "function": {"name": "f", "arguments": {"html": "<p>x</p>"}}}
    calling = dataclasses.replace(row.messages[1], tool_calls=(call,))
    row = dataclasses.replace(
        row, messages=(row.messages[0], calling), rejected=(Message("assistant", "<p>bad</p>"),)
    )
    (new,) = Html().apply((row,)).kept
    assert new.messages[1].content == "good" and new.rejected[0].content == "bad"
    assert new.messages[1].tool_calls == (call,)


def test_an_answer_of_markup_only_stays(rows):
    made = rows(("q", "<p> </p>"))
    assert Html().apply(made).kept == made


def test_hostile_nesting_ends(rows):
    text = "<div>" * 15_000 + "deep" + "</div>"
    assert plain(text) == "deep"
    assert plain("<b>" * 30_000 + "</b>").startswith("<b>")


def test_lists_keep_their_numbers_and_items_their_line():
    assert (
        plain("<ol><li><p>One</p></li><li>two<ul><li>a</li></ul></li></ol>end")
        == "1. One\n\n2. two\n\n- a\n\nend"
    )
