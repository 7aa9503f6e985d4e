"""Dataset files as another program has to be told of them: their format and columns, found by looking at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.contract.errors import UserError
from engine.contract.recipe import Source
from engine.data.store import SourceStore


@dataclass(frozen=True, slots=True)
class SeenSource:
    """``mapping``: from the format's names to the columns that are really there. ``trouble``: why it was not looked at."""

    source: Source
    family: str
    file_type: str = ""
    encoding: str = "utf-8"
    mapping: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()  # the first rows as they are in the file
    trouble: str = ""


def look_at(source: Source) -> SeenSource:
    """``source`` as it is read here; what the recipe says of it where the file cannot be read."""
    try:
        loaded = SourceStore(keep=0).load(source)
    except UserError as error:
        told = "alpaca" if source.format == "auto" else source.format
        return SeenSource(source, told, mapping=source.columns, trouble=error.info.message)
    mapping = {name: column for name, column in loaded.detection.mapping.items() if column in loaded.columns}
    return SeenSource(
        source,
        loaded.family,
        loaded.file.reader.format,
        loaded.file.encoding,
        mapping,
        tuple(record.fields for record in loaded.examples),
    )
