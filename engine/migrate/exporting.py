"""Writes a recipe for another program, in one of the forms that this folder has a file for."""

from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.exchange import ExportedConfig
from engine.contract.recipe import RecipeBase
from engine.data.discover import members
from engine.migrate.sheet import Export


def export_recipe(recipe: RecipeBase, kind: str, target: Path) -> ExportedConfig:
    """Write ``recipe`` as ``kind`` to ``target`` and the files that belong beside it.

    Raises:
        UserError: there is no such form, the recipe cannot be said in it, or the folder cannot be written.
    """
    forms = {item.kind: item for item in members("engine.migrate", Export)}  # type: ignore[type-abstract]
    if kind not in forms:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            f"A recipe cannot be written as {kind!r}",
            hint=f"It can be written as {', '.join(forms)}.",
        )
    written = forms[kind]().write(recipe, target)
    paths = []
    for name, text in written.files.items():
        path = target.with_name(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(
                ErrorCode.UNREADABLE,
                f"Cannot write {path}: {error.strerror or error}",
                hint="Choose a folder that you may write in.",
            ) from None
        paths.append(str(path))
    return ExportedConfig(program=forms[kind].title, files=tuple(paths), unmapped=written.unmapped)
