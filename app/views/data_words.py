"""Words for what the engine's questions call by short names."""

from PySide6.QtCore import QCoreApplication, QLocale

translate = QCoreApplication.translate
_OWN_NAMES = {"en": "English", "zh": "中文"}


def where_words(choice: str) -> str:
    """In which part of a row is searched."""
    return {
        "any": translate("DataWords", "anywhere"),
        "prompt": translate("DataWords", "in the prompt"),
        "answer": translate("DataWords", "in the answer"),
        "source": translate("DataWords", "in the file's name"),
    }.get(choice, choice)


def sort_words(choice: str) -> str:
    """In which order rows are listed."""
    return {
        "file": translate("DataWords", "in file order"),
        "shortest": translate("DataWords", "shortest first"),
        "longest": translate("DataWords", "longest first"),
        "most_turns": translate("DataWords", "most turns first"),
    }.get(choice, choice)


def language_name(code: str) -> str:
    """A language by its own name; "" is all the others."""
    if not code:
        return translate("DataWords", "other languages")
    if code in ("und", "unknown"):
        return translate("DataWords", "undetermined")
    if code in _OWN_NAMES:  # the system's names say which English and which Chinese
        return _OWN_NAMES[code]
    locale = QLocale(code)
    name = locale.nativeLanguageName() if locale.language() != QLocale.Language.C else ""
    return name[:1].upper() + name[1:] if name else code
