import ftfy
from hypothesis import given
from hypothesis import strategies as st

from engine.data.steps.repair_unicode import RepairUnicode


def test_mojibake_is_mended(rows, texts):
    result = RepairUnicode().apply(rows(("itâ€™s", "cafÃ©"), ("fine", "é")))
    assert texts(result.kept) == [("it’s", "café"), ("fine", "é")]
    assert result.changed == 1 and not result.removed


def test_chinese_punctuation_and_quotes_stay(rows, texts):
    pair = ("“你好”，世界！", "ＡＢＣ：１２３；“引号”……——小枫")
    result = RepairUnicode().apply(rows(pair))
    assert texts(result.kept) == [pair] and result.changed == 0


def test_options(rows, texts):
    made = rows(("“x”", "ＡＢＣ，&amp; e\u0301 ﬁ"))
    assert texts(RepairUnicode(straight_quotes=True).apply(made).kept)[0][0] == '"x"'
    assert texts(RepairUnicode(half_width=True).apply(made).kept)[0][1].startswith("ABC,&amp;")
    assert "& é ﬁ" in texts(RepairUnicode(html_entities=True).apply(made).kept)[0][1]
    assert "e\u0301" in texts(RepairUnicode(normalization="none").apply(made).kept)[0][1]
    assert "fi" in texts(RepairUnicode(normalization="NFKC").apply(made).kept)[0][1]
    assert texts(RepairUnicode(mojibake=False).apply(rows(("q", "cafÃ©"))).kept) == [("q", "cafÃ©")]


def test_control_characters_go(rows, texts):
    assert texts(RepairUnicode().apply(rows(("a\x00b", "\x1b[31mred\x1b[0m"))).kept) == [("ab", "red")]


@given(st.text(st.characters(max_codepoint=127), max_size=40), st.booleans())
def test_plain_text_takes_the_short_way_to_the_same_end(text, html_entities):
    step = RepairUnicode(html_entities=html_entities)
    if step._is_plain(text):
        assert ftfy.fix_text(text, config=step._config()) == text
