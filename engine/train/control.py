"""Wishes that come through the run's folder: how an app that was restarted controls a run whose pipe is gone."""

import json
from pathlib import Path
from typing import get_args

from engine.contract.job import Action

CONTROL_FILE = "control.jsonl"


class ControlFile:
    """Reads the lines appended to ``<run>/control.jsonl`` since it was opened; cheap enough for every step."""

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / CONTROL_FILE
        self._offset = self._size()

    def poll(self) -> Action | None:
        """The newest new wish, or None. Lines that are no wish are passed over."""
        if self._size() <= self._offset:
            return None
        with self._path.open("rb") as file:
            file.seek(self._offset)
            chunk = file.read()
        complete = chunk[: chunk.rfind(b"\n") + 1]
        self._offset += len(complete)
        found: Action | None = None
        for line in complete.splitlines():
            try:
                action = json.loads(line)["action"]
            except (ValueError, KeyError, TypeError):
                continue
            if action in get_args(Action):
                found = action
        return found

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0


def request(run_dir: Path, action: Action) -> None:
    """Ask the engine that works in ``run_dir`` for ``action``."""
    with (run_dir / CONTROL_FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"action": action}) + "\n")
