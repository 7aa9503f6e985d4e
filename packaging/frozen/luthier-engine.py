"""Entry of the frozen `luthier-engine` program: the same as `python -m engine`."""

import sys

from engine.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
