"""A text file of ChatML conversations: one row each, however many lines it has.

A conversation ends where a system prompt follows an answer, or a question follows one after a blank line.
"""

from collections.abc import Iterator
from pathlib import Path

from engine.data.encoding import open_text
from engine.data.readers.base import Item, Reader, checked
from engine.data.rows import MAX_CELL_CHARS, reject

_START, _END = "<|im_start|>", "<|im_end|>"


class ChatMlText(Reader):
    """Reads text that begins with ``<|im_start|>`` into the column ``text``."""

    format = "chatml"
    extensions = ()

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Sure of text that begins with a turn, if the name does not say that it is something else."""
        begins = text.lstrip("\ufeff \r\n\t").startswith(_START)
        return 0.8 if begins and suffix in ("", ".txt", ".text", ".md", ".markdown", ".chatml") else 0.0

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a conversation, with the line of its first turn."""
        lines: list[str] = []
        first, size, role, blank, closed = 1, 0, "", False, False
        with open_text(path, encoding) as file:
            number = 0
            while line := file.readline(MAX_CELL_CHARS + 2):
                number += 1
                if line.startswith(_START):
                    said = line[len(_START) :].strip().lower()
                    if (
                        lines
                        and closed
                        and role == "assistant"
                        and (said == "system" or (blank and said == "user"))
                    ):
                        yield _row(first, lines, size)
                        lines, size = [], 0
                    role = said
                if not lines and not line.strip():
                    continue
                if not lines:
                    first = number
                size += len(line)
                if size <= MAX_CELL_CHARS:
                    lines.append(line)
                blank = not line.strip()
                closed = closed if blank else line.rstrip().endswith(_END)
        if lines:
            yield _row(first, lines, size)


def _row(first: int, lines: list[str], size: int) -> Item:
    if size > MAX_CELL_CHARS:
        return reject(
            first, "too_large", f"The conversation is longer than {MAX_CELL_CHARS:,} characters", "text"
        )
    return checked(first, {"text": "".join(lines).rstrip("\n")})
