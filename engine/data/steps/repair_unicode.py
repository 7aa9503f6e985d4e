"""Repairs text that was decoded wrongly on its way into the file."""

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, rewrite

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class RepairUnicode(Step, kind="repair_unicode", title="Repair characters"):
    """Mends wrongly decoded characters (donâ€™t), control characters and mixed Unicode forms (ftfy)."""

    group: ClassVar[str] = "Texts"

    mojibake: bool = option(
        True,
        title="Wrongly decoded text",
        tier=Tier.BASIC,
        help="Undo a wrong decoding such as UTF-8 read as Latin-1.",
    )
    normalization: Literal["NFC", "NFKC", "none"] = option(
        "NFC",
        title="Unicode form",
        help="NFC joins letters and their accents. NFKC also replaces variants such as ligatures.",
    )
    straight_quotes: bool = option(False, title="Straight quotes", help="Replace curly quotation marks.")
    half_width: bool = option(
        False,
        title="Half-width forms",
        help="Replace full-width letters and punctuation; leave it off for Chinese text.",
    )
    html_entities: bool = option(
        False, title="HTML entities", help="Replace &amp;amp; and the like by their characters."
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Repair every turn of every row."""
        import ftfy

        fix = functools.partial(ftfy.fix_text, config=self._config())
        return rewrite(rows, lambda text: text if self._is_plain(text) else fix(text))

    def _is_plain(self, text: str) -> bool:
        """Whether there is nothing to mend: the library would find the same, but takes its time."""
        return text.isascii() and not _CONTROL.search(text) and not (self.html_entities and "&" in text)

    def _config(self) -> "TextFixerConfig":
        from ftfy import TextFixerConfig

        return TextFixerConfig(
            unescape_html=self.html_entities,
            fix_encoding=self.mojibake,
            restore_byte_a0=self.mojibake,
            replace_lossy_sequences=self.mojibake,
            decode_inconsistent_utf8=self.mojibake,
            fix_c1_controls=self.mojibake,
            fix_latin_ligatures=self.normalization == "NFKC",
            fix_character_width=self.half_width,
            uncurl_quotes=self.straight_quotes,
            normalization=None if self.normalization == "none" else self.normalization,
            explain=False,
        )
