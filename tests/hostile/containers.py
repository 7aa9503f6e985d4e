"""Archives and compressed files: bombs, lies about sizes, names that lead out, cuts."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import zstandard

ROWS = b'{"instruction": "what?", "output": "this"}\n' * 50
BOMB_BYTES = 1 << 30


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of ``members``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def archives() -> dict[str, bytes]:
    """ZIP and tar."""
    plain = zipped({"rows.jsonl": ROWS, "table.csv": b"instruction,output\na,b\nc,d\n"})
    bomb = zipped({f"bomb{n}.jsonl": ZEROES_64M for n in range(3)})
    encrypted = bytearray(plain)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = encrypted.find(mark)
        while start >= 0:
            encrypted[start + place] |= 1
            start = encrypted.find(mark, start + 4)
    return {
        "good.zip": plain,
        "empty.zip": b"",
        "nothing_in_it.zip": zipped({}),
        "cut_at_end.zip": plain[:-30],
        "cut_in_data.zip": plain[:60],
        "cut_begin.zip": plain[40:],
        "damaged_data.zip": plain[:50] + b"\xff" * 20 + plain[70:],
        "directory_damaged.zip": plain[:-60] + b"\xff" * 20 + plain[-40:],
        "encrypted.zip": bytes(encrypted),
        "bomb.zip": bomb,
        "bomb_within.zip": zipped({"inner.zip": bomb}),
        "bomb_of_many.zip": zipped({f"{n}.csv": b"" for n in range(20_000)}, zipfile.ZIP_STORED),
        "overlapping.zip": overlapping(300),
        "size_lies_small.zip": with_size(zipped({"rows.jsonl": ROWS * 2000}), 10),
        "size_lies_large.zip": with_size(plain, 0xFFFFFFF0),
        "names_lead_out.zip": zipped({"../../evil.jsonl": ROWS, "/etc/evil.csv": b"a,b\n", "C:\\evil.csv": b"a,b\n"}),
        "names_lead_out_windows.zip": zipped({"..\\..\\evil.jsonl": ROWS, "\\\\host\\share\\x.csv": b"a,b\n"}),
        "names_odd.zip": zipped({"a\nb.jsonl": ROWS, "\u202ecsv.jsonl": ROWS, "x" * 5000 + ".jsonl": ROWS, ".jsonl": ROWS}),
        "names_same.zip": same_names(),
        "names_devices.zip": zipped({"CON.csv": b"a,b\n1,2\n", "NUL.jsonl": ROWS, "aux.json": b"[]"}),
        "name_empty.zip": zipped({"": ROWS}),
        "name_bad_bytes.zip": plain.replace(b"rows.jsonl", b"r\xff\xfes.jsonl"),
        "folders_deep.zip": zipped({"d/" * 200 + "rows.jsonl": ROWS}),
        "link.zip": zip_with_link(),
        "lying.zip": b"not a zip at all\n" * 20,
        "zip64_lies.zip": plain[:-22] + b"PK\x06\x07" + b"\xff" * 16 + plain[-22:],
        "comment_long.zip": plain[:-2] + struct.pack("<H", 65_000) + b"c" * 100,
        "packed_twice.zip": zipped({"rows.jsonl.gz": gzip.compress(ROWS), "in.tar": tar_of({"a.csv": b"a,b\n"})}),
        "method_unknown.zip": plain.replace(b"PK\x03\x04\x14\x00\x00\x00\x08\x00", b"PK\x03\x04\x14\x00\x00\x00\x61\x00").replace(
            b"\x14\x03\x14\x00\x00\x00\x08\x00", b"\x14\x03\x14\x00\x00\x00\x61\x00"
        ),
        "zip_by_name_of_jsonl.jsonl": plain,
        "zip_by_name_of_csv.csv": bomb,
        "good.tar": tar_of({"rows.jsonl": ROWS}),
        "good.tar.gz": gzip.compress(tar_of({"rows.jsonl": ROWS})),
        "good.tar.zst": zstandard.compress(tar_of({"rows.jsonl": ROWS})),
        "cut.tar": tar_of({"rows.jsonl": ROWS})[:700],
        "cut.tar.gz": gzip.compress(tar_of({"rows.jsonl": ROWS}))[:-20],
        "bomb.tar.gz": gzip.compress(tar_of({"bomb.jsonl": ZEROES_64M * 3}), 9),
        "size_lies.tar": tar_size(tar_of({"rows.jsonl": ROWS}), 1 << 40),
        "links_and_devices.tar": tar_of_nodes(),
        "names_lead_out.tar": tar_of({"../../evil.jsonl": ROWS, "/etc/evil.csv": b"a,b\n"}),
        "lying.tar": b"no archive\n" * 200,
        "sparse_lies.tar": tar_size(tar_of({"rows.jsonl": ROWS}), 1 << 40, kind=b"S"),
        "members_many.tar": tar_of({f"{n}.csv": b"" for n in range(12_000)}),
    }  # fmt: skip


def compressed() -> dict[str, bytes]:
    """Single files under a compression."""
    made = {
        "gz": gzip.compress(ROWS),
        "bz2": bz2.compress(ROWS),
        "xz": lzma.compress(ROWS),
        "zst": zstandard.compress(ROWS),
    }
    files = {}
    for suffix, data in made.items():
        files |= {
            f"good.jsonl.{suffix}": data,
            f"cut.jsonl.{suffix}": data[: len(data) // 2],
            f"damaged.jsonl.{suffix}": data[: len(data) // 2] + b"\xff\x00\xff" + data[len(data) // 2 + 3 :],
            f"empty.jsonl.{suffix}": b"",
            f"lying.jsonl.{suffix}": ROWS,
            f"rubbish_after.jsonl.{suffix}": data + b"rubbish" * 10,
            f"nothing.jsonl.{suffix}": data[:4],
        }
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    million = b"\0" * (1 << 20)
    files["bomb.jsonl.gz"] = (
        b"".join(packer.compress(million) for _ in range(BOMB_BYTES >> 20)) + packer.flush()
    )
    files["bomb.jsonl.bz2"] = bz2.compress(ZEROES_64M) * 20
    files["bomb.jsonl.xz"] = lzma.compress(ZEROES_64M, preset=0) * 20
    files["bomb.jsonl.zst"] = zstandard.compress(ZEROES_64M, 1) * 40
    files["bomb_within.jsonl.gz"] = gzip.compress(files["bomb.jsonl.gz"])
    files["window_huge.jsonl.zst"] = b"\x28\xb5\x2f\xfd\x00\xff" + b"\x01\x00\x00"  # asks for terabytes
    files["dictionary_huge.jsonl.xz"] = lzma_asking_for_4_gb()
    files["gz_by_another_name.csv"] = gzip.compress(b"instruction,output\na,b\n")
    files["gz_of_nothing_known.gz"] = gzip.compress(b"\x00\x01\x02" * 1000)
    files["gz_of_parquet_name.parquet.gz"] = gzip.compress(b"PAR1 nothing")
    return files  # fmt: skip


ZEROES_64M = b"\0" * (64 << 20)


def overlapping(count: int) -> bytes:
    """A ZIP whose ``count`` entries all have the same 16 MB as their data."""
    one = zipped({"rows.jsonl": b"\n" * (16 << 20)})
    end = one.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", one[end + 16 : end + 20])[0]
    entry = one[start:end]
    entries = b"".join(entry.replace(b"rows.jsonl", b"ro%03dx.csv" % (n % 1000)) for n in range(count))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(entries), start, 0)
    return one[:start] + entries + tail


def with_size(data: bytes, size: int) -> bytes:
    """The first entry of a ZIP says that it unpacks to ``size``."""
    central = data.find(b"PK\x01\x02")
    data = data[: central + 24] + struct.pack("<I", size) + data[central + 28 :]
    return data[:22] + struct.pack("<I", size) + data[26:]


def same_names() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for text in ("a", "b", "c"):
            info = zipfile.ZipInfo("rows.csv")
            archive.fp.write(b"")  # type: ignore[union-attr]
            archive.NameToInfo.pop("rows.csv", None)
            archive.writestr(info, f"instruction,output\n{text},x\n")
    return buffer.getvalue()


def zip_with_link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("passwd.csv")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def tar_of(members: dict[str, bytes]) -> bytes:
    """A tar of ``members``."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def tar_of_nodes() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind, target in (
            ("link.csv", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard.csv", tarfile.LNKTYPE, "link.csv"),
            ("device.csv", tarfile.CHRTYPE, ""),
            ("pipe.csv", tarfile.FIFOTYPE, ""),
            ("folder.csv", tarfile.DIRTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return buffer.getvalue()


def tar_size(data: bytes, size: int, *, kind: bytes = b"0") -> bytes:
    """The first header of a tar says that its member has ``size`` bytes."""
    field = b"\x80" + size.to_bytes(11, "big")
    header = bytearray(data[:512])
    header[124:136], header[156:157], header[148:156] = field, kind, b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + data[512:]


def lzma_asking_for_4_gb() -> bytes:
    data = bytearray(lzma.compress(ROWS, format=lzma.FORMAT_ALONE))
    data[1:5] = b"\xff\xff\xff\xff"
    return bytes(data)
