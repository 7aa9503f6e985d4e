"""The draft's dataset files: dropped, pasted, mapped, mended, taken out. The draft's recipe is where they stand."""

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.actions.context import Context, translate
from app.actions.draft import Draft
from app.state.changes import DataAnswered, DataAsked, FilesSkipped, PageShown
from app.state.dataset import SkippedFile
from app.state.document import with_value
from engine.contract.errors import ErrorInfo
from engine.contract.messages import ExpandData
from engine.contract.results import ExpandedData

RECIPE_SUFFIXES = (".yaml", ".yml")
EXPAND_S = 300.0  # a large archive is unpacked
Source = dict[str, Any]


class Sources:
    """What the user does with dataset files, each a step of undo."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._context = context
        self._draft = draft

    # ------------------------------------------------------------ in and out

    def import_files(self, paths: Sequence[str]) -> None:
        """Add dataset files; a recipe among them becomes the draft, a model's folder its base model."""
        files: list[str] = []
        for path in (Path(path).expanduser().absolute() for path in paths):
            if path.suffix.lower() in RECIPE_SUFFIXES:
                self._draft.open_recipe(str(path))
            elif path.is_dir() and (path / "config.json").is_file():
                self._draft.set_option("model.path", str(path))
            elif not path.exists():
                text = translate("Actions", "{path} is no file that could be imported.")
                self._context.notice("warning", text.format(path=path))
            else:
                files.append(str(path))
        if files:
            self._context.store.dispatch(PageShown("data"))
            self._expand(files)

    def _expand(self, paths: Sequence[str]) -> None:
        """Folders, archives and lists of datasets become the files in them; the engine knows which those are."""
        store = self._context.store
        store.dispatch(DataAsked("expand"))

        def expanded(found: ExpandedData) -> None:
            skipped = tuple(SkippedFile(item.path, item.reason) for item in found.skipped)
            store.dispatch(DataAnswered("expand"), FilesSkipped(skipped))
            if found.sources:
                self.add_sources(found.sources)

        def failed(error: ErrorInfo) -> None:
            store.dispatch(DataAnswered("expand"))
            files = [path for path in paths if Path(path).is_file()]
            if len(files) < len(paths):
                self._context.notice_error(error)
            if files:
                self.add_files(files)

        command = ExpandData(paths=tuple(paths))
        self._context.quick.ask(command, ExpandedData, timeout_s=EXPAND_S).then(expanded, failed)

    def paste_text(self, text: str) -> None:
        """Make a file of copied rows in the user's data folder, and add it."""
        suffix = guess_suffix(text)
        if not suffix:
            words = translate("Actions", "What was copied is neither a path nor rows of data.")
            self._context.notice("info", words)
            return
        content = text.encode("utf-8", "replace")
        name = f"pasted-{hashlib.sha256(content).hexdigest()[:8]}{suffix}"
        path = self._context.data_dir / "pasted" / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            words = translate("Actions", "Cannot write {path}: {reason}")
            self._context.notice("danger", words.format(path=path, reason=error.strerror or error))
            return
        self.import_files([str(path)])

    def add_files(self, paths: Sequence[str]) -> None:
        """Add dataset files to the draft, each once; a known one that grew is looked at again."""
        self.add_sources([{"path": path} for path in paths])

    def add_sources(self, found: Sequence[Source]) -> None:
        """Add dataset files with what is already known of them."""
        known = {source.get("path") for source in self._draft.sources}
        fresh: dict[str, Source] = {}
        for source in found:
            if source["path"] not in known:
                fresh.setdefault(source["path"], {"format": "auto", "columns": {}, **source})
        if not fresh:
            self._draft.ask_again()
            return
        one = translate("Actions", "added {name}").format(name=Path(next(iter(fresh))).name)
        many = translate("Actions", "added {count} files").format(count=len(fresh))
        self.set_sources([*self._draft.sources, *fresh.values()], one if len(fresh) == 1 else many)

    def dismiss_skipped(self) -> None:
        """What of a drop was no dataset has been read."""
        self._context.store.dispatch(FilesSkipped(()))

    def remove_source(self, index: int) -> None:
        """Take one file out of the draft; the file itself stays."""
        sources = self._draft.sources
        if 0 <= index < len(sources):
            what = translate("Actions", "removed {name}").format(name=_name(sources[index]))
            self.set_sources(sources[:index] + sources[index + 1 :], what)

    # ------------------------------------------------------------ how one is read

    def map_column(self, index: int, name: str, column: str) -> None:
        """Say which of the file's columns holds ``name``; an empty ``column`` leaves it to detection."""
        source = self._source(index)
        if source is None:
            return
        columns = {**(source.get("columns") or {}), name: column}
        if not column:
            del columns[name]
        what = translate("Actions", "column of {name}").format(name=name)
        self._replace(index, {**source, "columns": columns}, what)

    def set_source_format(self, index: int, family: str) -> None:
        """Say what shape the file's rows have; "auto" detects it."""
        source = self._source(index)
        if source is not None:
            what = translate("Actions", "format of {name}").format(name=_name(source))
            self._replace(index, {**source, "format": family, "columns": {}}, what)

    def mend(self, index: int, patch: Mapping[str, Any], title: str) -> None:
        """Merge the engine's proposal for rejected rows into the file's entry."""
        source = self._source(index)
        if source is not None:
            self._replace(index, merged(source, patch), title)

    def set_sources(self, sources: Sequence[Source], what: str = "") -> None:
        """Replace the draft's files as one step."""
        self._draft.change(with_value(self._draft.document, "data.sources", list(sources)), what=what)

    def _source(self, index: int) -> Source | None:
        sources = self._draft.sources
        return sources[index] if 0 <= index < len(sources) else None

    def _replace(self, index: int, source: Source, what: str) -> None:
        sources = self._draft.sources
        self.set_sources([*sources[:index], source, *sources[index + 1 :]], what)


def merged(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """``document`` with ``patch`` laid over it; mappings inside are merged, everything else is replaced."""
    result = copy.deepcopy(dict(document))
    for name, value in patch.items():
        own = result.get(name)
        both = isinstance(own, Mapping) and isinstance(value, Mapping)
        result[name] = merged(own, value) if both else copy.deepcopy(value)  # type: ignore[arg-type]
    return result


def guess_suffix(text: str) -> str:
    """What copied ``text`` would be called as a file; "" when it holds no rows."""
    stripped = text.strip()
    if not stripped or "\0" in stripped:
        return ""
    lines = [line for line in stripped.splitlines() if line.strip()]
    if stripped[0] in "[{":
        return (
            ".jsonl" if len(lines) > 1 and _is_json(lines[0]) else ".json" if _is_json(stripped) else ".txt"
        )
    if len(lines) < 2:
        return ""
    for mark, suffix in (("\t", ".tsv"), (",", ".csv")):
        counts = {line.count(mark) for line in lines[:2]}
        if min(counts) >= 1 and len(counts) == 1:
            return suffix
    return ".txt"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _name(source: Source) -> str:
    return Path(str(source.get("path", ""))).name
