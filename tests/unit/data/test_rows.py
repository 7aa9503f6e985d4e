"""Records made fit for showing, and fingerprints."""

import datetime
import json

from hypothesis import given
from hypothesis import strategies as st

from engine.data.rows import Message, Row, content_key, digest, presentable, reject

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner) | st.tuples(inner),
    max_leaves=30,
)


@given(st.dictionaries(st.text(st.characters()), ANY), st.integers(50, 500))
def test_presentable_survives_any_writer(fields, limit):
    text = json.dumps(presentable(fields, limit=limit), ensure_ascii=False)
    text.encode("utf-8")


def test_small_records_are_shown_as_they_are():
    fields = {"a": "x", "b": [1, None, {"c": 2.5}], "d": True}
    assert presentable(fields) == fields
    assert presentable({"day": datetime.date(2024, 1, 2), "raw": b"123"}) == {
        "day": "2024-01-02",
        "raw": "(3 bytes)",
    }


def test_long_ones_are_cut():
    assert presentable({"a": "x" * 100, "b": "y"}, limit=50) == {"a": "x" * 40 + "…"}
    assert len(presentable({"a": ["word"] * 1000}, limit=200)["a"]) < 20


def test_fingerprint_knows_where_texts_end():
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest(["a"]) == digest(["a"])
    assert digest(["\ud800"]) != digest(["?"])


def test_rejections_stay_short():
    rejection = reject(1, "x", "r" * 1000, "c" * 1000)
    assert len(rejection.reason) == 401 and rejection.column is not None and len(rejection.column) == 201


def test_rows_that_differ_in_calls_answers_or_verdicts_are_no_duplicates():
    def made(**more):
        return Row("a", 1, (Message("user", "q"), Message("assistant", "a")), **more)

    def called(*names):
        calls = tuple({"type": "function", "function": {"name": name, "arguments": {}}} for name in names)
        return Row("a", 1, (Message("user", "q"), Message("assistant", "", calls)))

    other = made(rejected=(Message("assistant", "b"),))
    rows = [made(), other, made(rejected=(Message("assistant", "c"),)), made(label=True), made(label=False)]
    rows += [called("x"), called("y"), called("x", "y")]
    assert len({content_key(row) for row in rows}) == len(rows)
    assert content_key(made()) == content_key(Row("b", 9, made().messages, raw={"n": 1}))
