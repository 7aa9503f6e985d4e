"""The code of a model's folder as it is shown to whoever decides about it: every file with its hash, none of it run."""

import re
from pathlib import Path

from engine.contract.base_models import CodeFile, ModelCode
from engine.contract.errors import ErrorCode, UserError
from engine.models.consent import FolderCode, code_of, is_allowed, needs_code

TEXT_BYTES = 400_000  # of one file; a line of the protocol holds more
# controls that show a text in another order than it runs in, or not at all (CVE-2021-42574)
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def read_code(path: str, file: str = "") -> ModelCode:
    """What the folder or Python file ``path`` wants to run, and the text of its ``file``.

    Raises:
        UserError: ``NOT_FOUND``: there is no such file among them.
    """
    place = Path(path).expanduser()
    code = code_of(place) if place.exists() else None
    rewards = place.suffix == ".py"
    if code is None:
        return ModelCode(path=path, purpose="rewards" if rewards else "model")
    folder = code.folder
    shown = file or _first(code)
    if shown and shown not in code.files:
        raise UserError(ErrorCode.NOT_FOUND, f"{folder} holds no code called {shown} any more")
    return ModelCode(
        path=path,
        digest=code.digest,
        files=tuple(
            CodeFile(name=name, sha256=digest, size_bytes=(folder / name).stat().st_size)
            for name, digest in code.files.items()
        ),
        called=code.names,
        purpose="rewards" if rewards else "model",
        foreign=code.foreign,
        needed=rewards or needs_code(folder, code),
        allowed=is_allowed(code),
        file=shown,
        text=_text(folder / shown) if shown else "",
    )


def _first(code: FolderCode) -> str:
    """The file that the settings name first, else the first of all."""
    for name in code.names:
        wanted = name.split("--")[-1].rpartition(".")[0].replace(".", "/") + ".py"
        if wanted in code.files:
            return wanted
    return next(iter(code.files), "")


def _text(path: Path) -> str:
    """A file as text in which nothing is hidden: controls are spelt out."""
    with path.open("rb") as file:
        data = file.read(TEXT_BYTES + 1)
    text = HIDDEN.sub(
        lambda found: f"\\u{ord(found[0]):04x}", data[:TEXT_BYTES].decode("utf-8", "backslashreplace")
    )
    if len(data) > TEXT_BYTES:
        text += f"\n\n[{path.stat().st_size - TEXT_BYTES} more bytes are in {path}]"
    return text
