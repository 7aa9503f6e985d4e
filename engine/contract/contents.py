"""What a build must contain, by the folders that are registries, and how it differs from what is found in it.

A frozen program finds its methods, readers, charts and the like in their folders as the source tree does, unless the
recipe of the build has lost some of them. So the build writes down what the source tree has, and the programs compare.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import engine

NAME = "contents.json"  # beside this package, in a build only

Contents = Mapping[str, Sequence[str]]


def listed(packages: Iterable[str]) -> dict[str, list[str]]:
    """The modules in the folder of each package, each of them imported to see that it can be."""
    found: dict[str, list[str]] = {}
    for package in packages:
        parent = importlib.import_module(package)
        found[package] = sorted(info.name for info in pkgutil.iter_modules(parent.__path__))
        for name in found[package]:
            importlib.import_module(f"{package}.{name}")
    return found


def differences(found: Contents, expected: Contents) -> list[str]:
    """A sentence for each registry that is not as it was built.

    >>> differences({"engine.methods": ["lora"]}, {"engine.methods": ["full", "lora"]})
    ['engine.methods lacks full.']
    """
    said = []
    for package in sorted({*found, *expected}):
        here, there = set(found.get(package, ())), set(expected.get(package, ()))
        if there - here:
            said.append(f"{package} lacks {', '.join(sorted(there - here))}.")
        if here - there:
            said.append(f"{package} has {', '.join(sorted(here - there))}, which the source tree has not.")
    return said


def expected(program: str) -> dict[str, list[str]] | None:
    """What the build wrote down for ``engine`` or ``app``; None where nothing was built, as in the source tree."""
    path = Path(engine.__file__).with_name(NAME)
    if not path.is_file():
        return None
    document: dict[str, dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    return document[program]
