import dataclasses

import pytest

from engine.data.personal import chinese_id, luhn
from engine.data.rows import Message
from engine.data.steps.personal_data import PersonalData


def masked(rows, text, **options):
    return PersonalData(**options).apply(rows(("q", text))).kept[0].answers[0]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Write to a.b+c@mail.example.co.uk.", "Write to [EMAIL]."),
        ("邮箱：zhang_san@例.com，or li@qq.com。", "邮箱：zhang_san@例.com，or [EMAIL]。"),
        ("Call +1 650-253-0000, (650) 253-0000 or 650-253-0000!", "Call [PHONE], [PHONE] or [PHONE]!"),
        ("手机13812345678，或138 1234 5678，固话010-62345678。", "手机[PHONE]，或[PHONE]，固话[PHONE]。"),
        ("Tel: +44 20 7946 0958.", "Tel: [PHONE]."),
        ("0086 138 1234 5678", "[PHONE]"),
        ("Card 4111 1111 1111 1111, 5500-0000-0000-0004", "Card [CARD], [CARD]"),
        ("身份证号11010519491231002X。", "身份证号[ID]。"),
        ("SSN 078-05-1120; NI AB 12 34 56 C; DNI 12345678Z", "SSN [ID]; NI [ID]; DNI [ID]"),
        ("1 69 05 49 588 157 33", "[ID]"),
        ("alice@x.org and bob@x.org", "[EMAIL] and [EMAIL]"),
    ],
)
def test_hidden(rows, text, after):
    assert masked(rows, text) == after
    assert masked(rows, after) == after


@pytest.mark.parametrize(
    "text",
    [
        "0.9235687435 and 3.14159265358979",
        "2024-01-15 10:30:22, 2010-2015-2020, 1,234,567,890",
        "order 13812345678901, QQ 1234567890, 12345678",
        "4111 1111 1111 1112",
        "110105194912310021",
        "12345678A",
        "ISBN 978-3-16-148410-0",
        "1 69 05 49 588 157 80",
        "x = 1234567 + 7654321",
        "user@localhost, @name, a@b",
        "192.168.1.20",
        "00000000000000000",
    ],
)
def test_other_numbers_stay(rows, text):
    assert masked(rows, text) == text


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("email", "a@b.org"),
        ("phone", "+1 650-253-0000"),
        ("card", "4111111111111111"),
        ("national_id", "11010519491231002X"),
    ],
)
def test_each_kind_can_be_left_out(rows, option, text):
    assert masked(rows, text) != text and masked(rows, text, **{option: False}) == text


def test_addresses_of_computers_on_request(rows):
    text = "10.0.0.7, 2001:db8::1, 127.0.0.1, ::1, 999.1.1.1, 1.2.3.4.5, 12:30:45"
    assert masked(rows, text) == text
    assert masked(rows, text, ip=True) == "[IP], [IP], 127.0.0.1, ::1, 999.1.1.1, 1.2.3.4.5, 12:30:45"


def test_countries_and_placeholder(rows):
    assert masked(rows, "650-253-0000", regions=("DE",)) == "650-253-0000"
    assert masked(rows, "13812345678", regions=("US",)) == "13812345678"
    assert masked(rows, "+1 650-253-0000", regions=()) == "[PHONE]"
    assert masked(rows, "a@b.org", replacement="<{kind}> {x}") == "<EMAIL> {x}"


def test_check_digits():
    assert luhn("4111111111111111") and not luhn("4111111111111112")
    right = [last for last in "0123456789X" if chinese_id("11010519491231002" + last)]
    assert right == ["X"] and chinese_id("11010519491231002x")


def test_every_turn_but_no_call(rows):
    (row,) = rows(("mail a@b.org", "mail c@d.org"))
    call = {"type": "function", "function": {"name": "mail", "arguments": {"to": "c@d.org"}}}
    calling = dataclasses.replace(row.messages[1], tool_calls=(call,))
    row = dataclasses.replace(
        row, messages=(row.messages[0], calling), rejected=(Message("assistant", "e@f.org"),)
    )
    (new,) = PersonalData().apply((row,)).kept
    assert [item.content for item in (*new.messages, *new.rejected)] == [
        "mail [EMAIL]",
        "mail [EMAIL]",
        "[EMAIL]",
    ]
    assert new.messages[1].tool_calls == (call,)
