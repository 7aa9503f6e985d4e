"""Opens hostile files in a process of its own, as ``data.expand`` and ``data.inspect`` do, and says what it cost.

Reads one path as JSON a line, answers with one line: what came of it, seconds of processor time, and the peak of
memory in between. The parent ends it when a file takes too long.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from engine.contract.codec import encode
from engine.contract.errors import UserError

LARGEST_ADDRESS_SPACE = 8 << 30


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _limit()
    _warm_up()
    for line in sys.stdin:
        _reset_peak()
        before, rested = time.process_time(), _peak_mb()
        found = _opened(json.loads(line))
        found |= {"seconds": time.process_time() - before, "peak_mb": _peak_mb(), "before_mb": rested}
        _say(answers, found)


def _opened(path: str) -> dict[str, Any]:
    """Everything that a user would see of ``path``, or the traceback of a crash."""
    try:
        return _expanded_and_inspected(path)
    except BaseException:
        import traceback

        return {"crash": traceback.format_exc()[-3000:]}


def _expanded_and_inspected(path: str) -> dict[str, Any]:
    from engine.contract.recipe import Source
    from engine.data.api import DataService
    from engine.data.expand import expand

    expanded = expand([path])
    encode({"type": "ok", "id": 1, "result": expanded.model_dump(mode="json")})
    messages = [item.reason for item in expanded.skipped]
    rows = accepted = rejected = 0
    for document in expanded.sources[:40]:
        try:
            source, service = Source.model_validate(document), DataService()
            found = service.inspect([source])
            (whole,) = service.inspect([source], complete=True).files
        except UserError as error:
            messages.append(error.info.message)
            continue
        encode({"type": "ok", "id": 1, "result": found.model_dump(mode="json")})
        (file,) = found.files
        rows, accepted = rows + file.rows, accepted + file.accepted
        rejected += len(whole.rejected)
        messages += [item.reason for item in file.rejected[:3]] or [file.reason] * (not file.rows)
    return {
        "sources": len(expanded.sources),
        "rows": rows,
        "accepted": accepted,
        "rejected": rejected,
        "messages": messages[:8],
    }


def _warm_up() -> None:
    """Load the libraries, so that no file is charged with them."""
    import charset_normalizer  # noqa: F401
    import docx  # noqa: F401
    import openpyxl  # noqa: F401
    import pyarrow.json
    import pyarrow.parquet  # noqa: F401
    import pypdf  # noqa: F401

    from engine.data.api import DataService  # noqa: F401


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_ADDRESS_SPACE, LARGEST_ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _say(answers: TextIO, found: dict[str, Any]) -> None:
    answers.write(json.dumps(found) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
