"""Collects every translatable string into resources/translations and compiles what the app loads.

    python packaging/translations.py update    # new strings into the .ts file, then compile
    python packaging/translations.py check     # 1 when a string is missing, unfinished or stale

The compiled files are committed, so that no tool is needed where Luthier runs. Strings come from the app's source
(through Qt's lupdate) and from the engine's declarations: titles, help, choices and summaries, context "Schema".
"""

import argparse
import ast
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)

# Where the engine speaks to people: what it calls with sentences, and the names it keeps them in.
_SPOKEN_CALLS = frozenset(
    ("UserError", "ErrorInfo", "FieldError", "Check", "Rejection", "reject", "Misfit", "Detection", "warn",
     "Verification", "offer", "append", "Fix", "Wish", "_Trial", "_suggested", "Rule", "Warning",
     "_no_judge", "_unusable", "_at_line", "_raised", "_of_function")
)  # fmt: skip
_SPOKEN_NAMES = frozenset(("fix", "detail", "hint", "message", "reason", "sentence", "advice"))
_SPOKEN_TABLES = frozenset(("_REFUSED",))  # why something is refused, by what is refused
_OF_A_PROGRAM = re.compile(r"<|# |from \w+ import |[A-Z_]+ = ")  # lines of pages and scripts that are written
_SILENT_ARGUMENTS = frozenset(("path", "recipe_path", "details", "code", "kind"))

Key = tuple[str, str]  # context, source


def _tool(name: str) -> Path:
    import PySide6

    suffix = ".exe" if sys.platform == "win32" else ""
    return Path(PySide6.__file__).parent / f"{name}{suffix}"


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


# ---------------------------------------------------------------- collecting


def schema_strings() -> list[str]:
    """Titles, help, units, choices and summaries that the engine declares, in their order, once each."""
    sys.path.insert(0, str(ROOT))
    from engine.evaluate.titles import titles
    from engine.registry import schema_reply

    reply = schema_reply()
    found: list[str] = ["General"]
    for group in (reply.methods, reply.objectives, reply.steps, reply.export_targets):
        for info in group:
            found += [info.title, info.summary, info.group]
    found += _schema_words(reply.recipe_schema)
    found += titles()
    return list(dict.fromkeys(text for text in found if text.strip()))


def _schema_words(place: Any) -> Iterator[str]:
    if isinstance(place, list):
        for item in place:
            yield from _schema_words(item)
    if not isinstance(place, dict):
        return
    properties = place.get("properties", {})
    unnamed = bool(properties) and "const" not in properties.get(
        "kind", {}
    )  # a section: its place has the title
    for name, item in place.items():
        if "const" in place or (unnamed and name in ("title", "description")):
            continue
        if name in ("title", "description") and isinstance(item, str):
            yield item.strip().split("\n")[0] if name == "description" else item
        elif name == "enum":
            yield from (str(choice) for choice in item)
        elif name not in ("default", "const"):
            yield from _schema_words(item)


def engine_templates() -> list[str]:
    """Sentences the engine says, with ``{0}`` where a value stands: from errors, warnings, checks and advice."""
    found: list[str] = []
    for path in sorted((ROOT / "engine").rglob("*.py")):
        if path.name.startswith("cli") or "cli" in path.parts:  # a terminal's words are not on the screen
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found += _said_by(node)
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in _SPOKEN_NAMES:
                found += _templates_in(node.value)
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in _SPOKEN_TABLES:
                found += [text for item in getattr(node.value, "values", ()) for text in _templates_in(item)]
    declared = set(schema_strings())
    return sorted(
        {text for text in found if text not in declared and _speaks(text)} | _check_names() - declared
    )


def _check_names() -> set[str]:
    """The doctor's rows, most of them a single word."""
    tree = ast.parse((ROOT / "engine" / "server" / "doctor.py").read_text(encoding="utf-8"))
    names = [
        item.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for item in call.keywords
        if item.arg == "name"
    ]
    return {node.value for node in names if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _speaks(text: str) -> bool:
    if _OF_A_PROGRAM.match(text):
        return False
    letters = re.sub(r"\{\d+\}", "", text)
    return " " in text.strip() and sum(letter.isalpha() for letter in letters) > 4 and "\n" not in text


def _said_by(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _SPOKEN_CALLS:
        return
    for value in (
        *_flat(call.args),
        *(item.value for item in call.keywords if item.arg not in _SILENT_ARGUMENTS),
    ):
        yield from _templates_in(value)


def _flat(values: list[ast.expr]) -> Iterator[ast.AST]:
    for value in values:
        yield from value.elts if isinstance(value, ast.Tuple) else (value,)


def _templates_in(value: ast.AST) -> Iterator[str]:
    for part in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
        if text := _template(part):
            yield text


def _template(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if len(node.value) > 1 else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    text, places = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            text += f"{{{places}}}"
            places += 1
    return text


def fresh(target: Path) -> None:
    """Write a .ts file of all strings as they are now, keeping what ``target`` has translated."""
    sources = sorted(str(path) for path in (ROOT / "app").rglob("*.py"))
    with tempfile.TemporaryDirectory() as folder:
        declared = Path(folder) / "declared.py"
        lines = ["from PySide6.QtCore import QCoreApplication", "translate = QCoreApplication.translate"]
        lines += [f'translate("Schema", {_quoted(text)})' for text in schema_strings()]
        lines += [f'translate("Engine", {_quoted(text)})' for text in engine_templates()]
        declared.write_text("\n".join(lines) + "\n", encoding="utf-8")
        listing = Path(folder) / "sources.lst"
        listing.write_text("\n".join([*sources, str(declared)]), encoding="utf-8")
        options = (
            "-locations",
            "none",
            "-no-obsolete",
            "-source-language",
            "en",
            "-target-language",
            target.stem[-5:],
        )
        _run(_tool("lupdate"), f"@{listing}", *options, "-ts", target)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# ---------------------------------------------------------------- reading and comparing


def entries(path: Path) -> dict[Key, str]:
    """(context, source) to translation; unfinished ones as an empty text."""
    found: dict[Key, str] = {}
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            finished = translation is not None and translation.get("type") is None
            text = "".join(translation.itertext()).strip() if translation is not None and finished else ""
            found[(context.findtext("name") or "", message.findtext("source") or "")] = text
    return found


def problems(language: str) -> list[str]:
    """What is wrong with the committed file of ``language``: missing, unfinished or stale entries."""
    committed = entries(path_of(language))
    with tempfile.TemporaryDirectory() as folder:
        now = Path(folder) / path_of(language).name
        fresh(now)
        wanted = set(entries(now))
    found = [f"missing: {context}: {source}" for context, source in sorted(wanted - set(committed))]
    found += [f"stale: {context}: {source}" for context, source in sorted(set(committed) - wanted)]
    found += [f"unfinished: {context}: {source}" for (context, source), text in committed.items() if not text]
    return found


def path_of(language: str) -> Path:
    """The .ts file of a language."""
    return FOLDER / f"luthier_{language}.ts"


def update() -> int:
    """Bring the .ts files up to date and compile them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    templates = FOLDER / "engine_templates.txt"
    templates.write_text(
        "\n".join(text.replace("\n", "\\n") for text in engine_templates()) + "\n", encoding="utf-8"
    )
    for language in LANGUAGES:
        path = path_of(language)
        fresh(path)
        _run(_tool("lrelease"), path, "-qm", path.with_suffix(".qm"))
        left = sum(not text for text in entries(path).values())
        print(f"{path.relative_to(ROOT)}: {len(entries(path))} strings, {left} to translate")
    return 0


def check() -> int:
    """Say what is missing; 1 if anything is."""
    found = [f"{language}: {problem}" for language in LANGUAGES for problem in problems(language)]
    print("\n".join(found) or "Every string is translated.")
    return 1 if found else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("update", "check"))
    return update() if parser.parse_args().command == "update" else check()


if __name__ == "__main__":
    raise SystemExit(main())
