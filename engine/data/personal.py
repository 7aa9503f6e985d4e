"""Finds personal data in a text: addresses, telephone and card numbers, national identity numbers.

Whatever has a check digit is checked, so that an order number is rarely taken for a card. Numbers are only looked
for where a text has enough digits in a row.
"""

import functools
import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

EMAIL = re.compile(
    r"(?<![\w.+%-])[a-z0-9](?:[\w.+%-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-]|\.\w)",
    re.IGNORECASE | re.ASCII,
)
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", re.ASCII)
IPV6 = re.compile(
    r"(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:]|\.\d)", re.IGNORECASE
)
CARD = re.compile(r"(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![\d-]|[.,]\d)", re.ASCII)
CHINESE_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])",
    re.ASCII,
)
US_ID = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])", re.ASCII)
BRITISH_ID = re.compile(
    r"(?<![0-9A-Za-z])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![0-9A-Za-z])"
)
SPANISH_ID = re.compile(r"(?<![0-9A-Za-z])[0-9XYZ]\d{7}-?[A-HJ-NP-TV-Z](?![0-9A-Za-z])")
FRENCH_ID = re.compile(
    r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)", re.ASCII
)
PHONE = re.compile(
    r"(?<![\w.,/=&#$€£¥:+-])(?:\+|00)?\(?\d(?:[ \u00a0.\-/()]{0,2}\d){6,16}(?![\w]|[.,/-]\d)", re.ASCII
)
_CHINESE_MOBILE = re.compile(r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}", re.ASCII)
_DIGITS = re.compile(r"\d(?:[ \u00a0.\-/()]{0,2}\d){5}", re.ASCII)
_NOT_DIGITS = re.compile(r"\D+")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


@dataclass(frozen=True, slots=True)
class Find:
    """One piece of personal data: what it is, and its place in the text."""

    kind: str  # email, card, national_id, phone, ip
    start: int
    end: int


def find_emails(text: str) -> Iterator[Find]:
    """E-mail addresses."""
    if "@" in text:
        for match in EMAIL.finditer(text):
            yield Find("email", *match.span())


def find_cards(text: str) -> Iterator[Find]:
    """Card numbers of 13 to 19 digits whose issuer exists and whose check digit is right (Luhn, ISO/IEC 7812)."""
    for match in CARD.finditer(text):
        digits = _NOT_DIGITS.sub("", match[0])
        if digits[0] in "23456" and len(set(digits)) > 1 and luhn(digits):
            yield Find("card", *match.span())


def find_national_ids(text: str) -> Iterator[Find]:
    """Identity numbers of China (18 digits), the United States, Britain, Spain and France."""
    for pattern, is_right in _NATIONAL:
        for match in pattern.finditer(text):
            if is_right(match[0]):
                yield Find("national_id", *match.span())


def find_ips(text: str) -> Iterator[Find]:
    """Addresses of computers, IPv4 and IPv6; those that mean 'this computer' or nothing are nobody's."""
    for pattern in (IPV4, IPV6):
        for match in pattern.finditer(text):
            try:
                address = ipaddress.ip_address(match[0])
            except ValueError:
                continue
            if not (address.is_loopback or address.is_unspecified):
                yield Find("ip", *match.span())


def find_phones(text: str, regions: Sequence[str]) -> Iterator[Find]:
    """Telephone numbers: international ones, and those that are written as is usual in one of ``regions``."""
    for match in PHONE.finditer(text):
        for start, end in _phones(match[0], tuple(regions)):
            yield Find("phone", match.start() + start, match.start() + end)


def has_digits(text: str) -> bool:
    """Whether ``text`` can hold a telephone, card or identity number at all."""
    return _DIGITS.search(text) is not None


def luhn(digits: str) -> bool:
    """Whether the last digit of a card number fits the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) << (place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def chinese_id(number: str) -> bool:
    """Whether the last character of a Chinese identity number fits the others (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def spanish_id(number: str) -> bool:
    """Whether the letter of a DNI or NIE fits its number modulo 23."""
    digits = number.replace("-", "")
    value = int("XYZ".index(digits[0]) if digits[0] in "XYZ" else digits[0]) * 10_000_000 + int(digits[1:8])
    return _SPANISH_LETTERS[value % 23] == digits[8]


def french_id(number: str) -> bool:
    """Whether the last two digits of an INSEE number are 97 less the rest of the others."""
    digits = number.replace(" ", "").replace("2A", "19").replace("2B", "18")
    return 97 - int(digits[:13]) % 97 == int(digits[13:])


def _always(number: str) -> bool:
    return True


_NATIONAL: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (CHINESE_ID, chinese_id),
    (US_ID, _always),
    (BRITISH_ID, _always),
    (SPANISH_ID, spanish_id),
    (FRENCH_ID, french_id),
)


@functools.lru_cache(maxsize=4096)
def _phones(digits: str, regions: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where telephone numbers stand in a run of digits and separators."""
    number = digits.rstrip(" \u00a0(-./")
    if _CHINESE_MOBILE.fullmatch(number):
        return ((0, len(number)),) if "CN" in regions or number.startswith("+") else ()
    if number.replace(".", "", 1).isdigit():  # without a plus or a grouping it could be any number
        return ()
    import phonenumbers

    for region in (None,) if number.startswith(("+", "00")) else regions:
        dialled = "+" + number[2:] if number.startswith("00") else number
        shift = len(number) - len(dialled)
        matcher = phonenumbers.PhoneNumberMatcher(
            dialled, region, leniency=phonenumbers.Leniency.STRICT_GROUPING
        )
        found = [(item.start, item.end) for item in matcher if not item.raw_string.isdigit()]
        if found:
            return tuple((start + shift if start else 0, end + shift) for start, end in found)
    return ()
