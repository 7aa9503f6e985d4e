"""Hides personal data before a model learns it by heart."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.data import personal
from engine.data.personal import Find
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, rewrite

_ROUNDS = 4  # what is hidden may have stood in the way of something beside it


class PersonalData(Step, kind="personal_data", title="Personal data"):
    """Replaces e-mail addresses, telephone, card and identity numbers; function calls stay as they are."""

    group: ClassVar[str] = "Texts"

    email: bool = option(True, title="E-mail addresses", tier=Tier.BASIC, help="name@example.com")
    phone: bool = option(
        True,
        title="Telephone numbers",
        tier=Tier.BASIC,
        help="International ones, and those of the countries below.",
    )
    card: bool = option(
        True,
        title="Card numbers",
        tier=Tier.BASIC,
        help="Of credit and bank cards, if their check digit is right.",
    )
    national_id: bool = option(
        True,
        title="Identity numbers",
        tier=Tier.BASIC,
        help="Of China (18 digits), the United States, Britain, Spain and France; check digits are checked.",
    )
    ip: bool = option(False, title="IP addresses", help="Of computers, IPv4 and IPv6; 127.0.0.1 stays.")
    regions: tuple[str, ...] = option(
        ("CN", "US", "GB", "DE", "FR", "ES", "JP"),
        title="Countries",
        help="Codes of the countries whose way to write telephone numbers is known; +numbers are found everywhere.",
    )
    replacement: str = option(
        "[{kind}]",
        min_length=1,
        max_length=100,
        title="Placeholder",
        tier=Tier.BASIC,
        help="What stands instead; {kind} becomes EMAIL, PHONE, CARD, ID or IP.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Hide it in every turn of every row."""
        words = {"email": "EMAIL", "phone": "PHONE", "card": "CARD", "national_id": "ID", "ip": "IP"}
        stands = {kind: self.replacement.replace("{kind}", word) for kind, word in words.items()}
        return rewrite(rows, lambda text: self._without(text, stands))

    def _without(self, text: str, stands: dict[str, str]) -> str:
        for _ in range(_ROUNDS):
            shorter = _hidden(text, self._finds(text), stands)
            if shorter == text:
                break
            text = shorter
        return text

    def _finds(self, text: str) -> Iterator[Find]:
        if self.email:
            yield from personal.find_emails(text)
        if self.ip:
            yield from personal.find_ips(text)
        if not personal.has_digits(text):
            return
        finders: tuple[tuple[bool, Callable[[str], Iterator[Find]]], ...] = (
            (self.national_id, personal.find_national_ids),
            (self.card, personal.find_cards),
            (self.phone, lambda text: personal.find_phones(text, self._regions())),
        )
        for wanted, find in finders:
            if wanted:
                yield from find(text)

    def _regions(self) -> list[str]:
        return [region.strip().upper() for region in self.regions if region.strip()]


def _hidden(text: str, finds: Iterator[Find], stands: dict[str, str]) -> str:
    """``text`` with the finds replaced; of two that overlap the first one found counts."""
    taken: list[Find] = []
    for find in finds:
        if all(find.end <= other.start or find.start >= other.end for other in taken):
            taken.append(find)
    for find in sorted(taken, key=lambda item: item.start, reverse=True):
        text = text[: find.start] + stands[find.kind] + text[find.end :]
    return text
