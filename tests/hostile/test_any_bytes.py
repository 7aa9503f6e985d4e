"""Whatever bytes stand in a file, under whatever name: rows and rejections that add up, or a sentence."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contract.errors import UserError
from engine.contract.recipe import Source
from engine.contract.results import Rejection
from engine.data.readers.base import Item
from engine.data.readers.choose import open_dataset
from engine.data.rows import Record
from engine.data.store import SourceStore
from tests.hostile.containers import tar_of, zipped
from tests.hostile.documents import TEXT, book, packed, page, paragraph, pdf_of, stream, word_parts

NAMES = ("a.csv", "a.tsv", "a.json", "a.jsonl", "a.txt", "a.md", "a.data", "a", "a.CSV", "a.ndjson")
CALM = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

TABLE_PARTS = st.sampled_from(
    [
        '"',
        '""',
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r\n",
        "\r",
        "a",
        "instruction",
        "output",
        " ",
        "\0",
        "\ufeff",
        "\x85",
        "你",
    ]
)
JSON_PARTS = st.sampled_from(
    [
        "{", "}", "[", "]", ":", ",", '"', "\n", " ", "\\", "\\u", "d83d", "null", "true", "1", "-", "1e999", "NaN", "\t",
        '"instruction"', '"output"', '"text"', '"messages"', '"role"', '"user"', '"content"', '{"text": "x"}',
        '{"instruction": "a", "output": "b"}', "\0", "\ufeff", "\u2028", "\r", "你好",
    ]
)  # fmt: skip
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])


def encoded(parts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    """Texts of ``parts`` in any encoding."""
    texts = st.lists(parts, max_size=60).map("".join)
    return st.builds(lambda text, encoding: text.encode(encoding), texts, ENCODINGS)


CONTENTS = st.one_of(st.binary(max_size=300), encoded(TABLE_PARTS), encoded(JSON_PARTS))


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[None]:
    """Nothing is kept in the user's own folder."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUTHIER_HOME", folder)
        yield


def items_of(path: Path) -> list[Item] | UserError:
    try:
        return list(open_dataset(path).items())
    except UserError as error:
        return error


def check(name: str, data: bytes) -> None:
    """Read ``data`` as the readers give it and as it is stored; both must say the same of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        items = items_of(path)
        try:
            loaded = SourceStore(keep=0).load(Source(path=str(path)))
        except UserError as error:
            assert isinstance(items, UserError) and error.info.message
            return
        assert isinstance(items, list)
        lines = [item.line for item in items]
        assert all(isinstance(item, Record | Rejection) for item in items)
        assert lines == sorted(lines) and all(line >= 1 for line in lines)
        assert len(loaded.rows) + len(loaded.rejected) == len(items)
        assert all(item.reason and item.code for item in items if isinstance(item, Rejection))


@given(st.sampled_from(NAMES), CONTENTS)
@CALM
def test_any_text_adds_up(name: str, data: bytes) -> None:
    check(name, data)


def spoilt(data: bytes) -> st.SearchStrategy[bytes]:
    """``data`` with bytes changed, cut out or doubled."""
    place = st.integers(0, len(data))
    change = st.tuples(place, place, st.binary(max_size=6))

    def apply(changes: list[tuple[int, int, bytes]]) -> bytes:
        made = data
        for start, length, put in changes:
            made = made[:start] + put + made[start + length % 9 :]
        return made

    return st.lists(change, min_size=1, max_size=4).map(apply)


SOUND = {
    "a.xlsx": book(),
    "a.docx": packed(word_parts(paragraph("one") + paragraph("two"))),
    "a.pdf": pdf_of(page(stream(TEXT))),
    "a.zip": zipped({"rows.jsonl": b'{"instruction": "a", "output": "b"}\n' * 5}),
    "a.tar": tar_of({"rows.jsonl": b'{"instruction": "a", "output": "b"}\n' * 5}),
}


@pytest.mark.parametrize("name", SOUND)
@given(data=st.data())
@CALM
def test_a_spoilt_document_is_read_or_refused(name: str, data: st.DataObject) -> None:
    spoiled = data.draw(spoilt(SOUND[name]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(spoiled)
        inside = path / "rows.jsonl" if name in ("a.zip", "a.tar") else path
        found = items_of(inside)
        assert found.info.message if isinstance(found, UserError) else all(item.line >= 1 for item in found)
