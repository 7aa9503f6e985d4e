"""Rows a second of every cleaning step, on rows like those of instruction data.

The rows are made here: questions and answers of 10 to 150 words in English and Chinese, of which a few percent hold what the
steps look for. Run it on an otherwise idle machine:

    python -m tests.benchmarks.steps --rows 100000
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from engine.data.clean_for_me import suggest
from engine.data.rows import Message, Row
from engine.data.steps.base import Step
from engine.registry import variants

T = TypeVar("T")

COMMON = "the of and to a in is that it for on as with are this be at or by from"
ODD = (
    "<p>One</p><p>two <b>three</b></p>",
    "Write to anna@example.org or call +1 650-253-0000.",
    "Click here to subscribe to our newsletter!",
    "See https://example.org/page for more.",
    "As an AI language model, I cannot do that.",
    "donâ€™t  worry \u200b",
    "```python\nfor item in range(3):\n    print(item)\n```",
    "扫码关注我们的公众号。",
    "User: hello\n\n### Response:",
)
OPTIONS: dict[str, dict[str, object]] = {
    "pattern": {"pattern": r"\bTODO\b|https?://\S+\.(?:zip|exe)"},
    "expression": {"condition": 'answer_chars > 40 and "bread" not in answer'},
    "sampling": {"max_rows": 50_000},
    "balance": {"column": "topic"},
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", default="", help="names of steps, with commas between them")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    rows = made(arguments.rows, seed=1)
    only = [name for name in arguments.only.split(",") if name]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for step in steps(Path(folder), rows[:: max(1, len(rows) // 1000)]):
            if only and step.kind not in only:
                continue
            step.apply(rows[:50])
            result, seconds = timed(lambda step=step: step.apply(rows))  # type: ignore[misc]
            figures[step.kind] = len(rows) / seconds
            sys.stdout.write(
                f"{step.kind:20} {figures[step.kind]:12,.0f} rows/s {seconds:7.2f} s "
                f"{len(result.removed):7} removed {result.changed:7} changed\n"
            )
    if not only:
        found, seconds = timed(lambda: suggest(rows))
        figures["clean_for_me"] = seconds
        sys.stdout.write(f"{'clean for me':20} {seconds:.2f} s, {len(found.steps)} steps\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


def timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.process_time()
    return work(), time.process_time() - started


def steps(folder: Path, some: tuple[Row, ...]) -> list[Step]:
    """Every step with its defaults, or with what it needs to do anything."""
    path = folder / "evaluation.jsonl"
    records = ({"instruction": row.prompt, "output": row.answers[0]} for row in some)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    found = []
    for kind in variants("engine.data.steps"):
        name = str(kind.model_fields["kind"].default)
        options = {"path": str(path)} if name == "evaluation_overlap" else OPTIONS.get(name, {})
        found.append(cast(Step, kind(**options)))
    return found


def made(count: int, *, seed: int) -> tuple[Row, ...]:
    """Two rows in three in words of Latin letters, one in Chinese characters; every twentieth answer is odd."""
    draw = random.Random(seed)
    latin = ["".join(draw.choices("abcdefghijklmnoprstuvwy", k=draw.randint(2, 9))) for _ in range(5000)]
    latin[:40] = COMMON.split() * 2
    han = [chr(code) for code in range(0x4E00, 0x4E00 + 2500)]

    def sentence(words: int, chinese: bool) -> str:
        if chinese:
            return "".join(draw.choices(han, k=words)) + "。"
        return " ".join(draw.choices(latin, k=words)).capitalize() + "."

    rows = []
    for line in range(1, count + 1):
        chinese = line % 3 == 0
        question = sentence(draw.randint(10, 30), chinese)
        parts = [sentence(draw.randint(8, 25), chinese) for _ in range(draw.randint(1, 8))]
        if line % 20 == 0:
            parts.insert(draw.randrange(len(parts)), ODD[line // 20 % len(ODD)])
        answer = (" " if draw.random() < 0.7 else "\n\n").join(parts)
        turns = (Message("user", question), Message("assistant", answer))
        rows.append(Row("rows.jsonl", line, turns, raw={"topic": line % 7}))
    return tuple(rows)


if __name__ == "__main__":
    raise SystemExit(main())
