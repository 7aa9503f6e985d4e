"""What it costs to render rows with a chat template and to find in the text what is learnt.

    python -m tests.benchmarks.template_rendering FILE... [--rows 10000] [--json]

The rows of the files are repeated (with a number in front of each question) up to the wanted count and rendered with
the starter model's template and with three of the test forms. "renderings" counts calls of the template a row; the
ratio compares the time with one plain ``apply_chat_template`` a row.
"""

import argparse
import itertools
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

FORMS = ("", "llama3.1", "qwen3", "mistral")  # "" is the model's own


def rows_of(paths: list[Path], count: int) -> list[Any]:
    """``count`` rows that can be rendered."""
    from engine.data.readers.choose import open_dataset
    from engine.data.rows import Record, Row
    from engine.data.store import formats

    rows = []
    for path in paths:
        records = [item for item in open_dataset(path).items() if isinstance(item, Record)]
        columns = list(dict.fromkeys(name for record in records for name in record.fields))
        sample = [record.fields for record in records[:100]]
        found = [(kind, kind.detect(columns, sample)) for kind in formats().values()]
        kind, detection = max(found, key=lambda pair: pair[1].confidence)
        made = (kind.row(str(path), record, detection.mapping) for record in records)
        rows += [row for row in made if isinstance(row, Row)]
    return [_numbered(row, number) for number, row in zip(range(count), itertools.cycle(rows), strict=False)]


def _numbered(row: Any, number: int) -> Any:
    first, *rest = row.messages
    return replace(row, messages=(replace(first, content=f"{number} {first.content}"), *rest))


def measure(paths: list[Path], count: int) -> list[dict[str, Any]]:
    """One entry a template."""
    from engine.data.template import ChatTemplate, TemplateRefusal
    from engine.models.load import load_tokenizer
    from engine.models.starter import starter_path
    from tests.unit.data.chat_forms import FORMS as KNOWN

    tokenizer = load_tokenizer(str(starter_path()))
    rows = rows_of(paths, count)
    entries = []
    for name in FORMS:
        template = ChatTemplate(tokenizer, KNOWN[name].plain if name else "auto")
        original = tokenizer.apply_chat_template
        calls = itertools.count()

        def counting(*args: Any, **options: Any) -> Any:
            next(calls)  # noqa: B023 - used within this round only
            return original(*args, **options)  # noqa: B023

        tokenizer.apply_chat_template = counting
        refused = 0
        began = time.perf_counter()
        for row in rows:
            try:
                template.render(row.chat(), tools=row.tools)
            except TemplateRefusal:
                refused += 1
        render_s = time.perf_counter() - began
        renderings = next(calls) / len(rows)
        tokenizer.apply_chat_template = original
        began = time.perf_counter()
        for row in rows:
            try:
                template._render(*template._native(row.chat(), row.tools))
            except TemplateRefusal:
                continue
        plain_s = time.perf_counter() - began
        entries.append(
            {
                "template": name or "the model's own",
                "rows": len(rows),
                "refused": refused,
                "rows_per_s": round(len(rows) / render_s),
                "renderings": round(renderings, 3),
                "ratio": round(render_s / plain_s, 2),
            }
        )
    return entries


def main() -> int:
    """Print one line a template."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for entry in measure(options.files, options.rows):
        line = (
            json.dumps(entry)
            if options.json
            else "{template}: {rows_per_s} rows/s, {renderings} renderings a row, "
            "{ratio} times plain, {refused} of {rows} refused".format(**entry)
        )
        sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
