"""The draft's dataset: files in and out, and what the engine says of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.actions.context import Context, Latest, translate
from app.actions.draft import Draft
from app.state.changes import (
    DataAsked,
    DataCleared,
    DataCounted,
    DataFailed,
    DataInspected,
    DataPart,
    DataPreviewed,
    PageShown,
)
from app.state.document import with_value
from engine.contract.errors import ErrorInfo
from engine.contract.messages import DataStatistics, InspectData, PreviewData
from engine.contract.results import DataReport, Inspection, Preview

RECIPE_SUFFIXES = (".yaml", ".yml")


class DataQuestions:
    """Inspect, preview and count, each with only its newest question on its way."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._inspections: Latest[Inspection] = Latest(context.quick, Inspection, timeout_s=300)
        self._previews: Latest[Preview] = Latest(context.quick, Preview, timeout_s=300)
        self._counts: Latest[DataReport] = Latest(context.quick, DataReport, timeout_s=1800)

    def refresh(self, what: str) -> None:
        """Ask about the draft's "sources" (the files themselves) or "rows" (as they will be trained)."""
        sources = self._sources()
        if not sources:
            self._store.dispatch(DataCleared())
        elif what == "sources":
            self._inspect(sources)
        else:
            self.preview(0)
            self._count()

    def preview(self, offset: int) -> None:
        """Show the rows from ``offset`` on."""
        if not self._sources():
            return
        self._store.dispatch(DataAsked("preview"))
        self._previews.ask(
            PreviewData(recipe=self._store.state.draft.recipe, offset=offset),
            lambda preview: self._store.dispatch(DataPreviewed(preview, offset)),
            lambda error: self._failed("preview", error),
        )

    def _inspect(self, sources: tuple[dict[str, Any], ...]) -> None:
        self._store.dispatch(DataAsked("inspect"))
        self._inspections.ask(
            InspectData(sources=sources),
            lambda inspection: self._store.dispatch(DataInspected(inspection)),
            lambda error: self._failed("inspect", error),
        )

    def _count(self) -> None:
        self._store.dispatch(DataAsked("statistics"))
        self._counts.ask(
            DataStatistics(recipe=self._store.state.draft.recipe),
            lambda report: self._store.dispatch(DataCounted(report)),
            lambda error: self._failed("statistics", error),
        )

    def _failed(self, part: DataPart, error: ErrorInfo) -> None:
        self._store.dispatch(DataFailed(part, error))

    def _sources(self) -> tuple[dict[str, Any], ...]:
        data = self._store.state.draft.recipe.get("data")
        found = data.get("sources") if isinstance(data, dict) else None
        return tuple(source for source in found or () if isinstance(source, dict))


class Sources:
    """What the user does with dataset files; the draft's recipe is where they stand."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._context = context
        self._draft = draft

    def import_files(self, paths: Sequence[str]) -> None:
        """Add dataset files; a recipe among them becomes the draft, a model's folder its base model."""
        files: list[str] = []
        for path in (Path(path).expanduser().absolute() for path in paths):
            if path.suffix.lower() in RECIPE_SUFFIXES:
                self._draft.open_recipe(str(path))
            elif path.is_dir() and (path / "config.json").is_file():
                self._draft.set_option("model.path", str(path))
            elif not path.is_file():
                text = translate("Actions", "{path} is no file that could be imported.")
                self._context.notice("warning", text.format(path=path))
            else:
                files.append(str(path))
        if files:
            self.add_files(files)
            self._context.store.dispatch(PageShown("data"))

    def add_files(self, paths: Sequence[str]) -> None:
        """Add dataset files to the draft, each once; a known one that grew is looked at again."""
        known = {source.get("path") for source in self._draft.sources}
        fresh = [path for path in dict.fromkeys(paths) if path not in known]
        if fresh:
            added = [{"path": path, "format": "auto", "columns": {}} for path in fresh]
            self.set_sources([*self._draft.sources, *added])
        else:
            self._draft.ask_again()

    def set_sources(self, sources: Sequence[dict[str, Any]]) -> None:
        """Replace the draft's files as one step."""
        self._draft.change(with_value(self._draft.document, "data.sources", list(sources)))

    def remove_source(self, index: int) -> None:
        """Take one file out of the draft; the file itself stays."""
        sources = self._draft.sources
        if 0 <= index < len(sources):
            self.set_sources(sources[:index] + sources[index + 1 :])

    def map_column(self, index: int, name: str, column: str) -> None:
        """Say which of the file's columns holds ``name``; an empty ``column`` leaves it to detection."""
        sources = self._draft.sources
        if not 0 <= index < len(sources):
            return
        columns = {**(sources[index].get("columns") or {}), name: column}
        if not column:
            del columns[name]
        self.set_sources([*sources[:index], {**sources[index], "columns": columns}, *sources[index + 1 :]])

    def set_source_format(self, index: int, family: str) -> None:
        """Say what shape the file's rows have; "auto" detects it."""
        sources = self._draft.sources
        if 0 <= index < len(sources):
            changed = {**sources[index], "format": family, "columns": {}}
            self.set_sources([*sources[:index], changed, *sources[index + 1 :]])

    def set_steps(self, steps: Sequence[dict[str, Any]]) -> None:
        """Replace the draft's cleaning steps."""
        self._draft.change(with_value(self._draft.document, "data.steps", list(steps)))
