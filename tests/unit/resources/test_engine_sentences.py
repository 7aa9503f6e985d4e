"""Every sentence that a search, a reward model or a file of rewards says is among the templates that are translated."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
MODULES = (
    *sorted((ROOT / "engine" / "search").glob("*.py")),
    ROOT / "engine" / "train" / "judge.py",
    ROOT / "engine" / "objectives" / "reward_file.py",
)
UNSAID = {  # parts of what is shown as it is: paths, and lists of options
    "engine/search/space.py": {" and ", ", "},
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sentences(path: Path) -> Iterator[str]:
    """Texts of a module with several words in them, its docstrings aside."""
    tree: Any = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in docs or id(node) in inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            texts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            yield _numbered(texts)


def _numbered(parts: list[str | None]) -> str:
    places = iter(range(len(parts)))
    return "".join(part if part is not None else f"{{{next(places)}}}" for part in parts)


def is_said(text: str) -> bool:
    """Several words with a blank between them."""
    return " " in text.strip() and len(re.findall(r"[A-Za-z]{2,}", text)) > 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_what_is_said_is_collected(path: Path, tool: ModuleType) -> None:
    templates = set(tool.engine_templates())
    unsaid = UNSAID.get(path.relative_to(ROOT).as_posix(), set())
    missed = {text for text in sentences(path) if is_said(text) and text not in unsaid} - templates
    assert not missed


def test_the_reasons_of_a_search_are_among_them(tool: ModuleType) -> None:
    from engine.search.space import _REFUSED

    templates = set(tool.engine_templates())
    assert {"No held-out loss was measured", *_REFUSED.values()} <= templates
    assert "{0} cannot be searched over. {1}" in templates


def test_a_mistake_in_a_file_of_rewards_is_put_together_of_sentences(tool: ModuleType) -> None:
    """The whole is a template, and what stands in it is one of its own."""
    templates = set(tool.engine_templates())
    assert {"In {0}, line {1}: {2}", "In the file {0}: {1}", "{0}; Python says {1}: {2}"} <= templates
    assert "it is no Python that can be read" in templates
