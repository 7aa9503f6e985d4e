"""Finds the readers and formats in their folders, as ``engine.registry`` does for what a recipe chooses among.

Readers and formats are picked by looking at a file, never written in a recipe as options, so they are plain
classes and need no schema.
"""

import functools
import importlib
import pkgutil
from typing import TypeVar

T = TypeVar("T")


@functools.cache
def members(package: str, base: type[T]) -> tuple[type[T], ...]:
    """The concrete subclasses of ``base`` defined in the modules of ``package``, ordered by file name."""
    found: list[type[T]] = []
    parent = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda item: item.name):
        module = importlib.import_module(f"{package}.{info.name}")
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, base)):
                continue
            if value.__module__ == module.__name__ and not getattr(value, "__abstractmethods__", None):
                found.append(value)
    return tuple(found)
