"""What stands where a file should: pipes, devices, links, folders, names that are no text."""

import os
import socket
from pathlib import Path

ROWS = b'{"instruction": "what?", "output": "this"}\n'


def make_places(folder: Path) -> list[str]:
    """Make them in ``folder``; the paths to open, as the system has them (undecodable bytes as lone surrogates)."""
    folder.mkdir()
    paths = [*_nodes(folder), *_links(folder), *_names(folder), *_folders(folder)]
    devices = [
        "/dev/zero",
        "/dev/null",
        "/dev/full",
        "/dev/tty",
        "/dev/stdin",
        "/proc/self/mem",
        "/proc/kmsg",
    ]
    paths += [path for path in (*devices, "/proc/self/fd") if os.path.lexists(path)]
    paths += [str(folder / "none.csv"), str(folder / "x" / "none.csv"), "", ".", str(folder) + "/nul\0l.csv"]
    paths += [str(folder / ("x" * 300 + ".csv")), str(folder / "/".join(["d"] * 3000))]
    return paths


def _nodes(folder: Path) -> list[str]:
    for name in ("fifo.json", "fifo.csv", "fifo.zip", "fifo.jsonl.gz"):
        os.mkfifo(folder / name)
    here = Path.cwd()
    os.chdir(folder)  # the name of a socket has to be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("socket.csv")
    finally:
        os.chdir(here)
    return [str(path) for path in sorted(folder.iterdir())]


def _links(folder: Path) -> list[str]:
    links = {
        "loop_a.csv": "loop_b.csv",
        "loop_b.csv": "loop_a.csv",
        "self.csv": "self.csv",
        "gone.csv": "nowhere",
        "to_zero.csv": "/dev/zero",
        "to_fifo.csv": "fifo.csv",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    return [str(folder / name) for name in links]


def _names(folder: Path) -> list[str]:
    names = [
        b"new\nline.jsonl",
        b"quote'\"`.jsonl",
        b"$(touch x).jsonl",
        b"bad\xff\xfebytes.jsonl",
        b"gb\xd6\xd0\xce\xc4.jsonl",
        b"\xe2\x80\xaelnosj.jsonl",
        b" .jsonl",
        b"-rf.jsonl",
        b"~.jsonl",
        b"a\x1b[2J.jsonl",
        b"emoji\xf0\x9f\x98\x80.jsonl",
        b"x" * 249 + b".jsonl",
    ]
    paths = [os.fsencode(folder) + b"/" + name for name in names]
    for path in paths:
        Path(os.fsdecode(path)).write_bytes(ROWS * 3)
    return [os.fsdecode(path) for path in paths]


def _folders(folder: Path) -> list[str]:
    empty, circle, deep, mixed = (folder / name for name in ("empty", "circle", "deep", "mixed"))
    for place in (empty, circle, mixed, folder / "named.csv", folder / "named.zip", folder / "named.json"):
        place.mkdir()
    (circle / "back").symlink_to(circle)
    (circle / "up").symlink_to(folder)
    (circle / "rows.jsonl").write_bytes(ROWS)
    place = deep
    for _ in range(60):
        place = place / "d"
    place.mkdir(parents=True)
    (place / "rows.jsonl").write_bytes(ROWS)
    os.mkfifo(mixed / "pipe.csv")
    (mixed / "link.csv").symlink_to("/etc/passwd")
    (mixed / "README.md").write_bytes(b"# about\n")
    (mixed / "rows.jsonl").write_bytes(ROWS)
    Path(os.fsdecode(os.fsencode(mixed) + b"/bad\xff.jsonl")).write_bytes(ROWS)
    many = folder / "many"
    many.mkdir()
    for number in range(2_500):
        (many / f"{number}.unknown").touch()
    shut = folder / "shut.csv"
    shut.write_bytes(b"a,b\n1,2\n")
    shut.chmod(0)
    named = [folder / f"named.{suffix}" for suffix in ("csv", "zip", "json")]
    return [str(path) for path in (empty, circle, deep, mixed, many, *named, shut)]
