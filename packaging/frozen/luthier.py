"""Entry of the frozen `luthier` program: the window.

`luthier --check-contents` opens none: it ends with 1 and says what the build has lost of charts, pages and actions.
"""

import multiprocessing
import os
import sys
from pathlib import Path

# A windowed program on Windows has no streams, and libraries write to them all the same.
if sys.stderr is None:
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115

from app.main import main


def check_contents() -> int:
    from app.contents import problems

    found = problems()
    sys.stderr.write("".join(f"{problem}\n" for problem in found))
    return int(bool(found))


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(check_contents() if sys.argv[1:] == ["--check-contents"] else main())
