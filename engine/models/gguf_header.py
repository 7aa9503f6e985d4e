"""Reads the metadata at the head of a GGUF file without any library, so that listing models is quick.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little endian).
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"GGUF"
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
MAX_STRING_BYTES = 16 << 20
MAX_KEYS = 10_000
SHORT_LIST = 1024  # tags, or a figure for each layer; vocabularies are longer
TEMPLATE_KEY = b"tokenizer.chat_template"
SEARCHED_BYTES = 48 << 20  # the vocabulary lies between the first keys and the template


class NotGguf(ValueError):
    """The file does not begin like a GGUF of a known version."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a list of models shows of a GGUF."""

    architecture: str
    name: str
    licence: str
    quantization: str
    parameters: int | None
    has_template: bool
    pooling: int = 0  # how the vectors of its tokens become one; 0 for models that write
    cache_bytes: int = 0  # that llama.cpp keeps of each token of a conversation
    vocabulary: int = 0  # 0 where the file says it by its list alone


def is_gguf(path: Path) -> bool:
    """Whether ``path`` is called a GGUF, or is one under another name, as in Ollama's folder."""
    if path.suffix.lower() == ".gguf":
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read_header(path: Path) -> GgufHeader:
    """The metadata before the vocabulary, and whether a chat template follows it.

    Raises:
        NotGguf: another kind of file, or a damaged one.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        try:
            values = _values(file)
        except (struct.error, UnicodeDecodeError) as error:
            raise NotGguf(f"{path} is damaged: {error}") from None
        rest = file.read(SEARCHED_BYTES)
    has_template = TEMPLATE_KEY.decode() in values or TEMPLATE_KEY in rest
    count = values.get("general.parameter_count")
    return GgufHeader(
        architecture=str(values.get("general.architecture", "")),
        name=str(values.get("general.name", "")),
        licence=str(values.get("general.license", "")),
        quantization=FILE_TYPES.get(_whole(values.get("general.file_type")), ""),
        parameters=_whole(count) if count is not None else None,
        has_template=has_template,
        pooling=_pooling(values, rest),
        cache_bytes=_cache_bytes(values),
        vocabulary=max(0, _whole(values.get(f"{values.get('general.architecture')}.vocab_size", 0))),
    )


def _pooling(values: dict[str, object], rest: bytes) -> int:
    """Usually it stands before the vocabulary, but nothing says that it must."""
    key = f"{values.get('general.architecture')}.pooling_type"
    if key in values:
        return max(0, _whole(values[key]))
    place = rest.find(key.encode())
    begin = place + len(key)
    field = rest[begin : begin + 8]
    if place < 0 or len(field) < 8:
        return 0
    kind, value = struct.unpack("<II", field)
    return int(value) if SCALARS.get(kind) == "I" and value <= 4 else 0


def _cache_bytes(values: dict[str, object]) -> int:
    """Keys and values in float16, in all layers; where heads differ by layer, rather too much."""

    def number(name: str) -> int:
        value = values.get(f"{values.get('general.architecture')}.{name}", 0)
        return max([0, *map(_whole, value)]) if isinstance(value, list) else max(0, _whole(value))

    heads = number("attention.head_count")
    width = number("embedding_length") // heads if heads else 0
    both = (number("attention.key_length") or width) + (number("attention.value_length") or width)
    return 2 * number("block_count") * (number("attention.head_count_kv") or heads) * both


def _values(file: BinaryIO) -> dict[str, object]:
    magic, version, _tensors, keys = struct.unpack("<4sIQQ", file.read(24))
    if magic != MAGIC or version not in (2, 3) or keys > MAX_KEYS:
        raise NotGguf("not a GGUF of version 2 or 3")
    values: dict[str, object] = {}
    for _ in range(keys):
        place = file.tell()
        key = _string(file)
        (kind,) = struct.unpack("<I", file.read(4))
        if kind != ARRAY:
            values[key] = _string(file) if kind == STRING else _scalar(file, kind)
            continue
        inner, count = struct.unpack("<IQ", file.read(12))
        if count > SHORT_LIST or inner == ARRAY:
            file.seek(place)  # the vocabulary and everything after it is only searched, not parsed
            break
        if inner == STRING:
            for _ in range(count):
                _skip_string(file)
        else:
            values[key] = [_scalar(file, inner) for _ in range(count)]
    return values


def _skip_string(file: BinaryIO) -> None:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > MAX_STRING_BYTES:
        raise NotGguf(f"a string of {length} bytes")
    file.seek(length, 1)


def _string(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > MAX_STRING_BYTES:
        raise NotGguf(f"a string of {length} bytes")
    return file.read(length).decode("utf-8", errors="replace")


def _scalar(file: BinaryIO, kind: int) -> object:
    code = SCALARS.get(kind)
    if code is None:
        raise NotGguf(f"a value of unknown type {kind}")
    size = struct.calcsize("<" + code)
    return struct.unpack("<" + code, file.read(size))[0]


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1


FILE_TYPES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    32: "BF16",
}
