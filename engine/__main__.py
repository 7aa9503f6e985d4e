"""Entry of ``luthier-engine`` and ``python -m engine``.

Claims stdout before anything that might print on it is imported, then hands over to the command line.
"""

import multiprocessing
import os
import sys
from collections.abc import Sequence

from engine.contract.environment import additions
from engine.server.claim import claim_stdout

# GNU OpenMP's idle threads spin for milliseconds. Beside any other busy process (our own window, a browser) they
# then hold the core that the working thread waits for: measured, 4 times slower on 2 cores. Read when torch loads.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it ended (see ``engine.cli``)."""
    multiprocessing.freeze_support()
    if argv is None:
        _start_as_wanted()
    arguments = list(sys.argv[1:] if argv is None else argv)
    machine = "--json" in arguments or arguments[:1] == ["serve"]
    claimed = claim_stdout() if machine else None
    from engine.cli import run  # after the claim: from here on libraries may print

    return run(arguments, claimed=claimed)


def _start_as_wanted() -> None:
    """Put this process in its own place once more, with what is missing in its environment (the app sets it itself; a
    frozen program is left as it is)."""
    missing = additions(os.environ)
    if missing and not getattr(sys, "frozen", False):
        os.environ.update(missing)
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
