"""Parquet: rows by number, nested values as Python's, damage as a sentence."""

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.data.readers.choose import open_dataset


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
