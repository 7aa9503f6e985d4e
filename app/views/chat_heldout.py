"""Questions the model was not trained on, to try in the chat: of the open run, else of the sample project."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.contract.paths import sample_heldout

ROWS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One question, and the answer the dataset gives."""

    prompt: str
    reference: str = ""


def read_heldout(run_dir: str) -> tuple[HeldOut, ...]:
    """The held-out rows of a run; of the sample project where there is no run or it kept none."""
    if run_dir:
        rows = _read(Path(run_dir) / "heldout.json")
        if rows:
            return rows
    return _read(sample_heldout())


def _read(path: Path) -> tuple[HeldOut, ...]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    found = (_row(item) for item in rows if isinstance(item, dict)) if isinstance(rows, list) else ()
    return tuple(row for row in found if row is not None)


def _row(item: dict[str, Any]) -> HeldOut | None:
    """A row of a run (messages and reference) or of a dataset in alpaca form."""
    if isinstance(item.get("messages"), list):
        asked = [turn for turn in item["messages"] if isinstance(turn, dict) and turn.get("role") == "user"]
        if len(asked) != 1:  # a later question means nothing without the answers before it
            return None
        prompt, reference = asked[0].get("content"), item.get("reference")
    else:
        parts = [str(item.get(name) or "") for name in ("instruction", "input")]
        prompt, reference = "\n".join(part for part in parts if part), item.get("output")
    prompt = str(prompt or "").strip()
    return HeldOut(prompt, str(reference or "").strip()) if prompt else None
