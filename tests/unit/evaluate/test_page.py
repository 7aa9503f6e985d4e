"""The report as a page: whole, closed to the world, and in two languages."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.cli.main import run
from engine.contract.errors import UserError
from engine.contract.evaluation import REPORT_NAME, Answer, Curve, EvaluationReport, Judgement
from engine.evaluate.page import check_place, page, paper, system_language, write_report
from engine.evaluate.page.charts import Ink, curves_chart
from engine.evaluate.page.words import CHINESE, Words
from tests.gui.evaluation_story import evaluation

JUDGED = Judgement(judge="starter", pairs=30, wins=20, losses=6, ties=4, split=3, unclear=2, p_value=0.0094)


class Parts(HTMLParser):
    """Tags with their attributes, and whether each that opens also closes."""

    VOID = ("meta", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def report() -> EvaluationReport:
    hostile = Answer(
        prompt="<script>alert(1)</script>",
        reference='"><img src=http://example.com/x>',
        before="</td></table>",
        after="a & b",
        preferred="after",
    )
    found = evaluation()
    return found.model_copy(update={"answers": (*found.answers, hostile), "judgement": JUDGED})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_fetches_and_runs_nothing(language) -> None:
    text = page(report(), language=language)
    parts = Parts(text)
    names = {tag for tag, _ in parts.tags}
    assert names & {"script", "link", "iframe", "img", "object", "a", "base"} == set()
    assert "svg" in names and names >= {"table", "section", "polyline", "rect"}
    for _, attributes in parts.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "href")}
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert len(style) == 1 and "url(" not in style[0] and "@import" not in style[0]
    assert "prefers-color-scheme:dark" in style[0]
    assert "default-src 'none'" in text


def test_every_figure_verdict_and_answer_stands_on_it() -> None:
    text = page(report())
    for item in report().measures:
        assert item.title in text
    for part in ("83.4%", "0.71", "✓ good", "▲ watch", "18 → 17", "Of 30 pairs, 20 answers", "p = 0.0094", "South America", "我是工作台。"):  # fmt: skip
        assert part in text, part
    assert "&lt;script&gt;" in text and "a &amp; b" in text


def test_chinese_says_all_of_its_own_words() -> None:
    text = page(report(), language="zh")
    assert '<html lang="zh-CN">' in text
    plain = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    for english in CHINESE:
        if " " in english and "{" not in english:
            assert english not in plain, english
    for chinese in ("训练前", "是否遗忘？", "算术 · 英文", "训练后的更好 20 次", "变好"):
        assert chinese in plain, chinese


def test_sentences_of_the_engine_are_those_of_the_catalogue() -> None:
    sentence = "The held-out loss is 1.010 after training and was 1.000 before: the run made it worse."
    said = Words("zh").engine(sentence)
    assert "1.010" in said and "1.000" in said and "held-out" not in said
    assert Words("en").engine(sentence) == sentence
    assert Words("zh").engine("Nobody ever said that.") == "Nobody ever said that."


def test_a_curve_needs_two_points() -> None:
    one = Curve(name="train", steps=(1,), values=(2.0,))
    assert curves_chart((one,), Words("en"), Ink()) == ""
    two = Curve(name="held_out", steps=(1, 9), values=(2.0, 1.0))
    drawn = curves_chart((one, two), Words("en"), Ink())
    assert drawn.count("<circle") == 2 and 'points="56.0' in drawn


def test_paper_holds_charts_as_pictures() -> None:
    text = paper(report())
    assert "<svg" not in text and text.count('src="data:image/svg+xml;base64,') == 2
    assert "class=" not in re.sub(r"<(td|th|p|span|div)[^>]*>", "", text)


def test_a_kept_report_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no evaluation"):
        write_report(tmp_path, tmp_path / "a.html", language="en")
    (tmp_path / REPORT_NAME).write_text(report().model_dump_json(), encoding="utf-8")
    target = write_report(tmp_path, tmp_path / "a.html", language="zh")
    assert target.read_text(encoding="utf-8") == page(report(), language="zh")
    assert {path.name for path in tmp_path.iterdir()} == {"a.html", REPORT_NAME}
    for place in (tmp_path, tmp_path / "none" / "a.html"):
        with pytest.raises(UserError, match="Cannot write"):
            check_place(place)


def test_the_command_shows_a_kept_report_without_measuring(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, asked = tmp_path / "a.html", ["evaluate", str(tmp_path), "--kept"]
    (tmp_path / "recipe.yaml").write_text("schema_version: 1\n", encoding="utf-8")
    assert run(asked, claimed=None) != 0
    assert "There is no evaluation" in capsys.readouterr().err
    (tmp_path / REPORT_NAME).write_text(report().model_dump_json(), encoding="utf-8")
    assert run([*asked, "--html", str(place), "--language", "en"], claimed=None) == 0
    said = capsys.readouterr().out
    assert "forgetting: amber" in said and "20 better after training" in said and "p = 0.0094" in said
    assert place.read_text(encoding="utf-8") == page(report(), language="en")


@pytest.mark.parametrize(("lang", "language"), [("zh_CN.UTF-8", "zh"), ("en_GB.UTF-8", "en"), ("C", "en")])
def test_the_systems_language(monkeypatch: pytest.MonkeyPatch, lang: str, language: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    assert system_language() == language
