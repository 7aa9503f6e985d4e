"""Numbers as people say them: sizes, durations, counts, rates. Translated."""

import math
import time

from PySide6.QtCore import QCoreApplication

_UNITS = ("B", "KB", "MB", "GB", "TB")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Format", text)


def _translatable() -> None:
    """Never called: names the words of this file for lupdate, which reads only literal calls."""
    translate = QCoreApplication.translate
    translate("Format", "{0} of {1}")
    translate("Format", "{0} of {1} {2}")
    translate("Format", "{0}/s")
    translate("Format", "{0} left")
    translate("Format", "{0} to {1} left")
    translate("Format", "about {0}")
    translate("Format", "{0} to {1}")
    translate("Format", "{0} s")
    translate("Format", "{0} min")
    translate("Format", "{0} h")
    translate("Format", "{0} h {1} min")
    translate("Format", "{0} days")
    translate("Format", "less than a second")
    translate("Format", "just now")
    translate("Format", "{0} min ago")
    translate("Format", "{0} h ago")
    translate("Format", "{0} days ago")
    translate("Format", "steps")
    translate("Format", "tokens")
    translate("Format", "rows")
    translate("Format", "examples")
    translate("Format", "evaluations")
    translate("Format", "characters")
    translate("Format", "files")
    translate("Format", "questions")
    translate("Format", "prompts")
    translate("Format", "tensors")
    translate("Format", "layers")
    translate("Format", "answers")
    translate("Format", "batches")
    translate("Format", "texts")
    translate("Format", "trials")


def unit(name: str) -> str:
    """A unit of the schema or of a progress, translated."""
    return _tr(name) if name else ""


def size(count: float) -> str:
    """Bytes in binary multiples: ``size(3 * 2**30)`` is "3.0 GB"."""
    value, place = float(count), 0
    while abs(value) >= 1024 and place < len(_UNITS) - 1:
        value, place = value / 1024, place + 1
    digits = 0 if place == 0 or value >= 100 else 1
    return f"{value:.{digits}f} {_UNITS[place]}"


def number(value: float) -> str:
    """A count with thousands separators, or a short decimal."""
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4g}"


def short_count(value: float) -> str:
    """A large count in three figures: 134.5 M."""
    for limit, suffix in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= limit:
            return f"{value / limit:.{0 if value / limit >= 100 else 1}f} {suffix}"
    return number(value)


def scientific(value: float) -> str:
    """A hyperparameter as its users write it: 1e-4, 0.05, 16."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if 1e-2 <= abs(value) < 1e5:
        return f"{value:.6g}"
    mantissa, _, exponent = f"{value:.6e}".partition("e")
    digits = mantissa.rstrip("0").rstrip(".")
    return f"{digits}e{int(exponent)}"


def loss(value: float | None) -> str:
    """A loss in four figures, or a dash."""
    return "–" if value is None else f"{value:.3f}"


def percent(share: float, digits: int = 0) -> str:
    """A share of one as a percentage."""
    return f"{100 * share:.{digits}f}%"


def duration(seconds: float) -> str:
    """ "45 s", "6 min", "2 h 10 min"."""
    if seconds < 1:
        return _tr("less than a second")
    if seconds < 60:
        return _tr("{0} s").format(round(seconds))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _tr("{0} min").format(minutes)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return _tr("{0} days").format(round(hours / 24))
    return _tr("{0} h {1} min").format(hours, minutes) if minutes else _tr("{0} h").format(hours)


def _bounds(span: tuple[float, float]) -> tuple[str, str]:
    """Both ends in words; the earlier one without its unit where both share it ("18 to 21 min")."""
    early, late = duration(span[0]), duration(span[1])
    head, gap, tail = early.rpartition(" ")
    if gap and late.rpartition(" ")[2] == tail and " " not in head:
        return head, late
    return early, late


def duration_range(span: tuple[float, float]) -> str:
    """ "18 to 21 min", or one figure where both ends round to the same."""
    early, late = _bounds(span)
    if duration(span[0]) == duration(span[1]):
        return _tr("about {0}").format(late)
    return _tr("{0} to {1}").format(early, late)


def time_left(span: tuple[float, float]) -> str:
    """ "18 to 21 min left"."""
    if duration(span[0]) == duration(span[1]):
        return _tr("{0} left").format(duration(span[1]))
    early, late = _bounds(span)
    return _tr("{0} to {1} left").format(early, late)


def amount(done: float, total: float | None, unit_name: str = "") -> str:
    """ "240 of 2,000 steps", "1.2 of 3.4 GB"; only what is done where the total is unknown."""
    if unit_name == "bytes":
        return size(done) if total is None else _tr("{0} of {1}").format(size(done), size(total))
    if total is None:
        return f"{number(round(done))} {unit(unit_name)}".strip() if done else ""
    if not unit_name:
        return percent(done / total) if total else ""
    words = _tr("{0} of {1} {2}")
    return words.format(number(round(done)), number(round(total)), unit(unit_name)).strip()


def rate(per_second: float | None, unit_name: str) -> str:
    """ "12 MB/s", "3,412 tokens/s"."""
    if not per_second:
        return ""
    words = (
        size(per_second) if unit_name == "bytes" else f"{number(round(per_second))} {unit(unit_name)}".strip()
    )
    return _tr("{0}/s").format(words)


def ago(wall: float, *, now: float | None = None) -> str:
    """How long ago a Unix time was."""
    seconds = max(0.0, (time.time() if now is None else now) - wall)
    if seconds < 90:
        return _tr("just now")
    if seconds < 5400:
        return _tr("{0} min ago").format(round(seconds / 60))
    if seconds < 129_600:
        return _tr("{0} h ago").format(round(seconds / 3600))
    return _tr("{0} days ago").format(round(seconds / 86_400))
