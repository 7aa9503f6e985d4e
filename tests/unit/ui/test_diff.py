"""Two texts as one: what is marked is what differs, and nothing of a text is markup."""

from hypothesis import given
from hypothesis import strategies as st

from app.ui import diff
from app.ui.theme import LIGHT


def test_words_that_differ_are_marked() -> None:
    assert diff.parts("I donâ€™t know", "I don’t know") == [
        ("same", "I "),
        ("gone", "donâ€™"),
        ("new", "don’"),
        ("same", "t know"),
    ]


def test_long_unchanged_stretches_are_left_out() -> None:
    same = "word " * 100
    pieces = diff.parts(f"{same}old {same}", f"{same}new {same}")
    assert [what for what, _ in pieces] == ["gap", "same", "gone", "new", "same", "gap"]
    assert sum(len(text) for _, text in pieces) < 200


@given(st.text("ab \n", max_size=80), st.text("ab \n", max_size=80))
def test_the_pieces_are_both_texts(before: str, after: str) -> None:
    pieces = diff.parts(before, after)
    assert "".join(text for what, text in pieces if what in ("same", "gone")) == before
    assert "".join(text for what, text in pieces if what in ("same", "new")) == after


def test_markup_in_a_text_is_text() -> None:
    html = diff.as_html([("same", "<b>"), ("gone", "<script>"), ("new", "a\tb\nc")], LIGHT)
    assert "<b>" not in html and "<script>" not in html
    assert "a→b⏎<br>c" in html, "white space that changed can be seen"


def test_a_change_of_blanks_alone_can_be_seen() -> None:
    html = diff.as_html(diff.parts("a  b", "a b"), LIGHT)
    assert "··" in html and "·" in html
