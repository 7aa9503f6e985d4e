"""Two texts as one, with what went and what came marked: for people to read, not for machines to apply."""

import difflib
import html
import re
from typing import Literal

from app.ui.theme import Colors

Part = tuple[Literal["same", "gone", "new", "gap"], str]
MOST_WORDS = 1500
CONTEXT = 60  # characters of unchanged text that are kept around a change
_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)


def parts(before: str, after: str) -> list[Part]:
    """``before`` and ``after`` in pieces; long unchanged stretches are left out."""
    old, new = _WORD.findall(before)[:MOST_WORDS], _WORD.findall(after)[:MOST_WORDS]
    found: list[Part] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [("gone", "".join(old[a:b]))] if b > a else []
        found += [("new", "".join(new[c:d]))] if d > c else []
    return _shortened(found)


def _shortened(found: list[Part]) -> list[Part]:
    result: list[Part] = []
    for index, (what, text) in enumerate(found):
        if what != "same" or len(text) <= 2 * CONTEXT + 20:
            result.append((what, text))
            continue
        if index:
            result.append(("same", text[:CONTEXT]))
        result.append(("gap", " … "))
        if index < len(found) - 1:
            result.append(("same", text[-CONTEXT:]))
    return result


def as_html(pieces: list[Part], colors: Colors) -> str:
    """The pieces in the colours of the theme; what went is struck through and what came underlined, so that colour
    alone says nothing."""
    looks = {
        "same": f"color: {colors.text};",
        "gap": f"color: {colors.muted};",
        "gone": f"color: {colors.danger}; background: {colors.danger_soft}; text-decoration: line-through;",
        "new": f"color: {colors.success}; background: {colors.success_soft}; text-decoration: underline;",
    }
    return "".join(f'<span style="{looks[what]}">{_escaped(what, text)}</span>' for what, text in pieces)


def _escaped(what: str, text: str) -> str:
    """Changes of white space are made visible: that is often all that a step does."""
    if what in ("gone", "new"):
        text = text.replace("\t", "→").replace("\u00a0", "⍽").replace("\n", "⏎\n")
        text = text.replace(" ", "·") if not text.strip(" ") else text
    return html.escape(text).replace("\n", "<br>").replace("  ", "&nbsp; ")
