"""Rejections, however many: all kept, counted by what is wrong, and never held in memory."""

import dataclasses

from engine.data.rejections import RejectionWriter, Reports, Unfit
from engine.data.rows import Message, Row, reject
from engine.data.table import rows_in


def many(count):
    return [
        reject(place, "bad_json", f"No JSON at character {place}")
        if place % 3
        else reject(place, "empty_answer", "The answer is empty", f"messages[{place}].content")
        for place in range(count)
    ]


def stored(items):
    writer = RejectionWriter()
    for item in items:
        writer.add(item)
    return writer.finish()


def test_all_are_kept_in_order():
    items = many(10_000)
    kept = stored(items)
    assert list(kept) == items == kept and len(kept) == 10_000
    assert (kept[0], kept[9999], kept[-2], kept[4095:4098]) == (items[0], items[9999], items[-2], tuple(items[4095:4098]))  # fmt: skip
    assert kept != stored(items[:-1])


def test_groups_leave_places_and_numbers_out_and_count_everything():
    groups = stored(many(9000)).groups
    assert [(group.code, group.column, group.count, group.first_line) for group in groups] == [
        ("bad_json", None, 6000, 1),
        ("empty_answer", "messages.content", 3000, 0),
    ]


def test_groups_are_bounded():
    words = [reject(place, "bad_role", f"The role {'x' * place!r} is not known") for place in range(1, 300)]
    groups = stored(words).groups
    assert len(groups) <= 101 and sum(group.count for group in groups) == 299
    assert max(groups, key=lambda group: group.count).code == "other"


def test_reports_of_several_files():
    rows = rows_in([Row("c", line, (Message("user", "q"),)) for line in (4, 7, 9)])
    unfit = Unfit(rows, "needs_objective", "Rows need another objective")
    reports = Reports((("a", stored(many(4))),)).and_then(("b", []), ("c", unfit))
    assert len(reports) == 7 and [path for path, _ in reports] == ["a"] * 4 + ["c"] * 3
    assert [item.line for _, item in reports[4:]] == [4, 7, 9] == [item.line for item in unfit]
    assert reports[-1] == list(reports)[-1]
    assert dict(reports.counts()) == {
        ("needs_objective", "Rows need another objective"): 3,
        ("bad_json", "No JSON at character 1"): 2,
        ("empty_answer", "The answer is empty"): 2,
    }
    assert dataclasses.replace(reports).parts == reports.parts
