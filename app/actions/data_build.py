"""The dataset out: written as a kept version or as files for other programs, and taken up again later."""

from pathlib import Path

from app.actions.channels import JobChannels
from app.actions.context import Context, translate
from app.actions.data_sources import Sources
from app.actions.draft import Draft
from app.client.engine_job import EngineJob
from app.state.changes import VersionsListed
from app.state.document import Document
from engine.contract.errors import ErrorCode
from engine.contract.messages import BuildData, CheckRecipe, ListVersions, RunFinished
from engine.contract.results import DatasetVersions, RecipeCheck

RECIPE_OF_A_VERSION = "data.yaml"


class Builder:
    """At most one dataset is written at a time, by an engine of its own."""

    def __init__(self, context: Context, draft: Draft, sources: Sources) -> None:
        self._context = context
        self._store = context.store
        self._draft = draft
        self._sources = sources
        self._jobs = JobChannels(context)

    def build(
        self,
        *,
        file_type: str = "",
        form: str = "",
        licence: str = "",
        out: str = "",
        guard: bool | None = None,
    ) -> None:
        """Write the draft's rows to the folder ``out``; without one, keep them as a version."""
        wishes = {"file_type": file_type, "form": form, "licence": licence, "out": out, "guard": guard}
        given = {name: value for name, value in wishes.items() if value not in ("", None)}
        self._jobs.begin(
            "build",
            BuildData.model_validate({"recipe": self._draft.document, **given}),
            about=out,
            finished=self._finished,
            refused=self._context.notice_error,
            crashed=lambda how: self._context.notice_error(how.error),
        )

    def cancel(self) -> None:
        """Stop writing; nothing half-written stays."""
        self._jobs.cancel()

    def stop(self) -> list[EngineJob]:
        """End what still runs; returned so that the app can wait for it."""
        return self._jobs.stop()

    def _finished(self, end: RunFinished) -> None:
        if end.status == "completed":
            self.refresh_versions()
            place = end.paths.get("dataset", "")
            text = translate("Actions", "The dataset is written: {path}").format(path=place)
            self._context.notice(
                "success", text, action=translate("Actions", "Reveal"), intent=f"reveal:{place}"
            )
        elif end.error is not None and end.error.code != ErrorCode.CANCELLED:
            self._context.notice_error(end.error)

    # ------------------------------------------------------------ kept versions

    def refresh_versions(self) -> None:
        """Ask which versions are kept."""
        self._context.quick.ask(ListVersions(), DatasetVersions, timeout_s=60).then(
            lambda found: self._store.dispatch(VersionsListed(found.versions)), lambda error: None
        )

    def use_version(self, path: str) -> None:
        """Take the sources, steps and split that made a version; model and method stay as they are."""
        import yaml

        place = Path(path) / RECIPE_OF_A_VERSION
        try:
            document = yaml.safe_load(place.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            words = translate("Actions", "Cannot read the version {path}: {reason}")
            self._context.notice("danger", words.format(path=place, reason=str(error).splitlines()[0]))
            return
        data = document.get("data") if isinstance(document, dict) else None
        if not isinstance(data, dict):
            words = translate("Actions", "{path} holds no recipe.").format(path=place)
            self._context.notice("danger", words)
            return
        wanted: Document = {**self._draft.document, "data": data}
        name = Path(path).parent.name
        self._context.quick.ask(CheckRecipe(recipe=wanted, base_dir=path), RecipeCheck).then(
            lambda check: self._take(check.recipe or wanted, name), self._context.notice_error
        )

    def _take(self, document: Document, name: str) -> None:
        what = translate("Actions", "version of {name}").format(name=name)
        self._draft.change({**self._draft.document, "data": document["data"]}, what=what)

    def use_rows_of_version(self, path: str) -> None:
        """Take the rows of a version as they are kept, in place of the draft's files."""
        what = translate("Actions", "rows of {name}").format(name=Path(path).parent.name)
        self._sources.set_sources([{"path": path, "format": "auto", "columns": {}}], what)
