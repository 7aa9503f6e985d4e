"""Reads recipes of older versions: each migration lifts a document by one version."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import SCHEMA_VERSION

Document = dict[str, Any]

MIGRATIONS: dict[int, Callable[[Document], Document]] = {}  # from version -> to version + 1


def migrate(document: Mapping[str, Any]) -> Document:
    """The document in today's version.

    Raises:
        UserError: the document is of a newer version than this program, or has no usable version.
    """
    current = dict(document)
    version = current.get("schema_version", SCHEMA_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"schema_version: {version!r} is not a recipe version",
            hint=f"Write schema_version: {SCHEMA_VERSION}.",
            recipe_path="schema_version",
        )
    if version > SCHEMA_VERSION:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"schema_version: this recipe is of version {version}; this Luthier reads up to {SCHEMA_VERSION}",
            hint="Install a newer Luthier, or write the recipe anew.",
            recipe_path="schema_version",
        )
    while version < SCHEMA_VERSION:
        current = MIGRATIONS[version](current)
        version += 1
    current["schema_version"] = SCHEMA_VERSION
    return current
