"""JSON and JSON Lines: nested, cut, doubled, of numbers and characters that no reader expects."""

import json

ROW = '{"instruction": "what?", "output": "this"}'
DEEP = 200_000


def documents() -> dict[str, bytes]:
    """Whole JSON documents."""
    texts = {
        "empty.json": "",
        "blank.json": " \n\t ",
        "null.json": "null",
        "number.json": "42",
        "text.json": '"only a text"',
        "list_empty.json": "[]",
        "lists/empty_list.json": "[]",
        "list_of_nothing.json": "[null, null, true, 1, \"x\", [], {}]",
        "list_of_lists.json": "[" + ",".join(["[1,2,3]"] * 1000) + "]",
        "object_empty.json": "{}",
        "objects_empty.json": "[" + ",".join(["{}"] * 1000) + "]",
        "object_of_lists.json": '{"a": [[], [[]]], "b": {"c": []}}',
        "cut_in_text.json": f'[{ROW}, {{"instruction": "wh',
        "cut_after_comma.json": f"[{ROW},",
        "cut_in_key.json": f'[{ROW}, {{"instr',
        "cut_in_escape.json": f'[{ROW}, {{"a": "\\u12',
        "bracket_missing.json": f"[{ROW}, {ROW}",
        "bracket_wrong.json": f"[{ROW}, {ROW}}}",
        "brackets_only_open.json": "[" * 5_000_000,
        "braces_only_open.json": '{"a":' * 1_000_000,
        "brackets_only_close.json": "]" * 1_000_000,
        "deep_list.json": f'[{{"a": {"[" * DEEP}{"]" * DEEP}}}, {ROW}]',
        "deep_object.json": '[' + '{"a":' * DEEP + "1" + "}" * DEEP + f", {ROW}]",
        "deep_key.json": '{"a": ' * 500 + f"[{ROW}]" + "}" * 500,
        "commas_only.json": "[" + "," * 1_000_000 + "]",
        "commas_trailing.json": f"[{ROW},,,{ROW},]",
        "commas_missing.json": f"[{ROW} {ROW}\n{ROW}]",
        "colon_missing.json": '[{"a" "b"}, ' + ROW + "]",
        "quotes_single.json": "[{'instruction': 'what?', 'output': 'this'}]",
        "keys_bare.json": "[{instruction: what, output: this}]",
        "comments.json": f"// rows\n[{ROW}, /* one */ {ROW}]",
        "keys_doubled.json": '[{"instruction": "a", "instruction": "b", "output": "c", "output": "d"}]',
        "keys_doubled_many.json": "[{" + ",".join(['"a": 1'] * 200_000) + "}]",
        "keys_many.json": "[{" + ",".join(f'"k{n}": 1' for n in range(200_000)) + "}]",
        "key_empty.json": '[{"": "x", " ": "y"}]',
        "key_huge.json": '[{"' + "k" * 3_000_000 + '": 1}, ' + ROW + "]",
        "key_surrogate.json": '[{"\\ud800": "x"}, ' + ROW + "]",
        "number_huge.json": f'[{{"instruction": "a", "output": "b", "n": {"9" * 100_000}}}, {ROW}]',
        "number_exponent.json": '[{"instruction": "a", "output": "b", "n": 1e999999999, "m": -1E+400}]',
        "number_tiny.json": '[{"instruction": "a", "output": "b", "n": 1e-999999999}]',
        "number_digits.json": '[{"n": 0.' + "1" * 1_000_000 + "}]",
        "number_leading_zero.json": f'[{{"n": 007}}, {ROW}]',
        "not_a_number.json": '[{"instruction": "a", "output": "b", "n": NaN, "m": Infinity, "o": -Infinity}]',
        "surrogate_lone.json": '[{"instruction": "\\ud83d", "output": "x"}, ' + ROW + "]",
        "surrogate_reversed.json": '[{"instruction": "\\ude00\\ud83d", "output": "x"}]',
        "escapes_wrong.json": '[{"instruction": "\\q\\x41", "output": "x"}, ' + ROW + "]",
        "escape_null.json": '[{"instruction": "a\\u0000b", "output": "x"}]',
        "raw_control.json": '[{"instruction": "a\tb\nc\x01", "output": "x"}]',
        "raw_null.json": '[{"instruction": "a\0b", "output": "x"}]',
        "bad_rows_many.json": "[" + ",".join(['{"a": tru}'] * 50_000) + "]",
        "bad_rows_indented.json": "[\n" + ",\n".join(['  {"a": "un"quoted"}'] * 20_000) + "\n]",
        "cell_20_mb.json": '[{"instruction": "' + "x" * (20 << 20) + '", "output": "y"}, ' + ROW + "]",
        "row_80_mb.json": '[{"instruction": ["' + '", "'.join(["x" * 1_000_000] * 80) + '"]}, ' + ROW + "]",
        "roles_of_any_kind.json": json.dumps(
            [{"messages": [{"role": role, "content": "x"}]} for role in (None, 1, [], {}, "", "user", "😀")]
        ),
        "turns_of_any_kind.json": json.dumps(
            [{"conversations": turns} for turns in (None, 1, "x", [], [1], [None], [[]], [{}], {"from": 1})]
        ),
        "tools_of_any_kind.json": json.dumps(
            [
                {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}], "tools": tools}
                for tools in (1, "", "x", "[", "[1]", "{}", [1], {"a": 1}, "[" * 100_000)
            ]
        ),
        "calls_of_any_kind.json": json.dumps(
            [
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": calls}]}
                for calls in (1, "x", [1], [{}], [{"function": 1}], {"a": 1}, [{"function": {"name": []}}])
            ]
        ),
        "labels_of_any_kind.json": json.dumps(
            [{"prompt": "a", "completion": "b", "label": label} for label in (True, 1, "yes", None, [], {})]
        ),
        "pairs_of_any_kind.json": json.dumps(
            [{"prompt": "a", "chosen": item, "rejected": item} for item in ("x", 1, None, [], {}, [{}], {"role": 1})]
        ),
        "lists/wrong.json": json.dumps({"a": {"file_name": "../../../../etc/passwd"}}),
        "lists/absolute.json": json.dumps({"a": {"file_name": "/etc/passwd"}, "b": {"file_name": "C:\\x.json"}}),
        "lists/itself.json": json.dumps({"a": {"file_name": "itself.json"}, "b": {"file_name": "."}}),
        "lists/any_kind.json": json.dumps(
            {"a": {"file_name": "empty_list.json", "columns": 1, "tags": [], "num_samples": "x", "formatting": {}},
             "b": {"file_name": "empty_list.json", "columns": {"prompt": 1, "x": "y"}, "tags": {"role_tag": None}},
             "c": {"file_name": "\0"}, "d": {"file_name": "x" * 5000}, "e": {"file_name": ""},
             "f": {"hf_hub_url": "a/b"}, "g": {"script_url": "x.py"}}
        ),
        "lists/of_fifo.json": json.dumps({"a": {"file_name": "../places/fifo.json"}}),
    }  # fmt: skip
    return {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}


def lines() -> dict[str, bytes]:
    """One object a line, or what calls itself so."""
    texts = {
        "empty.jsonl": "",
        "blank_lines.jsonl": "\n" * 500_000,
        "not_json.jsonl": "this is\nno JSON\nat all\n" * 100,
        "bad_lines_many.jsonl": '{"a": tru}\n' * 100_000,
        "good_and_bad.jsonl": f'{ROW}\n{{"instruction": \n{ROW}\n[1]\n"x"\nnull\n{ROW}}}\n{ROW}',
        "cut.jsonl": f'{ROW}\n{ROW}\n{{"instruction": "wh',
        "two_on_a_line.jsonl": f"{ROW} {ROW}\n{ROW}{ROW}\n{ROW}\n",
        "over_lines.jsonl": json.dumps({"instruction": "a", "output": "b"}, indent=2) + "\n" + ROW + "\n",
        "array.jsonl": f"[{ROW}, {ROW}]\n",
        "line_ends_mixed.jsonl": f"{ROW}\r\n{ROW}\n{ROW}\r{ROW}\r\n",
        "line_ends_old_mac.jsonl": f"{ROW}\r" * 5,
        "deep.jsonl": f'{{"a": {"[" * DEEP}{"]" * DEEP}}}\n{ROW}\n',
        "deep_many.jsonl": f'{{"a": {"[" * 5000}{"]" * 5000}}}\n' * 200 + f"{ROW}\n",
        "deep_just_too_deep.jsonl": f'{{"a": {"[" * 64}{"]" * 64}}}\n{ROW}\n',
        "line_70_mb.jsonl": '{"instruction": "' + "x" * (70 << 20) + f'", "output": "y"}}\n{ROW}\n',
        "line_without_end.jsonl": "x" * (20 << 20),
        "nulls.jsonl": "\0" * 100_000,
        "null_in_line.jsonl": f'{{"instruction": "a\0b", "output": "c"}}\n{ROW}\n',
        "marks_in_every_line.jsonl": f"\ufeff{ROW}\n" * 20,
        "types_change.jsonl": "".join(
            f'{{"instruction": {value}, "output": {value}}}\n'
            for value in ('"x"', "1", "1.5", "true", "null", "[]", "{}", '["x"]', '{"a": 1}', "1e5", "99999999999999999999")
            * 30
        ),
        "columns_change.jsonl": "".join(f'{{"k{n}": {n}, "v{n}": "x"}}\n' for n in range(5_000)),
        "keys_doubled.jsonl": '{"instruction": "a", "instruction": 1, "output": "c", "output": "d"}\n' * 20,
        "numbers_huge.jsonl": f'{{"instruction": "a", "output": "b", "n": {"9" * 5000}}}\n' * 20,
        "surrogates.jsonl": '{"instruction": "\\ud800", "output": "x"}\n' + f"{ROW}\n",
        "spaces_around.jsonl": f"   {ROW}   \n\t{ROW}\t\n\u00a0{ROW}\n",
        "one_cell_wrong_type_late.jsonl": f"{ROW}\n" * 20_000 + '{"instruction": ["x"], "output": 3}\n',
        "turns_change.jsonl": "".join(
            '{"messages": ' + value + "}\n"
            for value in ('[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]', '"x"', "[1]", "null",
                          '[{"role": "user", "content": 1}]', '[{"role": [], "content": "x"}]', "[[]]", "{}")
            * 20
        ),
    }  # fmt: skip
    binary = {
        "bad_bytes.jsonl": ROW.encode() + b'\n{"instruction": "\xff\xfe", "output": "x"}\n{"\xff": 1}\n',
        "bad_bytes_everywhere.jsonl": b'{"instruction": "\xff", "output": "\xc3\x28"}\n' * 2000,
        "gb18030.jsonl": ('{"instruction": "你叫什么名字？", "output": "我叫小枫。"}\n' * 20).encode(
            "gb18030"
        ),
        "utf16_bare.jsonl": (ROW + "\n").encode("utf-16-le") * 5,
        "utf16_marked.jsonl": (f"{ROW}\n" * 5).encode("utf-16"),
        "random_bytes.jsonl": bytes((n * 7919 + n // 251) % 256 for n in range(100_000)),
    }
    return {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()} | binary
