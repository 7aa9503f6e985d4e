"""Lines in and out: every cut, every value, every kind of junk."""

import itertools
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contract.codec import MAX_LINE_BYTES, CodecError, Framer, decode, encode

numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
messages = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), values, max_size=5
)


def lines_of(framer: Framer, *chunks: bytes) -> list[bytes | CodecError]:
    return [line for chunk in chunks for line in framer.feed(chunk)]


@given(st.lists(messages, min_size=1, max_size=4), st.data())
def test_any_stream_survives_being_cut_anywhere(sent: list[dict[str, object]], data: st.DataObject) -> None:
    stream = b"".join(encode(message) for message in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    edges = [0, *cuts, len(stream)]
    chunks = [stream[start:end] for start, end in itertools.pairwise(edges)]
    framer = Framer()
    got = lines_of(framer, *chunks)
    assert [decode(line) for line in got if isinstance(line, bytes)] == sent
    assert len(got) == len(sent)
    assert framer.pending == 0


def test_a_stream_cut_at_every_single_byte() -> None:
    sent = [{"id": 1, "type": "hello", "app_version": "小枫 🍁"}, {"id": 2, "type": "schema"}]
    stream = b"".join(encode(message) for message in sent)
    for cut in range(len(stream) + 1):
        got = lines_of(Framer(), stream[:cut], stream[cut:])
        assert [decode(line) for line in got if isinstance(line, bytes)] == sent, cut


def test_one_byte_at_a_time() -> None:
    stream = encode({"a": "é"}) + b"\r\n\n  \n" + encode({"b": 2})
    got = lines_of(Framer(), *(stream[i : i + 1] for i in range(len(stream))))
    assert [decode(line) for line in got if isinstance(line, bytes)] == [{"a": "é"}, {"b": 2}]


def test_not_a_number_and_infinities_survive() -> None:
    back = decode(encode({"x": [float("nan"), float("inf"), float("-inf"), 0.1]}))
    nan, up, down, tenth = back["x"]
    assert math.isnan(nan) and up == math.inf and down == -math.inf and tenth == 0.1


def test_a_lone_surrogate_does_not_break_the_stream() -> None:
    line = encode({"text": "a\ud800b"})
    assert line.endswith(b"\n")
    assert decode(line)["text"].startswith("a")


def test_newlines_inside_text_stay_inside_the_line() -> None:
    line = encode({"text": "one\ntwo\r\nthree\u2028"})
    assert line.count(b"\n") == 1
    assert decode(line)["text"] == "one\ntwo\r\nthree\u2028"


@pytest.mark.parametrize(
    "line",
    [b"", b"junk", b"[1]", b"3", b'"x"', b"null", b'{"a":', b'{"a": "\xff"}', b"\xfe\xff", b"[" * 100_000],
)
def test_what_is_no_message_is_a_codec_error(line: bytes) -> None:
    with pytest.raises(CodecError):
        decode(line)


def test_a_message_beyond_the_limit_is_refused_before_it_is_sent() -> None:
    with pytest.raises(CodecError):
        encode({"text": "x" * MAX_LINE_BYTES})


def test_ten_megabytes_without_a_newline_cost_no_memory_and_one_error() -> None:
    framer = Framer()
    errors = []
    for _ in range(160):
        errors += list(framer.feed(b"\x00\xff junk" * 8192))
        assert framer.pending <= MAX_LINE_BYTES
    assert len(errors) == 1 and isinstance(errors[0], CodecError)
    after = lines_of(framer, b"the junk's end\n" + encode({"id": 9}))
    assert after == [b'{"id":9}']


def test_ten_megabytes_of_short_junk_lines_all_come_out() -> None:
    junk = b"no json at all\n" * 700_000
    got = lines_of(Framer(), junk + encode({"id": 1}))
    assert len(got) == 700_001
    assert got[-1] == b'{"id":1}'


def test_a_line_over_the_limit_that_arrives_whole_is_one_error() -> None:
    framer = Framer(limit=10)
    got = lines_of(framer, b"12345678901\nok\n")
    assert isinstance(got[0], CodecError) and got[1:] == [b"ok"]


def test_the_line_is_plain_json_in_utf8() -> None:
    assert json.loads(encode({"名": 1}).decode("utf-8")) == {"名": 1}
    assert "名".encode() in encode({"名": 1})
