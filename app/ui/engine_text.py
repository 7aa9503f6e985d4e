"""The engine's sentences in the language of the interface.

The engine speaks English: it also runs headless and over ssh. Its sentences are collected from its source as
templates (``packaging/translations.py``); here a sentence is recognised by its template, the template translated,
and the values put back. What is not recognised stays as it was said.
"""

import functools
import re

from PySide6.QtCore import QCoreApplication

from engine.contract.paths import resources_dir

_PLACE = re.compile(r"\{(\d+)\}")
_DEEPEST = 3  # a value may itself be a sentence, as in "SENTENCE: saves 1.2 GB"


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Templates with their expressions, the most telling ones first."""
    path = resources_dir() / "translations" / "engine_templates.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    templates = sorted((line for line in lines if line), key=lambda line: -len(_PLACE.sub("", line)))
    return tuple((template, _expression(template)) for template in templates)


def _expression(template: str) -> re.Pattern[str]:
    parts = _PLACE.split(template)  # text, number, text, number, ..., text
    texts = [re.escape(part) if index % 2 == 0 else f"(?P<v{part}>.+?)" for index, part in enumerate(parts)]
    return re.compile("".join(texts), re.DOTALL)


def engine_text(sentence: str, *, depth: int = 0) -> str:
    """``sentence`` translated, or as it is."""
    if not sentence or depth > _DEEPEST:
        return sentence
    for context in ("Engine", "Schema"):
        exact = QCoreApplication.translate(context, sentence)
        if exact != sentence:
            return exact
    for template, expression in _patterns():
        found = expression.fullmatch(sentence)
        if found is None:
            continue
        words = QCoreApplication.translate("Engine", template)
        if words == template:
            return sentence
        return _filled(words, found.groupdict(), depth)
    return sentence


def _filled(words: str, values: dict[str, str], depth: int) -> str:
    said = {name[1:]: engine_text(value, depth=depth + 1) for name, value in values.items()}
    return _PLACE.sub(lambda place: said.get(place[1], place[0]), words)
