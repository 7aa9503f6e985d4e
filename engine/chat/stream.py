"""Bytes of tokens to text that may be shown: whole characters only, and nothing that may become a stop string."""

import codecs
from collections.abc import Callable, Sequence


class TextStream:
    """Feeds on bytes and tells ``on_text`` what is certain; ``text`` is all that was told."""

    def __init__(self, stop: Sequence[str], on_text: Callable[[str], None]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stop = tuple(item for item in stop if item)
        self._on_text = on_text
        self._held = ""  # may be the beginning of a stop string
        self.text = ""

    def feed(self, data: bytes) -> bool:
        """Take the next bytes; True when a stop string has appeared, which ends the answer before it."""
        return self._take(self._decoder.decode(data))

    def finish(self) -> None:
        """The answer ends here: tell what was held back. A character cut in the middle becomes U+FFFD."""
        if not self._take(self._decoder.decode(b"", final=True)):
            self._tell(self._held)
            self._held = ""

    def _take(self, text: str) -> bool:
        self._held += text
        places = [place for item in self._stop if (place := self._held.find(item)) >= 0]
        if places:
            self._tell(self._held[: min(places)])
            self._held, self._stop = "", ()
            return True
        keep = max((_overlap(self._held, item) for item in self._stop), default=0)
        certain = len(self._held) - keep
        self._tell(self._held[:certain])
        self._held = self._held[certain:]
        return False

    def _tell(self, text: str) -> None:
        if text:
            self.text += text
            self._on_text(text)


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of ``text`` that is a beginning of ``stop``."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
