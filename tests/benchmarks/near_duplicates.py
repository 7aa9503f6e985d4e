"""Near duplicates in short rows: what is found, what is found wrongly, and how fast, beside datasketch's MinHashLSH.

A tenth of the rows are copies of others with 5% of the words replaced. Both search the same rows in one run, by the
same shingles (two words in a row) and the same threshold, and keep the first of each. The peer may take a part of
the rows (``--peer-rows``); its pace, which falls with the number of rows, is then taken for that part. Needs
datasketch, which is no dependency:

    python -m tests.benchmarks.near_duplicates --rows 1000000 --peer-rows 100000
"""

import argparse
import json
import random
import resource
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from engine.data.near import DEFAULT_THRESHOLD, near_duplicates

WORDS, EDITS, PLANTED, PERMUTATIONS = 50_000, 0.05, 0.1, 128


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer-rows", type=int, default=100_000)
    parser.add_argument("--threshold", type=float, default=DEFAULT_THRESHOLD)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    texts, planted = made(arguments.rows, seed=arguments.seed)
    near_duplicates(texts[:1000])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    found = near_duplicates(texts, threshold=arguments.threshold)
    seconds = time.monotonic() - started
    figures: dict[str, float] = {"rows": len(texts), "planted": sum(planted)}
    figures |= judged([place >= 0 for place in found.tolist()], planted)
    figures |= {"seconds": seconds, "rows_per_s": len(texts) / seconds}
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures |= {"peak_mb_with_rows": after / 1024, "peak_mb_beyond_rows": (after - before) / 1024}
    if arguments.peer_rows:
        figures |= peer(texts[: arguments.peer_rows], planted, arguments.threshold)
        figures["ratio"] = figures["rows_per_s"] / figures["peer_rows_per_s"]
    for name, value in figures.items():
        sys.stdout.write(f"{name:20} {value:,.4f}\n" if value < 10 else f"{name:20} {value:,.0f}\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    good = figures["recall"] >= 0.95 and figures["precision"] >= 0.99
    return 0 if good and figures.get("ratio", 1.0) >= 1.0 else 1


def made(count: int, *, seed: int) -> tuple[list[str], bytearray]:
    """Rows of 20 to 60 words drawn as words of a language are (Zipf), and which of them are planted copies."""
    draw = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(draw.choices(letters, k=draw.randint(2, 10))) for _ in range(WORDS)]
    cumulative: list[float] = []
    for rank in range(WORDS):
        cumulative.append((cumulative[-1] if cumulative else 0.0) + 1.0 / (rank + 10))
    texts: list[str] = []
    planted, originals = bytearray(count), array("l")
    for place in range(count):
        if originals and draw.random() < PLANTED:
            planted[place] = 1
            copy = texts[originals[draw.randrange(len(originals))]].split(" ")
            for changed in draw.sample(range(len(copy)), max(1, round(EDITS * len(copy)))):
                copy[changed] = words[draw.randrange(WORDS)]
            texts.append(" ".join(copy))
        else:
            originals.append(place)
            texts.append(" ".join(draw.choices(words, cum_weights=cumulative, k=draw.randint(20, 60))))
    return texts, planted


def judged(found: Sequence[bool], planted: Sequence[int]) -> dict[str, float]:
    """Recall and precision of what was found among the planted rows."""
    right = sum(bool(hit and truth) for hit, truth in zip(found, planted, strict=False))
    return {
        "recall": right / max(1, sum(planted[: len(found)])),
        "precision": right / max(1, sum(found)),
    }


def peer(texts: Sequence[str], planted: Sequence[int], threshold: float) -> dict[str, float]:
    """datasketch, as its manual shows it: a MinHash of each row by bulk, the first of each bucket stays."""
    from datasketch import MinHash, MinHashLSH

    started = time.monotonic()
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    found: list[bool] = []
    sketches: Iterator[MinHash] = MinHash.generator(map(shingles, texts), num_perm=PERMUTATIONS)
    for place, sketch in enumerate(sketches):
        twin = bool(index.query(sketch))
        found.append(twin)
        if not twin:
            index.insert(place, sketch)
    seconds = time.monotonic() - started
    figures = {f"peer_{name}": value for name, value in judged(found, planted).items()}
    return {
        **figures,
        "peer_rows": len(texts),
        "peer_seconds": seconds,
        "peer_rows_per_s": len(texts) / seconds,
    }


def shingles(text: str) -> list[bytes]:
    """Two words in a row, as bytes."""
    return [f"{first} {second}".encode() for first, second in pairwise(text.lower().split())]


if __name__ == "__main__":
    raise SystemExit(main())
