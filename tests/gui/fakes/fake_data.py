"""What the scripted engine says of datasets: ``--rows`` rows of the first file, two of which cannot be used."""

import argparse
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class DataAnswers:
    """Part of the fake engine; it reads the recipe as far as its answers depend on it."""

    options: argparse.Namespace

    def reply(self, command: Message, result: Message) -> None:
        raise NotImplementedError

    def on_data_expand(self, command: Message) -> None:
        sources, skipped = [], []
        for path in command["paths"]:
            inside = sorted(Path(path).iterdir()) if Path(path).is_dir() else [Path(path)]
            for file in inside:
                if file.suffix == ".key":
                    skipped.append(
                        {"path": str(file), "reason": "no dataset: this type of file is not known"}
                    )
                else:
                    sources.append({"path": str(file)})
        self.reply(command, {"sources": sources, "skipped": skipped})

    def on_data_inspect(self, command: Message) -> None:
        self.reply(command, {"files": [self._inspected(source) for source in command["sources"]]})

    def _inspected(self, source: Message) -> Message:
        """Twelve rows, two of them faulty: the one without an answer is mended by filling its cell."""
        rejected = [{"line": 7, "column": None, "code": "not_json", "reason": "this is no JSON"}]
        groups = [{**rejected[0], "count": 1, "first_line": 7}]
        if not source.get("fill"):
            empty = {"line": 3, "column": "output", "code": "empty", "reason": "the answer is empty"}
            fix = {"title": "Fill with 'none'", "patch": {"fill": {"output": "none"}}}
            rejected.insert(0, empty)
            groups.insert(0, {**empty, "count": 1, "first_line": 3, "fixes": [fix]})
        columns = ["instruction", "input", "output"]
        mapping = {name: name for name in columns} | (source.get("columns") or {})
        example = {"instruction": "Hi there", "input": "", "output": "Hello"}
        return {
            "path": source["path"], "format": Path(source["path"]).suffix[1:], "family": "alpaca", "confidence": 0.98,
            "rows": 12, "accepted": 12 - len(rejected), "columns": columns, "rejected": rejected, "groups": groups,
            "mapping": mapping, "examples": [example],
        }  # fmt: skip

    def _rows(self, recipe: Message) -> list[Message]:
        """``--rows`` rows of the first file, less those that the edits leave out, with what the edits say."""
        path = recipe["data"]["sources"][0]["path"]
        steps = recipe["data"].get("steps") or []
        edits = {edit["line"]: edit for step in steps for edit in step.get("edits") or []}
        rows = []
        for line in range(1, self.options.rows + 1):
            edit = edits.get(line, {})
            if edit and not edit.get("messages"):
                continue
            answer = edit["messages"][-1]["content"] if edit else f"Hello {line}"
            rows.append({"path": path, "line": line, "prompt": f"Hi {line}", "answer": answer})
        return [{**row, "index": index} for index, row in enumerate(rows)]

    def on_data_preview(self, command: Message) -> None:
        every = self._rows(command["recipe"])
        rows = []
        for row in every[command["offset"] : command["offset"] + command["limit"]]:
            turns = [
                {"role": "user", "content": row["prompt"]},
                {"role": "assistant", "content": row["answer"]},
            ]
            tokens = [{"text": row["prompt"], "trained": False}, {"text": row["answer"], "trained": True}]
            rows.append({
                "index": row["index"], "path": row["path"], "line": row["line"],
                "raw": {"instruction": row["prompt"], "output": row["answer"]},
                "rendered": row["prompt"] + row["answer"], "tokens": tokens, "trained": 1, "messages": turns,
            })  # fmt: skip
        self.reply(command, {"total": len(every), "rows": rows})

    def on_data_find(self, command: Message) -> None:
        rows = [row for row in self._rows(command["recipe"]) if command["query"] in row["prompt"]]
        if command["sort"] == "longest":
            rows.reverse()
        page = rows[command["offset"] : command["offset"] + command["limit"]]
        listed = [{**row, "turns": 2, "chars": 9} for row in page]
        self.reply(command, {"total": len(rows), "rows": listed})

    def on_data_effects(self, command: Message) -> None:
        path = command["recipe"]["data"]["sources"][0]["path"]
        after = None if command["what"] == "removed" else "Hi there"
        row = {"path": path, "line": 3, "before": "Hi  there", "after": after}
        self.reply(command, {"total": 60, "rows": [row] * min(command["limit"], 60 - command["offset"])})

    def on_data_suggest_steps(self, command: Message) -> None:
        steps = [
            {"step": {"kind": "repair_unicode"}, "reason": "4 rows hold wrongly decoded characters"},
            {"step": {"kind": "exact_duplicates"}, "reason": "2 rows repeat an earlier one"},
        ]
        self.reply(command, {"steps": steps})

    def on_data_versions(self, command: Message) -> None:
        self.reply(command, {"versions": []})

    def on_data_statistics(self, command: Message) -> None:
        data = command["recipe"]["data"]
        kinds = [step["kind"] for step in data.get("steps") or []]
        steps = [{"kind": kind, "title": "", "before": 10, "after": 10, "changed": 1} for kind in kinds]
        held_out = 3 if data["validation"]["ratio"] else 0
        leakage = {
            "held_out": held_out, "exact": 1, "near": 1, "threshold": 0.8,
            "removed": 2 if data["validation"]["remove_leaks"] else 0,
            "examples": [{"held_out": {"prompt": "Hi 1"}, "train": {"prompt": "Hi 2"}}],
        }  # fmt: skip
        self.reply(command, {
            "rows": 12, "rejected": 2, "train_rows": 10 - held_out, "validation_rows": held_out, "tokens": 200,
            "trained_tokens": 80, "longest": 40, "median": 20, "p95": 38,
            "over_cutoff": 2 if data["cutoff_len"] < 32 else 0, "bin_tokens": 8, "histogram": [0, 2, 6, 2],
            "steps": steps, "leakage": leakage if held_out else None,
        })  # fmt: skip
