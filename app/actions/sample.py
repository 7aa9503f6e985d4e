"""The sample project: Luthier's own dataset, the starter model, and the options that suit them."""

from pathlib import Path
from typing import Any

from app.actions.context import Context, translate
from app.actions.draft import Draft
from app.actions.models import Engine
from app.state.changes import PageShown
from engine.contract.paths import resources_dir, sample_dataset


class SampleProject:
    """One click from an empty window to something that can be trained."""

    def __init__(self, context: Context, draft: Draft, engine: Engine) -> None:
        self._context = context
        self._draft = draft
        self._engine = engine

    def use(self) -> None:
        """Make the draft the sample project's; the starter model is fetched when it is missing."""
        schema = self._context.store.state.engine.schema
        document: dict[str, Any] = dict(schema.default_recipe) if schema else dict(self._draft.document)
        for name, options in sample_options(resources_dir() / "sample" / "recipe.yaml").items():
            known = document.get(name)
            merged = (
                {**known, **options} if isinstance(known, dict) and isinstance(options, dict) else options
            )
            document[name] = merged
        source = {"path": str(sample_dataset()), "format": "auto", "columns": {}}
        document["data"] = {**document.get("data", {}), "sources": [source]}
        document["model"] = {**document.get("model", {}), "path": "starter"}
        self._draft.change(document, what=translate("Actions", "sample project"))
        self._context.store.dispatch(PageShown("data"))
        self._engine.need_starter()


def sample_options(path: Path) -> dict[str, Any]:
    """The options of the sample's recipe, with its paths made whole and without those that are ours to know; empty
    without such a file."""
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    if not isinstance(document, dict):
        return {}
    document.pop("schema_version", None)
    data, run = document.get("data"), document.get("run")
    if isinstance(data, dict):
        data.pop("sources", None)
        validation = data.get("validation")
        if isinstance(validation, dict) and validation.get("path"):
            data["validation"] = {**validation, "path": str(path.parent / validation["path"])}
    if isinstance(run, dict):
        run.pop("output_dir", None)
    return document
