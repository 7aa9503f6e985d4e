"""What the command line writes: readable text, or with ``--json`` the real stdout for JSON alone."""

import json
import sys
from io import FileIO
from typing import Any

from pydantic import BaseModel

from engine.contract.codec import encode
from engine.contract.errors import ErrorInfo
from engine.contract.messages import Event


class Output:
    """``claimed`` is the real stdout when a machine reads it; standard text streams are used otherwise."""

    def __init__(self, claimed: FileIO | None = None) -> None:
        self._claimed = claimed
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a Windows code page cannot hold every answer of a model
                encoding = None if stream.isatty() else "utf-8"
                stream.reconfigure(encoding=encoding, errors="replace")

    @property
    def claimed(self) -> FileIO | None:
        """The real stdout, if it was claimed."""
        return self._claimed

    @property
    def json(self) -> bool:
        """Whether a machine reads the output."""
        return self._claimed is not None

    @property
    def terminal(self) -> bool:
        """Whether a person watches the progress."""
        return sys.stderr is not None and sys.stderr.isatty()

    def text(self, line: str = "", *, end: str = "\n") -> None:
        """A result, to stdout (to stderr when stdout is a machine's)."""
        stream = sys.stderr if self.json else sys.stdout
        stream.write(line + end)
        stream.flush()

    def note(self, line: str, *, end: str = "\n") -> None:
        """Progress and remarks, to stderr."""
        if sys.stderr is not None:
            sys.stderr.write(line + end)
            sys.stderr.flush()

    def object(self, value: BaseModel | dict[str, Any]) -> None:
        """The one JSON object of a command."""
        content = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
        self._write(
            (json.dumps(content, ensure_ascii=False) + "\n").encode("utf-8", errors="backslashreplace")
        )

    def event(self, event: Event) -> None:
        """One line of the protocol. A reader that went away does not end the run."""
        self._write(encode(event.model_dump(mode="json")))

    def failure(self, info: ErrorInfo) -> None:
        """An error: a sentence and what to do, or the object that says the same."""
        if self.json:
            self.object({"error": info.model_dump(mode="json")})
        self.complain(info)

    def complain(self, info: ErrorInfo) -> None:
        """The error as text for people, on stderr."""
        if info.fields:
            self.note("error: the recipe cannot be used")
            for item in info.fields:
                self.note(f"  {item.path}: {item.reason}")
        else:
            self.note(f"error: {info.message}")
        if info.hint:
            self.note(f"  {info.hint}")
        if info.traceback:
            self.note(info.traceback)

    def _write(self, data: bytes) -> None:
        assert self._claimed is not None
        view = memoryview(data)
        try:
            while view:
                view = view[self._claimed.write(view) or 0 :]
        except OSError:
            pass
