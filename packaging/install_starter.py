"""Installs the starter model with the environment's own Python, for bootstrap.py.

Prints one line for every bit of progress ("progress TEXT") and last "path FOLDER"; a failure the user can
mend is one sentence on stderr and exit code 1.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.update(TQDM_DISABLE="1", HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.contract.errors import UserError
from engine.models import starter


def main() -> int:
    try:
        folder = starter.install(lambda what, share: print(f"progress {what}  {share:.0%}", flush=True))
    except UserError as error:
        print(error.info.message, error.info.hint or "", file=sys.stderr)
        return 1
    print(f"path {folder}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
