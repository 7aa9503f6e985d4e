"""How nearly a GGUF answers as the trained model does, on all held-out rows of a run.

    python -m tests.benchmarks.export_agreement RUN EXPORT.gguf

Prints one JSON object. The headline is ``greedy_agreement``: the mean over the rows of the share of equal tokens,
place by place, among the first 32 of the greedy answers.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from engine.export.run import agreement
from tests.integration.quiet_job import QuietJob


def main() -> None:
    """Compare and print."""
    run_dir, export = map(Path, sys.argv[1:3])
    found = agreement(run_dir, export, engine="llama.cpp", job=QuietJob())
    sys.stdout.write(json.dumps(asdict(found), indent=1) + "\n")


if __name__ == "__main__":
    main()
