"""What an engine must find in its environment when it starts; whoever starts one sets it. Standard library only."""

import sys
from collections.abc import Mapping

TUNABLES = "GLIBC_TUNABLES"
_NO_CRUMBS = "glibc.malloc.tcache_count=0"  # see ``engine.train.allocator``


def additions(known: Mapping[str, str]) -> dict[str, str]:
    """Variables to set besides ``known``; empty when nothing is missing."""
    value = known.get(TUNABLES, "")
    if not sys.platform.startswith("linux") or "tcache_count" in value:
        return {}
    return {TUNABLES: f"{value}:{_NO_CRUMBS}" if value else _NO_CRUMBS}


def leaves_no_crumbs(known: Mapping[str, str]) -> bool:
    """Whether a process with this environment was started so."""
    return _NO_CRUMBS in known.get(TUNABLES, "")
