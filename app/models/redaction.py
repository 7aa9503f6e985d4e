"""Takes out of a text what names a person or opens a door, before it leaves this computer."""

import os
import re
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

HIDDEN = "[hidden]"
SHORTEST = 6  # letters of a secret or a computer's name; shorter ones stand in other words
_NAME_OF_SECRET = r"[\w-]*(?:token|api[_-]?key|secret|passwor[dt]|passwd|authorization|credentials?)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", HIDDEN),
        (r"(\w+://)[^/\s@]+@", rf"\1{HIDDEN}@"),  # a name and a password before a server
        (r"\b(bearer|basic)\s+(?!\[)[\w.~+/=-]{8,}", rf"\1 {HIDDEN}"),
        (rf"""\b({_NAME_OF_SECRET}["']?\s*[:=]\s*)("[^"]*"|'[^']*'|(?!\[|bearer |basic )[^\s,;&}}]+)""", rf"\1{HIDDEN}"),
        (r"\b(?:hf|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abp])[_-][\w-]{16,}", HIDDEN),
        (r"\bsk-[\w-]{16,}", HIDDEN),
        (r"\bAKIA[0-9A-Z]{16}\b", HIDDEN),
        (r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?", HIDDEN),
        (r"((?:/home|/Users|/media|/run/media|[a-z]:(?:\\{1,2}|/)Users)(?:\\{1,2}|/))(?!\[)[^/\\\s\"':,;]+", r"\1[name]"),
    )
)  # fmt: skip


def redacted(
    text: str, home: str | None = None, *, secrets: Iterable[str] = (), computer: str | None = None
) -> str:
    """``text`` without the user's own folder, keys, tokens, passwords and the computer's name.

    Args:
        home: the user's folder (default: that of who runs this).
        secrets: texts that are known to be secret, whatever they look like.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    home = str(Path.home()) if home is None else home
    for form in sorted({home, home.replace("\\", "/"), home.replace("\\", "\\\\")}, key=len, reverse=True):
        if len(form) > 1:
            text = re.sub(re.escape(form) + r"(?![\w-])", "~", text)
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    name = socket.gethostname() if computer is None else computer
    if len(name) >= SHORTEST and name.lower() != "localhost":
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "[computer]", text)
    return text


def secrets_of(environment: Mapping[str, str] = os.environ) -> set[str]:
    """Values of the variables whose names say that they are secret."""
    named = re.compile(r"(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIAL)", re.IGNORECASE)
    return {value for name, value in environment.items() if named.search(name) and len(value) >= SHORTEST}
