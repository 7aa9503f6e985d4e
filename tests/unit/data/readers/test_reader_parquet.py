"""Parquet: rows by number, nested values as Python's, damage as a sentence."""

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.data.readers import parquet
from engine.data.readers.choose import open_dataset
from engine.data.readers.parquet import Parquet


def test_rows(tmp_path, read):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{"messages": [{"role": "user", "content": str(index)}]} for index in range(1200)]
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    items = read(path)
    assert [item.line for item in items] == list(range(1, 1201))
    assert items[1199].fields == rows[1199]
    assert open_dataset(path).encoding == "binary"


def test_damage_is_a_user_error(write, read):
    with pytest.raises(UserError) as caught:
        read(write("a.parquet", b"PAR1 and then nothing of the kind"))
    assert caught.value.info.code == ErrorCode.UNREADABLE
    assert "a.parquet" in caught.value.info.message


def test_long_words_that_repeat_are_unpacked_few_rows_at_a_time(tmp_path, read, monkeypatch):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"text": ["x" * 100_000] * 64, "n": range(64)})
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd")
    monkeypatch.setattr(parquet, "_BATCH_BYTES", 1_000_000)
    sizes = []
    batches = pq.ParquetFile.iter_batches
    monkeypatch.setattr(
        pq.ParquetFile,
        "iter_batches",
        lambda file, batch_size: sizes.append(batch_size) or batches(file, batch_size),
    )
    assert [item.fields["n"] for item in Parquet().read(tmp_path / "a.parquet", "")] == list(range(64))
    assert sizes == [9]


@pytest.mark.parametrize("table", [{"text": [None] * 1_000_000}, {"messages": [[None] * 3_000_000]}])
def test_a_few_bytes_that_stand_for_millions_are_refused(tmp_path, read, table):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(table), tmp_path / "a.parquet", compression="zstd")
    with pytest.raises(UserError, match="it says that it has"):
        read(tmp_path / "a.parquet")
    assert parquet._page_bytes(b"") == 0
