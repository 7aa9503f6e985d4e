"""What a rule calls by name: a column of the file, or something that every row has."""

from collections.abc import Callable, Mapping

from engine.contract.errors import ErrorCode, UserError
from engine.data.languages import language_of
from engine.data.rows import Row
from engine.data.text import texts_of, words_of

Value = object

EVERY_ROW: Mapping[str, Callable[[Row], Value]] = {
    "source": lambda row: row.path,
    "line": lambda row: row.line,
    "label": lambda row: row.label,
    "language": lambda row: language_of("\n".join(texts_of(row, "any"))),
    "prompt": lambda row: "\n".join(texts_of(row, "prompt")),
    "answer": lambda row: "\n".join(row.answers),
    "turns": lambda row: sum(item.role != "system" for item in row.messages),
    "chars": lambda row: sum(len(item.content) for item in row.messages),
    "prompt_chars": lambda row: sum(map(len, texts_of(row, "prompt"))),
    "answer_chars": lambda row: sum(map(len, row.answers)),
    "words": lambda row: sum(len(words_of(item.content)) for item in row.messages),
}


def value_of(row: Row, name: str) -> Value:
    """The cell of the column ``name``, or what every row has under that name; a column of the file goes first."""
    if name in row.raw:
        return row.raw[name]
    every = EVERY_ROW.get(name)
    return every(row) if every else None


def no_such_column(name: str, step: str) -> UserError:
    """The error for a name that no row knows."""
    known = ", ".join(sorted(EVERY_ROW))
    return UserError(
        ErrorCode.RECIPE_INVALID,
        f"{step}: no row has a column {name!r}",
        hint=f"Name a column of the file, or one of {known}.",
        recipe_path="data.steps",
    )
