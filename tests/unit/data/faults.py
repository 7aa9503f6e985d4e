"""A JSON Lines file of usual rows with planted faults of every kind; shared by a test and a benchmark."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TEXT = (
    "the model answers a question about history science cooking travel music and the weather of small towns with care "
    "while it lists three reasons why people prefer tea over coffee in winter evenings 你好 世界 día naïve"
)
WORDS = TEXT.split()

Record = dict[str, Any]


@dataclass
class Planted:
    """What was written: lines of the file in all, and the code of each planted fault by its line."""

    lines: int = 0
    faults: dict[int, str] = field(default_factory=dict)


def texts(seed: int, count: int = 2000) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(15, 140))) for _ in range(count)]


def alpaca(pool: list[str], number: int) -> Record:
    extra = pool[(7 * number) % len(pool)][:90] if number % 3 == 0 else ""
    return {
        "instruction": f"Question {number}: {pool[number % len(pool)][:110]}?",
        "input": f'"{extra}"\n' if extra else "",
        "output": f"{pool[(3 * number + 1) % len(pool)]}\n{number}",
    }


def sharegpt(pool: list[str], number: int) -> Record:
    turns = [
        {"from": ("human", "gpt")[place % 2], "value": f"{pool[(number + place) % len(pool)][:200]} {number}"}
        for place in range(2 + 2 * (number % 3))
    ]
    return {"conversations": turns}


def _answer_of(record: Record, value: Any) -> Record:
    if "output" in record:
        return {**record, "output": value}
    turns = [*record["conversations"][:-1], {"from": "gpt", "value": value}]
    return {"conversations": turns}


def _line(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def _nested(depth: int) -> Callable[[Record], bytes]:
    return lambda record: _line(record)[:-1] + b', "more": ' + b"[" * depth + b"]" * depth + b"}"


def fault_kinds(huge_cell: int) -> dict[str, tuple[str, Callable[[Record], bytes]]]:
    """Of each kind the code by which it is rejected, and the line that a sound record becomes."""
    name = "output"
    return {
        "cut off": ("bad_json", lambda record: _line(record)[:-9]),
        "no comma": ("bad_json", lambda record: _line(record).replace(b'", "', b'" "').replace(b"}, {", b"} {")),
        "no object": ("not_an_object", lambda record: b'["a", "b"]'),
        "two in one": ("bad_json", lambda record: _line(record) + _line(record)),
        "missing column": ("missing_column", lambda record: _line({"id": 1})),
        "wrong type": ("not_text", lambda record: _line(_answer_of(record, 17))),
        "empty answer": ("empty_answer", lambda record: _line(_answer_of(record, " \t"))),
        "null byte": ("null_character", lambda record: _line(_answer_of(record, f"a {name}")).replace(b"a ", b"a\0 ")),
        "null escape": ("null_character", lambda record: _line({**record, "more": "a\0b"})),
        "no UTF-8": ("bad_encoding", lambda record: _line(_answer_of(record, "@@")).replace(b"@@", b"\xff\xc3")),
        "half a character": ("bad_encoding", lambda record: _line({**record, "more": "@"}).replace(b"@", b"\\udc80")),
        "huge cell": ("too_large", lambda record: _line({**record, "more": "x" * huge_cell})),
        "10,000 deep": ("too_deep", _nested(10_000)),
        "65 deep": ("too_deep", _nested(65)),
    }  # fmt: skip


HARMLESS: tuple[Callable[[Record], bytes], ...] = (
    lambda record: _line({**record, "more": {"a": [1, 2.5, None, True]}}),
    lambda record: b"  " + _line(record) + b" \t",
    lambda record: json.dumps(record).encode(),
    lambda record: _line({**record, "more": "Infinity and -NaN [[[{{{" * 20}),
    lambda record: _line({**record, "more": 1}).replace(b": 1}", b": NaN}"),
)


def write_planted(
    path: Path, *, rows: int | None = None, size: int = 0, faults: int, huge_cell: int, make: Callable[[list[str], int], Record], seed: int = 1
) -> Planted:  # fmt: skip
    """``rows`` rows (or as many as take ``size`` bytes), among them ``faults`` evenly spread faults of all kinds."""
    pool, planted, kinds = texts(seed), Planted(), list(fault_kinds(huge_cell).items())
    mean = sum(len(_line(make(pool, number))) + 1 for number in range(300)) / 300
    every = max(2, int((rows or 0.98 * size / mean) // (faults + 1)))
    huge_left, usual = (
        5,
        0,
    )  # such a line weighs as much as a hundred thousand others, and does not count for the size
    with path.open("wb") as file:
        for number, record in enumerate(_records(pool, make)):
            if (rows is not None and number >= rows) or (rows is None and usual >= size):
                break
            line, planted.lines = _line(record), planted.lines + 1
            usual += len(line) + 1
            if number % every == every // 2 and len(planted.faults) < faults:
                kind, (code, spoil) = kinds[len(planted.faults) % len(kinds)]
                if kind == "huge cell":
                    huge_left -= 1
                    if huge_left < 0:
                        code, spoil = fault_kinds(1)["empty answer"]
                line, planted.faults[planted.lines] = spoil(record), code
            elif number % every == 1:
                line = HARMLESS[(number // every) % len(HARMLESS)](record)
            file.write(line + b"\n")
    return planted


def without_faults(path: Path, target: Path, planted: Planted) -> None:
    """The same file less the lines with faults and the harmless oddities that other readers choke on."""
    with path.open("rb") as source, target.open("wb") as file:
        for number, line in enumerate(source, start=1):
            if number not in planted.faults and b'"more"' not in line:
                file.write(line)


def _records(pool: list[str], make: Callable[[list[str], int], Record]) -> Iterator[Record]:
    number = 0
    while True:
        yield make(pool, number)
        number += 1
