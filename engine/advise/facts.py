"""What the rules look at: the model by the small files of its folder, the data by what the reader says of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from engine.contract.recipe import RecipeBase, Source
from engine.contract.results import DataReport, Inspection
from engine.data.discover import members
from engine.data.formats.base import Format

LONGEST_USUAL = 4_096  # tokens that are proposed without being asked for
SHARE = 0.1  # of the rows, from which on a language counts
_KINDS = {"sft": "conversation", "pt": "text", "dpo": "pair", "rm": "pair", "kto": "verdict"}


class DataAnswers(Protocol):
    """What is asked of the data; ``engine.data.api.DataService`` answers it."""

    def inspect(self, sources: tuple[Source, ...]) -> Inspection:
        """What each file holds."""

    def statistics(self, recipe: RecipeBase) -> DataReport:
        """Lengths and counts of the whole dataset."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model's folder says of itself. ``languages`` of its card, none where it has no card."""

    instruct: bool
    context: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Rows after cleaning and what they are; ``main_language`` is that of most of them."""

    kind: str = ""
    rows: int = 0
    longest: int = 0
    languages: int = 0
    main_language: str = ""


def model_facts(folder: Path) -> ModelFacts:
    """Read the small files of ``folder``."""
    config = _json(folder / "config.json")
    inner = config.get("text_config")
    text = inner if isinstance(inner, dict) else config
    context = text.get("max_position_embeddings") or text.get("n_positions") or 0
    template = _json(folder / "tokenizer_config.json").get("chat_template")
    has_template = bool(template) or any(
        (folder / name).is_file() for name in ("chat_template.jinja", "chat_template.json")
    )
    return ModelFacts(
        has_template, context if isinstance(context, int) else 0, _card_languages(folder / "README.md")
    )


def kind_of_data(recipe: RecipeBase, data: DataAnswers) -> str:
    """What the rows of most files are: conversation, text, pair or verdict; "" without files."""
    if not recipe.data.sources:
        return ""
    formats = {item.family: item for item in members("engine.data.formats", Format)}  # type: ignore[type-abstract]
    counts: dict[str, int] = {}
    for file in data.inspect(recipe.data.sources).files:
        found = formats.get(file.family)
        if found is not None:
            kind = next((_KINDS[name] for name in sorted(found.objectives) if name in _KINDS), "")
            counts[kind] = counts.get(kind, 0) + file.accepted
    return max(counts, key=lambda kind: counts[kind]) if counts else ""


def data_facts(kind: str, report: DataReport | None) -> DataFacts:
    """What ``report`` counted of rows of this ``kind``."""
    if report is None:
        return DataFacts()
    rows = report.train_rows + report.validation_rows + report.test_rows
    counts: dict[str, int] = {}
    for source in report.sources:
        for language, count in source.languages.items():
            counts[language] = counts.get(language, 0) + count
    many = [language for language, count in counts.items() if count >= SHARE * rows]
    most = max(counts, key=lambda language: counts[language]) if counts else ""
    return DataFacts(kind, rows, report.longest, len(many), most)


def cutoff_for(longest: int, context: int) -> int:
    """The power of two that holds the longest row, within what the model reads and what is usual."""
    size = 256
    while size < min(longest, LONGEST_USUAL):
        size *= 2
    return min(size, context) if context else size


def _card_languages(path: Path) -> tuple[str, ...]:
    """``language`` of the head of a model card."""
    try:
        text = path.read_text(encoding="utf-8")[:20_000]
        head = yaml.safe_load(text.split("---", 2)[1]) if text.startswith("---") else {}
    except (OSError, UnicodeDecodeError, IndexError, yaml.YAMLError):
        return ()
    said = head.get("language", ()) if isinstance(head, dict) else ()
    return tuple(str(item) for item in ([said] if isinstance(said, str) else said or ()))


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
