"""Tables, plain texts and encodings that are broken, mixed, or made to take long."""

import codecs

CHINESE = "问题,答案\n小提琴有几根弦？,四根弦，按五度定音。\n松香是做什么用的？,它让弓毛抓住琴弦。\n" * 8
TABLE = "instruction,output\nwhat?,this\nwhy?,because\nwhen?,now\n"
LONG_LINE = 20 << 20


def tables() -> dict[str, bytes]:
    """CSV and TSV: quotes that never close, rows of any width, delimiters without end."""
    texts = {
        "quote_never_closed.csv": 'instruction,output\n"what?,this\nwhy?,because\nwhen?,now\n',
        "quote_in_every_row_never_closed.csv": "instruction,output\n" + 'x","\n' * 200_000,
        "quote_in_header.csv": '"instruction,output\nwhat?,this\n',
        "quote_goes_on.csv": 'instruction,output\n"what"?,this\n"why?"x,because\nwhen?,now\n',
        "quotes_only.csv": '"' * 100_001,
        "quotes_doubled.csv": "instruction,output\n" + '""""""' * 50_000 + ",x\n",
        "quote_single.csv": "instruction,output\n'what, exactly',this\n",
        "quote_at_end.csv": 'instruction,output\nwhat?,"',
        "quote_backslash.csv": 'instruction,output\n"a \\" b",c\nwhy?,because\n',
        "row_short.csv": TABLE + "alone\n",
        "row_long.csv": TABLE + "a,b,c,d,e\n",
        "rows_of_any_width.csv": "".join("x," * (n % 17) + "y\n" for n in range(500)),
        "one_column_million_delimiters.csv": "text\n" + "," * 1_000_000 + "\n",
        "header_million_columns.csv": ",".join("c" * 1_000_000) + "\n1\n",
        "header_only_delimiters.csv": "," * 1000 + "\n" + "," * 1000 + "\n",
        "header_same_names.csv": "a,a,a,a\n1,2,3,4\n",
        "header_same_names_many.csv": ",".join(["a"] * 20_000) + "\n" + ",".join(["1"] * 20_000) + "\n",
        "header_blank_names.csv": ",,\n1,2,3\n",
        "header_numbers.csv": "1,2,3\n4,5,6\n7,8,9\n",
        "header_alone.csv": "instruction,output\n",
        "header_line_breaks.csv": '"in\nstruction","out\nput"\nwhat?,this\n',
        "delimiters_mixed.csv": "a;b,c\n1,2;3\n4;5;6\n7,8,9\n",
        "delimiter_tab_in_csv.csv": "instruction\toutput\nwhat?\tthis\nwhy?\tbecause\n",
        "delimiter_bars.csv": "instruction|output\nwhat?|this\nwhy?|because\n",
        "delimiter_odd.csv": "instruction^output\nwhat?^this\n",
        "delimiter_declared.csv": "sep=;\ninstruction;output\nwhat?;this\n",
        "line_ends_mixed.csv": "instruction,output\r\nwhat?,this\rwhy?,because\nwhen?,now\r\n\r\n",
        "line_ends_old_mac.csv": TABLE.replace("\n", "\r"),
        "line_ends_none.csv": "instruction,output",
        "line_ends_only.csv": "\n" * 300_000,
        "line_ends_carriage_only.csv": "\r" * 300_000,
        "null_characters.csv": TABLE + "a\0b,c\0\n\0,\0\n",
        "null_in_header.csv": "instr\0uction,output\nwhat?,this\n",
        "formula.csv": "instruction,output\n=cmd|' /C calc'!A0,+1\n@SUM(1),-2\n",
        "cell_20_mb.csv": "instruction,output\n" + "x" * LONG_LINE + ",y\nwhat?,this\n",
        "cell_20_mb_quoted.csv": 'instruction,output\n"' + "x" * LONG_LINE + '",y\nwhat?,this\n',
        "row_of_lines.csv": 'instruction,output\n"' + "x\n" * 210_000 + '",y\n',
        "line_without_end.csv": "a" * LONG_LINE,
        "delimiters_20_mb.csv": "a,b\n" + "," * LONG_LINE,
        "control_characters.csv": "".join(map(chr, range(1, 32))) + ",b\nc,d\n",
        "separators_of_unicode.csv": "instruction,output\none\u2028two,three\x85four\x0bfive\n",
        "spaces_only.csv": " \n" * 1000,
        "json_in_it.csv": '{"instruction": "what?", "output": "this"}\n' * 3,
        "html_in_it.csv": "<html><body><table><tr><td>1</td></tr></table></body></html>\n" * 3,
        "quote_never_closed.tsv": 'a\tb\n"x\ty\nz\tw\n',
        "commas_in_it.tsv": TABLE,
    }
    return {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}


def encodings() -> dict[str, bytes]:
    """Texts in encodings without a mark, with a wrong one, cut in the middle, or in two at once."""
    table, chinese = TABLE * 3, CHINESE
    return {
        "utf16_le_bare.csv": table.encode("utf-16-le"),
        "utf16_be_bare.csv": table.encode("utf-16-be"),
        "utf16_le_bare_chinese.csv": chinese.encode("utf-16-le"),
        "utf16_be_bare_chinese.csv": chinese.encode("utf-16-be"),
        "utf16_marked.csv": table.encode("utf-16"),
        "utf16_odd_bytes.csv": table.encode("utf-16") + b"\x41",
        "utf16_bare_odd_bytes.csv": table.encode("utf-16-le") + b"\x41",
        "utf16_half_pair.csv": codecs.BOM_UTF16_LE
        + TABLE.encode("utf-16-le")
        + b"\x3d\xd8"
        + b"a\0,\0b\0\n\0",
        "utf16_mark_only.csv": codecs.BOM_UTF16_LE,
        "utf16_mark_on_utf8.csv": codecs.BOM_UTF16_LE + TABLE.encode(),
        "utf16_wrong_mark.csv": codecs.BOM_UTF16_BE + table.encode("utf-16-le"),
        "utf32.csv": table.encode("utf-32"),
        "utf32_bare.csv": table.encode("utf-32-le"),
        "utf32_beyond_unicode.csv": codecs.BOM_UTF32_LE + b"\xff\xff\xff\x7f" * 50,
        "utf8_mark.csv": codecs.BOM_UTF8 + table.encode(),
        "utf8_mark_twice.csv": codecs.BOM_UTF8 * 2 + table.encode(),
        "utf8_mark_only.csv": codecs.BOM_UTF8,
        "utf8_mark_within.csv": table.encode() + codecs.BOM_UTF8 + table.encode(),
        "utf8_cut.csv": chinese.encode()[:-2],
        "utf8_overlong.csv": TABLE.encode() + b"\xc0\xaf,\xe0\x80\xaf\n",
        "utf8_surrogates.csv": TABLE.encode() + b"\xed\xa0\x80,\xed\xb0\x80\n",
        "utf8_one_bad_byte.csv": chinese.encode() + b"\xff,x\n",
        "utf8_and_gb18030.csv": chinese.encode() + chinese.encode("gb18030"),
        "gb18030.csv": chinese.encode("gb18030"),
        "gb18030_cut.csv": chinese.encode("gb18030")[:-2],
        "gb18030_four_bytes.csv": ("问题,答案\n" + "㐀㐁㐂,𠀀𠀁\n" * 30).encode("gb18030"),
        "big5.csv": ("問題,答案\n小提琴有幾根弦？,四根弦，按五度定音，這是繁體中文。\n" * 8).encode("big5"),
        "shift_jis.csv": ("質問,答え\n弦は何本ですか,四本あります。これは文章です。\n" * 8).encode(
            "shift_jis"
        ),
        "euc_kr.csv": ("질문,대답\n바이올린의 줄은 몇 개입니까?,네 개입니다.\n" * 8).encode("euc-kr"),
        "latin1.csv": ("Frage,Antwort\nWie viele Saiten hört man?,Vier natürlich, gehört dazu.\n" * 8).encode(
            "latin-1"
        ),
        "all_bytes.csv": bytes(range(256)) * 64,
        "high_bytes.txt": bytes(range(128, 256)) * 64,
        "escape_sequences.txt": b"\x1b[2J\x1b[31mred\x1b[0m\n\x07\x08\n",
        "utf7.txt": b"+AGg-+/v8-\n",
        "iso2022.txt": ("これは文章です。\n" * 8).encode("iso2022_jp"),
    }


def plain() -> dict[str, bytes]:
    """Text and Markdown files of odd shapes."""
    return {
        "empty.txt": b"",
        "empty.md": b"",
        "empty.csv": b"",
        "empty.tsv": b"",
        "one_byte.txt": b"x",
        "one_newline.txt": b"\n",
        "nulls.txt": b"\0" * 100_000,
        "nulls_in_text.txt": b"one\0two\nthree\0\n",
        "line_20_mb.txt": b"x" * LONG_LINE + b"\nnext\n",
        "document_20_mb.md": b"# title\n" + b"words and words\n" * (LONG_LINE // 16),
        "lines_empty_million.txt": b"\n" * 1_000_000,
        "lines_short_many.txt": b"a\n" * 100_000,
        "only_spaces.md": b" \t\n" * 1000,
        "directions.txt": "\u202eevil\u202c \u200b\u200d\ufeff\n".encode() * 50,
        "combining.txt": ("a" + "\u0301" * 100_000 + "\n").encode(),
        "noncharacters.txt": "\ufffe\uffff\U0001ffff\n".encode() * 20,
        "private_use.txt": "\ue000\U000f0000\n".encode() * 50,
        "script.txt": b"#!/bin/sh\nrm -rf /\n$(touch /tmp/x)\n`id`\n{{ 7*7 }}\n",
        "no_name_for_it": b"just some words\nwithout an ending\n",
        "unknown_ending.xyz": b"\x00\x01\x02\x03" * 1000,
        "chatml_unclosed.txt": b"<|im_start|>user\nhi\n" * 2000,
    }
