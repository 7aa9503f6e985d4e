"""What would make rejected rows usable: changes of the source's entry in the recipe, to be taken with one click."""

import re
from collections.abc import Sequence

from engine.contract.results import Fix, RejectionGroup

ROLES = ("user", "assistant", "system", "tool")
_NAMED_ROLE = re.compile(r"^The role '(?P<word>[^']+)' is not known")
_EMPTY = ("missing_value", "missing_column")
_MOST = 4


def fixes_for(
    group: RejectionGroup,
    *,
    family: str,
    names: Sequence[str],
    columns: Sequence[str],
    mapping: dict[str, str],
) -> tuple[Fix, ...]:
    """Proposals for one kind of rejection, the likeliest first.

    ``names`` are those of the format, ``columns`` those of the file, ``mapping`` from the first to the second.
    """
    if group.code == "bad_role" and (found := _NAMED_ROLE.match(group.reason)):
        word = found["word"]
        return tuple(Fix(title=f"Map {word!r} to {role}", patch={"roles": {word: role}}) for role in ROLES)
    if group.code in _EMPTY and group.column in mapping.values():
        name = next(ours for ours, theirs in mapping.items() if theirs == group.column)
        free = [column for column in columns if column not in mapping.values()]
        moved = [
            Fix(title=f"Take {name} from the column {column!r}", patch={"columns": {name: column}})
            for column in free[:_MOST]
        ]
        if name in _FILLED:
            moved.append(
                Fix(
                    title=f"Fill the empty cells of {group.column!r}",
                    patch={"fill": {str(group.column): _FILLED[name]}},
                )
            )
        return tuple(moved)
    if group.code == "unknown_format":
        return tuple(
            Fix(
                title=f"Read {column!r} as running text",
                patch={"format": "text", "columns": {"text": column}},
            )
            for column in columns[:_MOST]
        )
    return ()


_FILLED = {"instruction": "Go on.", "prompt": "Go on."}  # a question may be short; an answer must be there
