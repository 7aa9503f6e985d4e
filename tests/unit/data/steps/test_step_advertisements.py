import dataclasses

import pytest

from engine.data.rows import Message
from engine.data.steps.advertisements import Advertisements

GOOD = "Bread needs time. Let it rise."


def answer(rows, text, **options):
    result = Advertisements(**options).apply(rows(("q", text)))
    return result.kept[0].answers[0] if result.kept else None


@pytest.mark.parametrize(
    "advert",
    [
        "Click here to subscribe to more recipes!",
        "Don't forget to like and subscribe!",
        "Use promo code BREAD for 10% off!",
        "Buy now and save.",
        "This post contains affiliate links.",
        "扫码关注我们的公众号。",
        "加微信：baker123。",
        "点击下方链接领取优惠券！",
    ],
)
def test_the_sentence_or_the_row_goes(rows, advert):
    assert answer(rows, f"{GOOD} {advert} It is worth it.") == f"{GOOD} It is worth it."
    assert answer(rows, f"{GOOD}\n\n{advert}\n\nEnd.") == f"{GOOD}\n\nEnd."
    assert answer(rows, f"{GOOD} {advert}", advertisements="row") is None
    assert answer(rows, f"{GOOD} {advert}", advertisements="keep") == f"{GOOD} {advert}"


@pytest.mark.parametrize(
    "text",
    [
        '{"text": "Buy now!"}',
        "Let me prepare the API call now.",
        "Could you please share the posts with me?",
        "扫描是检测和识别图像的过程。",
        "Customers like special discounts or offers.",
        "Identify the type of choice presented by the statement.",
        "用户可以通过微信建立联系。微信还支持多种接口。",
        "To subscribe to an event in JavaScript, call addEventListener.",
        "The shop offers bread.\nPi is 3.14. Version 2.0.1 is out?! Yes...",
        "See https://example.com/a_(b)?c=d#e for more about it.",
    ],
)
def test_text_stays(rows, text):
    assert answer(rows, text) == text


def test_an_answer_that_only_advertises_stays(rows):
    assert answer(rows, "Buy now!") == "Buy now!"


def test_rows_of_links_go(rows):
    links = "\n".join(f"- page {number}: https://example.com/{number}" for number in range(11))
    assert answer(rows, links + "\n" + GOOD * 30) is None
    assert answer(rows, links + "\n" + GOOD * 30, max_urls=11) is not None
    assert answer(rows, links + "\n" + GOOD * 30, max_urls=None) is not None
    assert answer(rows, "see https://example.com/a/long/address/of/a/page") is None
    assert answer(rows, "see https://example.com/a/long/address/of/a/page", max_url_share=1.0) is not None
    assert Advertisements(max_urls=0).apply(rows(("https://example.com", GOOD))).kept


def test_addresses_can_be_removed(rows):
    text = "Read [the book](https://example.com/a_(b)), ![pic](https://x.y/z.png) or www.example.com. `curl https://a.b` stays."
    assert (
        answer(rows, text, urls="remove", max_url_share=1.0)
        == "Read the book, pic or . `curl https://a.b` stays."
    )
    assert answer(rows, "网站（www.meetup.com）：很好", urls="remove", max_url_share=1.0) == "网站（）：很好"


def test_rejected_answers_are_cleaned_too(rows):
    (row,) = rows(("q", GOOD))
    row = dataclasses.replace(row, rejected=(Message("assistant", f"{GOOD} Buy now!"),))
    (new,) = Advertisements().apply((row,)).kept
    assert new.rejected[0].content.strip() == GOOD


def test_what_is_only_an_address_without_its_advertisement_goes_too(rows):
    text = "Buy now and here! https://example.com/x"
    assert answer(rows, text, max_url_share=0.7) is None
