"""Text files of ChatML conversations."""

import pytest

from engine.contract.recipe import Source
from engine.data import api
from engine.data.readers import chatml_text
from engine.data.readers.choose import open_dataset


def turn(role, text):
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"


ONE = turn("system", "s") + turn("user", "q\n\nq") + turn("assistant", "a\n\nb")
TWO = turn("user", "r") + "\n" + turn("assistant", "c")


def test_one_row_a_conversation(write, read):
    path = write("a.txt", "\n" + ONE + "\n" + TWO + "\n\n" + ONE + ONE)
    rows = read(path)
    assert [row.fields["text"] for row in rows] == [text.rstrip("\n") for text in (ONE, TWO, ONE, ONE)]
    assert [row.line for row in rows] == [2, 13, 20, 30]
    written = path.read_text().split("\n")
    assert all(written[row.line - 1] == row.fields["text"].split("\n")[0] for row in rows)


def test_several_questions_without_a_blank_line_are_one_conversation(write, read):
    assert len(read(write("a.txt", ONE + turn("user", "more") + turn("assistant", "d")))) == 1


def test_rows_are_conversations(write):
    (file,) = api.inspect([Source(path=str(write("a.txt", f"{ONE}\n{TWO}\n{turn('user', 'alone')}")))]).files
    assert (file.format, file.family, file.rows, file.accepted) == ("chatml", "chatml", 3, 2)
    assert [(item.code, item.line) for item in file.rejected] == [("no_answer", 18)]


@pytest.mark.parametrize(
    ("name", "text"), [("a.jsonl", '{"text": "<|im_start|>"}'), ("a.txt", "On <|im_start|>"), ("a.csv", ONE)]
)
def test_other_files_are_not_taken(write, name, text):
    assert open_dataset(write(name, text)).reader.format != "chatml"


def test_a_huge_conversation_costs_one_row(write, read, monkeypatch):
    monkeypatch.setattr(chatml_text, "MAX_CELL_CHARS", 150)
    rows = read(write("a.txt", turn("user", "x" * 200) + turn("assistant", "a") + "\n" + TWO))
    assert [getattr(row, "code", "row") for row in rows] == ["too_large", "row"]
