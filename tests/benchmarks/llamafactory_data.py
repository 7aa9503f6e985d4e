"""What becomes of every dataset file in the ``data`` folder of LLaMA-Factory's source distribution.

    python -m tests.benchmarks.llamafactory_data FOLDER [--json]

Prints a table: file, family (and that media were noted), rows, rows that can be used, and why the others cannot. First
every file as it is recognised, then those that ``dataset_info.json`` names, read as it says. Ends with an error if
any row is refused or a family is not the expected one.
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


LIST = "dataset_info.json"


def measure(folder: Path) -> list[dict[str, Any]]:
    """One entry a dataset file of ``folder``, and one a file that its list of datasets names."""
    from engine.contract.recipe import Source
    from engine.data.api import inspect
    from engine.data.dataset_info import read_dataset_info, sources_of_info

    found = [path for path in sorted(folder.iterdir()) if path.suffix in (".json", ".jsonl", ".txt")]
    sources = [("as recognised", Source(path=str(path))) for path in found if path.name != LIST]
    listed = read_dataset_info(folder / LIST)
    if listed:
        sources += [(f"by {LIST}", source) for source in sources_of_info(folder / LIST, listed)[0]]
    entries = []
    for way, source in sources:
        (file,) = inspect([source]).files
        name = Path(file.path).name
        expected = FAMILIES.get(name)
        if way != "as recognised" and expected == "messages":
            expected = "sharegpt"  # what the list calls turns with any tags
        reasons = Counter(item.reason for item in file.rejected)
        entries.append(
            {
                "way": way,
                "file": name,
                "family": file.family,
                "expected": expected,
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
        sys.stdout.write("| read | file | family | rows | accepted | the rest |\n|---|---|---|---|---|---|\n")
        for item in entries:
            why = "; ".join(f"{reason} ({count})" for reason, count in item["rejected"].items()) or "-"
            media = " (media noted)" if item["notes"] else ""
            sys.stdout.write(
                f"| {item['way']} | {item['file']} | {item['family']}{media} | {item['rows']} | {item['accepted']} "
                f"| {why} |\n"
            )
    wrong = [item for item in entries if item["family"] != (item["expected"] or item["family"])]
    return 1 if wrong or any(item["rejected"] for item in entries) else 0


if __name__ == "__main__":
    sys.exit(main())
