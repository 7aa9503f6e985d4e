"""The model card of a result: what it was made from, how, and how well it did."""

import json
from pathlib import Path
from typing import Any

import yaml

from engine.export.rounding import Rounding
from engine.models.tuned import Tuned


def write_card(tuned: Tuned, folder: Path, *, library: str, rounding: Rounding | None = None) -> None:
    """Write ``README.md`` and ``recipe.yaml`` into ``folder``; the recipe without paths of this computer."""
    base = _base_name(tuned)
    header: dict[str, Any] = {
        "library_name": library,
        "base_model": base,
        "tags": ["luthier", tuned.recipe.method.kind],
    }
    licence = _licence(tuned.base)
    if licence:
        header["license"] = licence
    front = yaml.safe_dump(header, sort_keys=False, allow_unicode=True).strip()
    sections = [
        f"---\n{front}\n---",
        f"# {tuned.name}",
        _origin(tuned, base),
        _data(tuned),
        _numbers(tuned),
        _rounding(tuned, rounding),
        _recipe(tuned),
    ]
    (folder / "README.md").write_text("\n\n".join(part for part in sections if part) + "\n", encoding="utf-8")
    document = yaml.safe_dump(_shareable(tuned), sort_keys=False, allow_unicode=True, width=100)
    (folder / "recipe.yaml").write_text(document, encoding="utf-8")


def _base_name(tuned: Tuned) -> str:
    """The base as the world knows it, if its config says so, else its folder's name."""
    try:
        record = json.loads((tuned.base / "starter.json").read_text(encoding="utf-8"))
        return str(record["model"])
    except (OSError, ValueError, KeyError):
        pass
    config = json.loads((tuned.base / "config.json").read_text(encoding="utf-8"))
    known = str(config.get("_name_or_path") or "")
    return known if known.count("/") == 1 and not known.startswith((".", "/", "~")) else tuned.base.name


def _licence(base: Path) -> str | None:
    try:
        text = (base / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    parts = text.split("---", 2)
    if len(parts) < 3 or parts[0].strip():
        return None
    try:
        header = yaml.safe_load(parts[1])
    except yaml.YAMLError:
        return None
    licence = header.get("license") if isinstance(header, dict) else None
    return str(licence) if licence else None


def _origin(tuned: Tuned, base: str) -> str:
    recipe = tuned.recipe
    files = ", ".join(f"`{Path(source.path).name}`" for source in recipe.data.sources) or "unnamed data"
    return (
        f"`{base}`, fine-tuned on {files} with Luthier "
        f"(method `{recipe.method.kind}`, objective `{recipe.objective.kind}`)."
    )


def _data(tuned: Tuned) -> str:
    """What the run's report knows of its rows; the rows themselves are nobody else's business."""
    data = tuned.recipe.data
    lines = [f"- `{Path(source.path).name}`" for source in data.sources]
    content = _report(tuned).get("content_hash")
    if content:
        lines.append(f"- Hash of all rows after cleaning: `{content}`")
    lines.append(f"- Cut off after {data.cutoff_len} tokens")
    return "\n".join(["## Data", "", *lines])


def _report(tuned: Tuned) -> dict[str, Any]:
    try:
        report = json.loads((tuned.run_dir / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def _rounding(tuned: Tuned, found: Rounding | None) -> str:
    if found is None:
        return ""
    kind = tuned.recipe.model.quantization
    return (
        f"Trained over a base in {kind} and merged into the exact one: held-out loss {found.trained:.4f} as trained, "
        f"{found.merged:.4f} merged ({found.rows} rows)."
    )


def _numbers(tuned: Tuned) -> str:
    report = _report(tuned)
    rows = [
        ("Steps", report.get("steps")),
        ("Epochs", _rounded(report.get("epochs"))),
        ("Trained on, tokens", report.get("tokens")),
        ("Training loss", _rounded(report.get("train_loss"))),
        ("Held-out loss", _rounded(report.get("eval_loss"))),
    ]
    lines = [f"| {name} | {value} |" for name, value in rows if value is not None]
    return "\n".join(["## Results", "", "| | |", "|---|---|", *lines]) if lines else ""


def _rounded(value: Any) -> float | None:
    return round(float(value), 4) if isinstance(value, int | float) else None


def _recipe(tuned: Tuned) -> str:
    document = _shareable(tuned)
    shown = {name: document[name] for name in ("method", "objective", "optim") if name in document}
    text = yaml.safe_dump(shown, sort_keys=False, allow_unicode=True).strip()
    return f"## Recipe\n\nAll of it is in `recipe.yaml`.\n\n```yaml\n{text}\n```"


def _shareable(tuned: Tuned) -> dict[str, Any]:
    """The recipe with file names in place of paths, so that publishing a model tells nothing of its maker's disk."""
    document = tuned.recipe.model_dump(mode="json")
    for source in document["data"]["sources"]:
        source["path"] = Path(source["path"]).name
    validation = document["data"]["validation"]
    if validation.get("path"):
        validation["path"] = Path(validation["path"]).name
    if document["model"]["path"] != "starter":
        document["model"]["path"] = _base_name(tuned)
    template = document["data"]["template"]
    if template != "auto" and "{" not in template:
        document["data"]["template"] = Path(template).name
    document["run"]["output_dir"] = None
    return dict(document)
