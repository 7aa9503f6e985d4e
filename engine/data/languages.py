"""In which language a text is written: by its script where that is certain, else by py3langid.

py3langid (BSD) carries its model of 139 languages in its wheel. Only the languages below are asked for: the rare
ones are close relatives of common ones and would take short texts from them.
"""

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"

_SAMPLE_CHARS = 160  # more makes hardly a difference to the answer, and takes longer
_LEAST_LETTERS = 6  # fewer letters of an alphabet could be anything
_CONFIDENCE = 0.25
_COMMON = frozenset(("de", "en", "es", "fr", "it", "pt", "ru"))
_MORE_LIKELY = 4.0  # than their relatives, before a word is read
_LANGUAGES = (
    "af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr ht hu hy id is it ja jv ka kk km kn "
    "ko ku ky la lb lo lt lv mg mk ml mn mr ms mt my ne nl no oc pa pl ps pt ro ru rw sa si sk sl so sq sr sv sw ta te tg "
    "th tk tl tr tt ug uk ur uz vi xh yo zh zu zxx"
)
_ENGLISH_WORDS = (
    "the and of that with which this are was were you your what from have has how would should there their they been when "
    "where because into about these those could while who"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_NOT_SAID = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|<[^<>\n]{1,200}>|(?:https?://|www\.)\S+|\S+@\S+|\$[^$\n]{1,200}\$|\d+",
    re.DOTALL,
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")
_SCRIPTS = {
    "th": re.compile("[\u0e00-\u0e7f]"),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "hy": re.compile("[\u0530-\u058f]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "gu": re.compile("[\u0a80-\u0aff]"),
    "ta": re.compile("[\u0b80-\u0bff]"),
    "te": re.compile("[\u0c00-\u0c7f]"),
    "kn": re.compile("[\u0c80-\u0cff]"),
    "ml": re.compile("[\u0d00-\u0d7f]"),
    "si": re.compile("[\u0d80-\u0dff]"),
}  # scripts of a single common language


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language of ``text``, or "und" where it holds too few words to tell.

    Code in backquotes, tags, addresses, formulas and numbers do not count. What looks like no language at all is
    "und" too.
    """
    sample = _NOT_SAID.sub(" ", text[: 8 * _SAMPLE_CHARS])[:_SAMPLE_CHARS]
    if not sample.isascii():
        certain = _by_script(sample)
        if certain:
            return certain
    elif _is_english(sample):
        return "en"
    letters = sum(map(str.isalpha, sample))
    if letters < _LEAST_LETTERS:
        return UNDETERMINED
    first, *others = _identifier().rank(sample)[:4]
    if first[1] < _CONFIDENCE or first[0] == "zxx":
        return UNDETERMINED
    return max((first, *others), key=_likelihood)[0]


def _likelihood(ranked: tuple[str, float]) -> float:
    language, score = ranked
    return score * (_MORE_LIKELY if language in _COMMON else 1.0)


def _is_english(sample: str) -> bool:
    """Whether so many words are those that only English has that no other answer is possible."""
    words = sample.lower().split()
    known = [word for word in words if word in _ENGLISH]
    return len(set(known)) >= 3 and 6 * len(known) >= len(words)


def _by_script(sample: str) -> str:
    """The language whose script has most of the letters; empty where the script does not say."""
    han, kana, hangul = (len(script.findall(sample)) for script in (_HAN, _KANA, _HANGUL))
    letters = sum(map(str.isalpha, sample)) or 1
    others = letters - han - kana - hangul
    if han + kana > hangul and 3 * (han + kana) >= others:
        return "ja" if 10 * kana >= han + kana else "zh"
    if 2 * hangul >= others and hangul:
        return "ko"
    if others < letters / 2:
        return ""
    for code, script in _SCRIPTS.items():
        if 2 * len(script.findall(sample)) > letters:
            return code
    return ""


@functools.cache
def _identifier() -> "LanguageIdentifier":
    """Loaded when the first text needs it: about a second and 100 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
