"""The words of a report page in the reader's language.

What the window says too (titles of figures, verdicts in sentences) is translated by the window's own catalogue, which
the engine reads as the XML file that it is; the page's own words stand here.
"""

import functools
import locale
import os
import re
import xml.etree.ElementTree as ET

from engine.contract.evaluation import Language
from engine.contract.paths import resources_dir

CHINESE = {
    "Evaluation of {0}": "{0} 的评估",
    "Base model: {0}": "基础模型：{0}",
    "{0} held-out rows ({1}), {2} of them answered": "{0} 条留出数据（{1}），其中回答了 {2} 条",
    "validation": "验证集",
    "test": "测试集",
    "Measured on {0} in {1} s": "测量于 {0}，用时 {1} 秒",
    "Figures": "指标",
    "Figure": "指标",
    "Before": "训练前",
    "After": "训练后",
    "Change": "变化",
    "Rows better": "变好的条数",
    "Rows worse": "变差的条数",
    "Chance": "偶然概率",
    "better": "变好",
    "worse": "变差",
    "equal": "不变",
    "Learnt by heart?": "是否死记硬背？",
    "Forgotten?": "是否遗忘？",
    "Compared by a judge": "由评判模型比较",
    "good": "良好",
    "watch": "留意",
    "bad": "不佳",
    "train": "训练",
    "held out": "留出",
    "Loss over the steps of the run": "各步的损失",
    "General questions answered right, by ability": "按能力统计答对的常识题",
    "Ability": "能力",
    "Language": "语言",
    "Questions": "题数",
    "English": "英文",
    "Chinese": "中文",
    "arithmetic": "算术",
    "code": "代码",
    "facts": "常识",
    "instructions": "指令",
    "language": "语言知识",
    "reasoning": "推理",
    "Questions that were lost": "不再答对的题",
    "Right answer": "正确答案",
    "Chosen now": "现在的选择",
    "Judge: {0}": "评判模型：{0}",
    "Of {0} pairs, {1} answers after training were preferred, {2} before it; {3} were ties.": "在 {0} 对回答中，训练后的更好 {1} 次，训练前的更好 {2} 次，平局 {3} 次。",
    "Each pair was judged in both orders; {0} ties are pairs where the orders disagreed, and {1} judgements could not be read.": "每对回答都按两种顺序评判；其中 {0} 次平局是因为两种顺序结论不一致，{1} 次评判无法读懂。",
    "Answers side by side": "回答对照",
    "Question": "问题",
    "Wanted": "期望",
    "Preferred": "更好",
    "Made by Luthier on this computer.": "由 Luthier 在本机生成。",
}  # fmt: skip
_PLACE = re.compile(r"\{(\d+)\}")
CATALOGUE = "luthier_zh_CN.ts"
CONTEXTS = ("Engine", "Schema")


def system_language() -> Language:
    """What the system speaks, where it is one of ours."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    named = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


class Words:
    """Says the page's words and the engine's sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, text: str, *values: object) -> str:
        """One of the page's own words, with ``values`` in its places."""
        words = CHINESE.get(text, text) if self.language == "zh" else text
        return words.format(*values) if values else words

    def engine(self, sentence: str) -> str:
        """A sentence or title that the engine says anywhere."""
        if self.language == "en" or not sentence:
            return sentence
        for expression, template, translation in _catalogue():
            found = expression.fullmatch(sentence)
            if found is not None:
                values = dict(zip(_PLACE.findall(template), found.groups(), strict=True))
                return _PLACE.sub(lambda place, values=values: values.get(place[1], place[0]), translation)  # type: ignore[misc]
        return self.say(sentence)


@functools.cache
def _catalogue() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """Templates as expressions with their translations, the most telling ones first."""
    path = resources_dir() / "translations" / CATALOGUE
    if not path.is_file():
        return ()
    found = []
    for context in ET.parse(path).getroot().iter("context"):
        if context.findtext("name") in CONTEXTS:
            for message in context.iter("message"):
                source, translation = message.findtext("source") or "", message.findtext("translation") or ""
                if source and translation:
                    found.append((source, translation))
    found.sort(key=lambda pair: -len(_PLACE.sub("", pair[0])))
    return tuple((_expression(source), source, translation) for source, translation in found)


def _expression(template: str) -> re.Pattern[str]:
    parts = _PLACE.split(template)  # text, number, text, number, ..., text
    return re.compile("".join("(.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)), re.DOTALL)  # fmt: skip
