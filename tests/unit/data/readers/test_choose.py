"""Which reader takes a file, by name and by content; encodings."""

import codecs

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Source
from engine.data.readers import choose
from engine.data.readers.choose import open_dataset
from engine.data.store import SourceStore

ROW = '{"instruction": "你叫什么名字？", "output": "我叫小枫，是工坊的学徒。"}\n'


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.json", '[{"a": 1}]', "json"),
        ("a.json", '{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.json", '{"a": \n{"a": 2}\n{"a": 3}\n{"a": 4}\n', "jsonl"),
        ("a.JSON", '{\n "a": 1\n}', "json"),
        ("a.jsonl", '{"a": 1}\n', "jsonl"),
        ("a.ndjson", "", "jsonl"),
        ("a", '{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.data", '[{"a": 1}]', "json"),
        ("a.dat", "q;a\n1;2\n3;4\n5;6\n", "csv"),
        ("a.tsv", "q\ta\n", "csv"),
        ("a.txt", "q,a\n1,2\n3,4\n5,6\n", "text"),
        ("a.log", "nothing, in particular\nhere\n", "text"),
    ],
)
def test_reader(write, name, content, expected):
    assert open_dataset(write(name, content)).reader.format == expected


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ROW.encode(), "utf-8"),
        (codecs.BOM_UTF8 + ROW.encode(), "utf-8-sig"),
        (ROW.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + ROW.encode("utf-16-be"), "utf-16"),
        (ROW.encode("utf-32"), "utf-32"),
        (ROW.encode("gb18030"), "gb18030"),
        (ROW.encode("utf-16-le"), "utf-16-le"),
        (ROW.encode("utf-16-be"), "utf-16-be"),
        ((ROW * 3).encode() + b"\xe9\n", "utf-8"),
    ],
)
def test_encoding(write, data, encoding):
    file = open_dataset(write("a.jsonl", data))
    assert file.encoding == encoding
    records = [item.fields for item in file.items() if hasattr(item, "fields")]
    assert {"instruction": "你叫什么名字？", "output": "我叫小枫，是工坊的学徒。"} in records


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_an_encoding_that_shows_late_is_found(write, luthier_home, name):
    plain = b'{"instruction": "plain", "output": "ascii"}\n' if name == "a.jsonl" else b"plain,ascii\n"
    late = ROW if name == "a.jsonl" else "你叫什么名字？,我叫小枫，是工坊的学徒。\n"
    head = b"" if name == "a.jsonl" else b"instruction,output\n"
    path = write(name, head + plain * 100_000 + late.encode("gb18030") * 20)
    loaded = SourceStore().load(Source(path=str(path)))
    assert loaded.file.encoding == "gb18030" and not len(loaded.rejected)
    assert loaded.rows[-1].answers == ("我叫小枫，是工坊的学徒。",)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "請問小提琴有幾根弦？答案是四根弦，依五度定音。這是繁體中文的句子，長一點比較好認。"),
        ("shift_jis", "ヴァイオリンには弦が何本ありますか？四本あります。これは日本語の文章です。"),
        (
            "cp1252",
            "Wie viele Saiten hat die Geige? Vier, natürlich – und die Schnecke gehört dazu. Größe, Fuß, Öl.",
        ),
        ("cp1251", "Сколько струн у скрипки? Четыре струны, настроенные по квинтам. Это русский текст."),
    ],
)
def test_other_encodings_are_believed(write, encoding, text):
    path = write("a.csv", ("instruction,output\n" + f'q,"{text}"\n' * 6).encode(encoding))
    file = open_dataset(path)
    assert [item.fields["output"] for item in file.items()] == [text] * 6


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["小提琴有几根弦？四根弦。", "Сколько струн у скрипки", "弦は何本ですか。四本です。"]
)
def test_utf16_without_a_mark_is_known_in_other_scripts(write, encoding, text):
    file = open_dataset(write("a.csv", ("问题,答案\n" + f"{text},{text}\n" * 5).encode(encoding)))
    assert file.encoding == encoding
    assert [item.fields["答案"] for item in file.items()] == [text] * 5


@pytest.mark.parametrize(
    "data", [b"text\nabcdef\0gh\nabcdef\n", "文\n你好\0世界，你好\n".encode(), b"\0" * 64]
)
def test_a_null_character_does_not_make_it_utf16(write, data):
    assert not open_dataset(write("a.csv", data)).encoding.startswith("utf-16")


def test_utf8_with_bad_bytes_is_not_taken_for_gb18030(write):
    data = '{"a": "你好世界"}\n'.encode() * 3 + b'{"a": "\xb0\xa1"}\n'
    assert data.decode("gb18030")
    file = open_dataset(write("a.jsonl", data))
    assert [getattr(item, "code", None) for item in file.items()] == [None, None, None, "bad_encoding"]


def test_one_stray_byte_is_not_taken_for_chinese(write):
    file = open_dataset(write("a.jsonl", b'{"a": "caf\xe9s"}\n{"a": "tea"}\n'))
    assert file.encoding == "utf-8"
    assert [getattr(item, "code", None) for item in file.items()] == ["bad_encoding", None]


def test_missing_folder_and_binary(write, tmp_path):
    for path, code in (
        (tmp_path / "none.json", ErrorCode.NOT_FOUND),
        (tmp_path, ErrorCode.UNREADABLE),
        (write("a.bin", b"\0\1\2\3" * 100), ErrorCode.UNREADABLE),
    ):
        with pytest.raises(UserError) as caught:
            open_dataset(path)
        assert caught.value.info.code == code
        assert str(path) in caught.value.info.message


def test_texts_out_of_proportion_to_their_file_are_not_read_on(tmp_path, monkeypatch):
    import pyarrow as pa

    words = pa.DictionaryArray.from_arrays(pa.array([0] * 500, pa.int32()), pa.array(["x" * 1000]))
    table = pa.table({"text": words})
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    file = open_dataset(tmp_path / "a.arrow")
    assert len(list(file.items())) == 500
    monkeypatch.setattr(choose, "_FEW_CHARS", 0)
    monkeypatch.setattr(choose, "_CHARS_A_BYTE", 10)
    with pytest.raises(UserError, match="over 10 times its size"):
        list(file.items())


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("a.csv", b"PK\x03\x04\x14", "a ZIP archive under another name"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1", "an old Office document"),
        ("a.jsonl", b"\x89PNG\r\n", "a picture"),
        ("a.txt", b"SQLite format 3\0", "a database"),
        ("a.json", b"\x7fELF", "a program"),
    ],
)
def test_what_is_something_else_under_the_name_of_a_dataset(write, name, head, words):
    with pytest.raises(UserError, match=words):
        open_dataset(write(name, head + b"\0" * 100))
