"""Entry of the frozen `luthier` program: the window."""

import multiprocessing
import os
import sys
from pathlib import Path

# A windowed program on Windows has no streams, and libraries write to them all the same.
if sys.stderr is None:
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115

from app.main import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
