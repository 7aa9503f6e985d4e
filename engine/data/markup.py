"""HTML in a text as plain text: paragraphs, lists and code keep their shape, what a page has around its text goes.

Only real markup is touched: an element that is closed again, a line break, a whole page. A text *about* ``<div>`` and
``a < b`` stay as they are.
"""

import re
from typing import TYPE_CHECKING

from engine.data.text import outside_code

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_NAMES = (
    "a abbr address article aside b big blockquote body br button caption center cite code col dd del details div dl dt em "
    "embed fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd "
    "label legend li link main map mark menu meta nav noscript object ol optgroup option p picture pre q s samp script section "
    "select small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time "
    "title tr tt u ul var video wbr"
)
_NAME = "(?:" + "|".join(sorted(_NAMES.split(), key=len, reverse=True)) + ")"
_MARKUP = re.compile(
    rf"</{_NAME}\s*>|<(?:br|hr|wbr)\s*/?>|<(?:img|input|link|meta)\s[^<>]*>|<!--|<!doctype html|<html[\s>]",
    re.IGNORECASE,
)
_NO_TAG = re.compile(rf"<(?!/?{_NAME}(?:[\s/>]|$)|!--|!doctype)", re.IGNORECASE)
_PAGE = re.compile(
    r"\s*<(?:!doctype|!--|html|head|body|div|table|section|article|main|ul|ol|p|h[1-6])\b", re.IGNORECASE
)
_BLANKS = re.compile(r"\s+")
_MARK = re.compile(r"- |\d+\. ")
_LATE_BLANKS = re.compile(r"[^\S\n]+\n")
_EMPTY_LINES = re.compile(r"\n{3,}")

_UNSEEN_NAMES = "head title script style noscript template iframe frame object embed svg map link meta input select option textarea button"
_PARAGRAPH_NAMES = "p h1 h2 h3 h4 h5 h6 pre blockquote ul ol dl table figure details hr"
_LINE_NAMES = (
    "address article aside body caption center dd details div dt fieldset figcaption footer form header li main nav section "
    "summary tbody tfoot thead tr br"
)
_AROUND_WORDS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|sidebar|footer|cookies?|consent|banner|popup|modal|share|sharing|"
    r"social|ads?|advert\w*|sponsor\w*|promo|newsletter|subscribe|related|comments?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_AROUND = frozenset(("nav", "header", "footer", "aside", "form", "menu"))
_PARAGRAPHS = frozenset(_PARAGRAPH_NAMES.split())
_LINES = frozenset(_LINE_NAMES.split())
_MOST_TAGS = 20_000  # a text with more is no text


def plain_text(text: str, *, boilerplate: bool = True) -> str:
    """``text`` without HTML outside its code blocks. With ``boilerplate`` menus, footers, forms and the like go as well."""
    if "<" not in text or text.count("<") > _MOST_TAGS:
        return text
    return outside_code(text, lambda part: _plain(part, boilerplate) if _MARKUP.search(part) else part)


def _plain(text: str, boilerplate: bool) -> str:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(_NO_TAG.sub("&lt;", text)).body
    if body is None:
        return text
    writer = _Writer(collapse=bool(_PAGE.match(text)), boilerplate=boilerplate)
    writer.write(body)
    plain = _EMPTY_LINES.sub("\n\n", _LATE_BLANKS.sub("\n", "".join(writer.parts)))
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return lead + plain.strip() + tail if plain.strip() else ""


class _Writer:
    """Goes through a tree without recursion, since a hostile page nests thousands deep."""

    def __init__(self, *, collapse: bool, boilerplate: bool) -> None:
        self.collapse, self.boilerplate = collapse, boilerplate
        self.parts: list[str] = []
        self._exact = 0  # how many <pre> are open
        self._items: list[int] = []  # of each open list: how many items were numbered, or -1 if they are not

    def write(self, root: "LexborNode") -> None:
        """All that is seen under ``root``."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, left = stack.pop()
            if left:
                self._leave(node.tag or "")
                continue
            tag = node.tag or ""
            if tag == "-text":
                self._say(node.text_content or "")
                continue
            if not self._is_shown(node, tag):
                continue
            self._enter(node, tag)
            stack.append((node, True))
            children = []
            child = node.child
            while child is not None:
                children.append((child, False))
                child = child.next
            stack.extend(reversed(children))

    def _is_shown(self, node: "LexborNode", tag: str) -> bool:
        if tag in _UNSEEN or tag.startswith(("-", "!")):
            return False
        if not self.boilerplate or tag == "body":
            return True
        named = node.attributes
        words = f"{named.get('class') or ''} {named.get('id') or ''}"
        return tag not in _AROUND and not _AROUND_WORDS.search(words)

    def _enter(self, node: "LexborNode", tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._break(2)
        elif tag in _LINES:
            self._break(1)
        if tag in ("ol", "ul"):
            self._items.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._item()
        elif tag == "img":
            self._say(node.attributes.get("alt") or "")
        elif tag in ("td", "th") and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append(" | ")
        elif tag == "pre":
            self.parts.append("```\n")
            self._exact += 1
        elif tag == "code" and not self._exact:
            self.parts.append("`")
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.parts.append("#" * int(tag[1]) + " ")

    def _leave(self, tag: str) -> None:
        if tag == "pre":
            self._exact -= 1
            self._break(1)
            self.parts.append("```")
        elif tag == "code" and not self._exact:
            self.parts.append("`")
        elif tag in ("ol", "ul"):
            self._items.pop()
        if tag in _PARAGRAPHS:
            self._break(2)
        elif tag in _LINES and tag != "br":
            self._break(1)

    def _item(self) -> None:
        """The mark before an item of a list."""
        if not self._items or self._items[-1] < 0:
            self.parts.append("- ")
            return
        self._items[-1] += 1
        self.parts.append(f"{self._items[-1]}. ")

    def _say(self, text: str) -> None:
        if self.collapse and not self._exact:
            text = _BLANKS.sub(" ", text)
            if not self.parts or self.parts[-1].endswith(("\n", " ")):
                text = text.lstrip(" ")
        if text:
            self.parts.append(text)

    def _break(self, lines: int) -> None:
        """So many line ends at least, unless nothing has been said yet, in all or in this item of a list."""
        if not self.parts or _MARK.fullmatch(self.parts[-1]):
            return
        there = 0
        for part in reversed(self.parts[-3:]):
            rest = part.rstrip(" \t")
            there += len(rest) - len(rest.rstrip("\n"))
            if rest.rstrip("\n"):
                break
        if there < lines:
            self.parts.append("\n" * (lines - there))
