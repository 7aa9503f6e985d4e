"""Parquet and Arrow: cuts, lies, a few bytes that stand for millions of rows."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = {"instruction": ["what?", "why?"] * 50, "output": ["this", "because"] * 50}


def parquet_of(table: pa.Table, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def arrow_of(table: pa.Table, *, streamed: bool = False, compression: str | None = None) -> bytes:
    buffer = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    open_ = pa.ipc.new_stream if streamed else pa.ipc.new_file
    with open_(buffer, table.schema, options=options) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def bad_text() -> pa.Table:
    """A column of type string whose bytes are no UTF-8."""
    good = pa.array(["what?", "why?", "x"])
    texts = pa.Array.from_buffers(
        pa.string(), 3, [None, good.buffers()[1], pa.py_buffer(b"\xff\xfewhy?xyzabc")]
    )
    return pa.table({"instruction": texts, "output": ["a", "b", "c"]})


def deep(levels: int) -> pa.Table:
    kind: pa.DataType = pa.string()
    value: Any = "x"
    for _ in range(levels):
        kind, value = pa.list_(kind), [value]
    return pa.table({"a": pa.array([value], kind)})


def million_rows(count: int) -> bytes:
    """Rows of one repeated value: a few hundred bytes in all."""
    buffer = io.BytesIO()
    table = pa.table({"text": pa.nulls(2_000_000, pa.string())})
    with pq.ParquetWriter(buffer, table.schema, compression="zstd") as writer:
        for _ in range(count // 2_000_000):
            writer.write_table(table, row_group_size=2_000_000)
    return buffer.getvalue()


def repeated_cell(size: int, rows: int) -> pa.Table:
    """Every row holds the same text of ``size`` characters, stored once."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * size]))
    return pa.table({"text": words})


def _flipped(data: bytes, step: int) -> bytes:
    out = bytearray(data)
    for place in range(40, len(out) - 8, step):
        out[place] ^= 0xFF
    return bytes(out)


def parquets() -> dict[str, bytes]:
    """Parquet."""
    table = pa.table(ROWS)
    good = parquet_of(table)
    return {
        "good.parquet": good,
        "good_by_another_name.csv.dat": good,
        "empty.parquet": b"",
        "marks_only.parquet": b"PAR1PAR1",
        "footer_lies.parquet": good[:-8] + b"\xff\xff\xff\x7fPAR1",
        "footer_negative.parquet": good[:-8] + b"\xff\xff\xff\xffPAR1",
        "cut_half.parquet": good[: len(good) // 2],
        "cut_end.parquet": good[:-4],
        "cut_begin.parquet": b"PAR1" + good[100:],
        "flipped.parquet": _flipped(good, 37),
        "flipped_pages.parquet": good[:4] + bytes(255 - byte for byte in good[4:200]) + good[200:],
        "csv_in_it.parquet": b"instruction,output\nwhat?,this\n",
        "no_rows.parquet": parquet_of(table.slice(0, 0)),
        "no_columns.parquet": parquet_of(pa.table({})),
        "bad_text.parquet": parquet_of(bad_text()),
        "deep.parquet": parquet_of(deep(90)),
        "columns_many.parquet": parquet_of(pa.table({f"c{n}": [n] for n in range(5000)})),
        "rows_200_million.parquet": million_rows(200_000_000),
        "cell_repeated.parquet": parquet_of(repeated_cell(8 << 20, 1000), compression="zstd"),
        "cell_40_mb.parquet": parquet_of(pa.table({"instruction": ["x" * (40 << 20), "a"], "output": ["y", "b"]}), compression="zstd"),
        "list_repeated.parquet": parquet_of(pa.table({"messages": pa.array([[None] * 20_000_000], pa.list_(pa.int8()))}), compression="zstd"),
        "bytes_in_it.parquet": parquet_of(pa.table({"instruction": [b"\xff\x00"], "output": [b"x"]})),
        "types_of_all_kinds.parquet": parquet_of(
            pa.table({"d": pa.array([2**31 - 1], pa.date32()), "t": pa.array([2**62], pa.timestamp("us")), "m": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())),
                      "f": pa.array([float("nan")]), "n": pa.array([2**63 - 1]), "text": ["x"]})
        ),
        "names_same.parquet": parquet_of(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])),
        "name_odd.parquet": parquet_of(pa.table({"": ["x"], "a\nb": ["y"], "\u202e": ["z"]})),
    }  # fmt: skip


def arrows() -> dict[str, bytes]:
    """Arrow IPC."""
    table = pa.table(ROWS)
    file, streamed = arrow_of(table), arrow_of(table, streamed=True)
    offsets = bytearray(file)
    place = file.find((5).to_bytes(4, "little") + (9).to_bytes(4, "little"))
    offsets[place : place + 4] = b"\xff\xff\xff\x7f"
    return {
        "good.arrow": file,
        "good_stream.arrow": streamed,
        "good_compressed.feather": arrow_of(table, compression="zstd"),
        "empty.arrow": b"",
        "mark_only.arrow": b"ARROW1\0\0",
        "cut_half.arrow": file[: len(file) // 2],
        "cut_end.arrow": file[:-10],
        "cut_stream.arrow": streamed[: len(streamed) // 2],
        "footer_lies.arrow": file[:-10] + b"\xff\xff\xff\x7fARROW1",
        "flipped.arrow": _flipped(file, 53),
        "flipped_stream.arrow": _flipped(streamed, 53),
        "offsets_beyond.arrow": bytes(offsets),
        "length_lies.arrow": b"\xff\xff\xff\xff\xff\xff\xff\x7f" + streamed[8:],
        "bad_text.arrow": arrow_of(bad_text()),
        "deep.arrow": arrow_of(deep(50)),
        "csv_in_it.arrow": b"instruction,output\nwhat?,this\n",
        "zeroes.arrow": b"\0" * 100_000,
        "dictionary.arrow": arrow_of(repeated_cell(2 << 20, 4000)),
        "nulls_many.arrow": arrow_of(pa.table({"text": pa.nulls(100_000_000)})),
        "bomb_compressed.arrow": arrow_of(pa.table({"text": ["\0" * (300 << 20)]}), compression="zstd"),
        "list_of_nulls.arrow": arrow_of(pa.table({"messages": pa.array([[None] * 20_000_000], pa.list_(pa.null()))})),
        "feather_1.feather": b"FEA1" + b"\0" * 100 + b"FEA1",
    }  # fmt: skip
