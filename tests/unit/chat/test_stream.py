"""What is shown of an answer: whole characters, nothing of a stop string, all of the rest."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.chat.stream import TextStream


def _play(data: bytes, cuts: list[int], stop: tuple[str, ...] = ()) -> tuple[list[str], bool]:
    pieces: list[str] = []
    stream = TextStream(stop, pieces.append)
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        if stream.feed(data[start:end]):
            stream.finish()
            return pieces, True
    stream.finish()
    return pieces, False


@given(st.text(), st.lists(st.integers(0, 10_000)))
def test_text_survives_any_cutting(text: str, cuts: list[int]) -> None:
    pieces, stopped = _play(text.encode("utf-8", errors="surrogatepass"), cuts)
    assert "".join(pieces) == text and not stopped
    assert "" not in pieces


def test_no_piece_breaks_a_character() -> None:
    text = "狐狸🦊说：👩‍👩‍👧!"
    pieces, _ = _play(text.encode(), list(range(len(text.encode()))))
    assert "".join(pieces) == text
    assert all("\ufffd" not in piece for piece in pieces)


@given(st.text("ab", max_size=12), st.text("ab", min_size=1, max_size=4), st.lists(st.integers(0, 100)))
def test_a_stop_string_ends_the_answer_before_it(text: str, stop: str, cuts: list[int]) -> None:
    pieces, stopped = _play(text.encode(), cuts, (stop,))
    assert stopped == (stop in text)
    shown = "".join(pieces)
    assert text.startswith(shown) and stop not in shown
    if not stopped:
        assert shown == text
    else:
        assert text[len(shown) :].startswith(stop)


def test_the_beginning_of_a_stop_string_waits_and_is_told_if_it_was_none() -> None:
    pieces: list[str] = []
    stream = TextStream(("###",), pieces.append)
    assert not stream.feed(b"one ##")
    assert pieces == ["one "]
    assert not stream.feed(b" two")
    stream.finish()
    assert "".join(pieces) == "one ## two" == stream.text


def test_an_answer_cut_inside_a_character_ends_with_the_replacement() -> None:
    pieces, _ = _play("a🦊".encode()[:3], [])
    assert "".join(pieces) == "a\ufffd"


@pytest.mark.parametrize("stop", [(), ("",)])
def test_an_empty_stop_string_stops_nothing(stop: tuple[str, ...]) -> None:
    assert _play(b"hello", [2], stop) == (["he", "llo"], False)
