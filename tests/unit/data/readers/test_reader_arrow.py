"""Arrow IPC files and streams, and Feather, which is the same."""

import pyarrow as pa
import pyarrow.feather as feather
import pytest

from engine.contract.errors import UserError
from engine.data.readers.choose import open_dataset

TABLE = pa.table({"instruction": ["a", "b"], "output": ["你好", None]})


def write_file(path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=1)


def write_stream(path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE)


@pytest.mark.parametrize("write", [write_file, write_stream, lambda path: feather.write_feather(TABLE, path)])
def test_every_row_with_its_number(tmp_path, write):
    path = tmp_path / "a.arrow"
    write(path)
    items = list(open_dataset(path).items())
    assert [(item.line, item.fields) for item in items] == [
        (1, {"instruction": "a", "output": "你好"}), (2, {"instruction": "b", "output": None}),
    ]  # fmt: skip


@pytest.mark.parametrize("write", [write_file, write_stream])
def test_a_file_that_is_cut_short_says_so(tmp_path, write):
    path = tmp_path / "a.arrow"
    write(path)
    path.write_bytes(path.read_bytes()[:-150])
    with pytest.raises(UserError, match="cannot be read as Arrow"):
        list(open_dataset(path).items())
