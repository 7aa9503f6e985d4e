"""What becomes of every dataset file in the ``data`` folder of LLaMA-Factory's source distribution.

    python -m tests.benchmarks.llamafactory_data FOLDER [--json]

Prints a table: file, family, rows, rows that can be used, and why the others cannot; what is said of media; and how
many rows a chat template of the tokenizer in use takes. Ends with an error if any row is refused.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

FAMILIES = {
    "alpaca_en_demo.json": "alpaca",
    "alpaca_zh_demo.json": "alpaca",
    "c4_demo.jsonl": "text",
    "dpo_en_demo.json": "preference",
    "dpo_zh_demo.json": "preference",
    "glaive_toolcall_en_demo.json": "sharegpt",
    "glaive_toolcall_zh_demo.json": "sharegpt",
    "identity.json": "alpaca",
    "kto_en_demo.json": "kto",
    "mllm_audio_demo.json": "messages",
    "mllm_demo.json": "messages",
    "mllm_video_audio_demo.json": "messages",
    "mllm_video_demo.json": "messages",
    "reason_tool_use_demo_50.jsonl": "messages",
    "v1_dpo_demo.jsonl": "preference",
    "v1_sft_demo.jsonl": "messages",
    "wiki_demo.txt": "text",
}


def measure(folder: Path) -> list[dict[str, Any]]:
    """One entry a dataset file of ``folder``."""
    from engine.contract.recipe import Source
    from engine.data.api import inspect

    found = [path for path in sorted(folder.iterdir()) if path.suffix in (".json", ".jsonl", ".txt")]
    entries = []
    for path in found:
        if path.name == "dataset_info.json":
            continue
        (file,) = inspect([Source(path=str(path))]).files
        reasons = Counter(item.reason for item in file.rejected)
        entries.append(
            {
                "file": path.name,
                "family": file.family,
                "expected": FAMILIES.get(path.name),
                "confidence": file.confidence,
                "rows": file.rows,
                "accepted": file.accepted,
                "rejected": dict(reasons),
                "notes": list(file.notes),
            }
        )
    return entries


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    entries = measure(options.folder)
    if options.json:
        sys.stdout.write(json.dumps(entries, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("| file | family | rows | accepted | the rest |\n|---|---|---|---|---|\n")
        for item in entries:
            why = "; ".join(f"{reason} ({count})" for reason, count in item["rejected"].items()) or "-"
            media = " (media noted)" if item["notes"] else ""
            sys.stdout.write(
                f"| {item['file']} | {item['family']}{media} | {item['rows']} | {item['accepted']} | {why} |\n"
            )
    wrong = [item for item in entries if item["family"] != (item["expected"] or item["family"])]
    return 1 if wrong or any(item["rejected"] for item in entries) else 0


if __name__ == "__main__":
    sys.exit(main())
