"""What pyproject.toml says must be what the code does: imports, version, script entries."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OWN = ("app", "engine", "resources")
WHERE_INSTALLED = frozenset(("lm_eval",))  # used where a user has it, refused with a sentence elsewhere
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def imported_names() -> Iterator[tuple[str, Path]]:
    """Top-level names that the shipped code imports, with a file that does."""
    for folder in OWN:
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((alias.name.split(".")[0], file) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module.split(".")[0], file


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_imported_library_is_a_declared_dependency() -> None:
    """A library that only happens to be installed by another one may be gone with its next version."""
    declared = {canonical(re.split(r"[<>=!~;\[ ]", item, maxsplit=1)[0]) for item in PROJECT["dependencies"]}
    owners = packages_distributions()
    undeclared = {
        name: str(file.relative_to(ROOT))
        for name, file in imported_names()
        if name not in sys.stdlib_module_names
        and name not in OWN
        and name not in WHERE_INSTALLED
        and not declared & {canonical(owner) for owner in owners.get(name, [])}
    }
    assert undeclared == {}


def test_both_halves_carry_one_version() -> None:
    import app
    import engine

    assert app.__version__ == engine.__version__


def test_the_script_entries_exist() -> None:
    for target in PROJECT["scripts"].values():
        module, _, function = target.partition(":")
        path = ROOT / (module.replace(".", "/") + ".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in names, target
