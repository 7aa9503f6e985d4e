"""The registries of the engine as they are found in this installation; the self-test holds them against the build's."""

from engine.contract.contents import differences, expected, listed
from engine.contract.errors import ErrorCode, UserError
from engine.registry import variants

CHOSEN = (
    "engine.methods",
    "engine.objectives",
    "engine.data.steps",
    "engine.export",
)  # by the kind in a recipe
FOLDERS = (
    "engine.chat",
    "engine.data.formats",
    "engine.data.forms",
    "engine.data.lanes",
    "engine.data.readers",
    "engine.data.writers",
    "engine.evaluate.metrics",
    "engine.kernels",
    "engine.migrate",
)


def registries() -> dict[str, list[str]]:
    """What each registry holds: kinds where a recipe names them, modules elsewhere."""
    kinds = {
        package: sorted(str(item.model_fields["kind"].default) for item in variants(package))
        for package in CHOSEN
    }
    return {**kinds, **listed(FOLDERS)}


def compare() -> str:
    """In words, what was found.

    Raises:
        UserError: ``NOT_FOUND`` naming what this build has lost.
    """
    found, wanted = registries(), expected("engine")
    count = sum(map(len, found.values()))
    if wanted is None:
        return (
            f"{count} entries in {len(found)} folders; this is no build, so there is nothing to compare with"
        )
    if problems := differences(found, wanted):
        raise UserError(
            ErrorCode.NOT_FOUND, " ".join(problems), hint="This build is not whole: install another one."
        )
    return f"{count} entries in {len(found)} folders, as in the source tree"
