"""Saving an evaluation: the engine writes the page, the app draws the PDF from it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication

from app.actions.evaluation_report import ReportSaver
from app.client.engine_client import Reply
from app.state.model import AppState, JobState, Preferences, TrainState
from engine.contract.errors import UserError
from engine.contract.evaluation import REPORT_NAME, WriteReport
from engine.server.handlers import write_report
from tests.gui.evaluation_story import evaluation

Saves = Callable[[str], list[tuple[str, str, str]]]


@pytest.fixture
def saves(tmp_path: Path, qapp: QApplication) -> Saves:
    """Saves the report of a run in ``tmp_path`` with the engine's own function; gives the notices."""
    (tmp_path / REPORT_NAME).write_text(evaluation().model_dump_json(), encoding="utf-8")
    notices: list[tuple[str, str, str]] = []

    def ask(command: WriteReport, kind: Any, *, timeout_s: float) -> Reply[Any]:
        reply: Reply[Any] = Reply()
        try:
            reply.settle(write_report(command))
        except UserError as error:
            reply.fail(error.info)
        return reply

    train = TrainState(run_id="r1", name="Run", job=JobState(run_dir=str(tmp_path)))
    state = replace(AppState(train=train), preferences=Preferences(language="zh_CN"))
    context: Any = SimpleNamespace(
        store=SimpleNamespace(state=state),
        quick=SimpleNamespace(ask=ask),
        notice=lambda kind, text, action="", intent="": notices.append((kind, text, intent)),
        notice_error=lambda info: notices.append(("danger", info.message, "")),
    )

    def save(path: str) -> list[tuple[str, str, str]]:
        ReportSaver(context).save(path)
        return notices

    return save


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.handlers.find_run", Path)


def test_a_page_in_the_language_of_the_window(saves: Saves, tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    assert saves(str(place)) == [("success", "The report is saved as report.html.", f"reveal:{place}")]
    assert 'lang="zh-CN"' in place.read_text(encoding="utf-8")


def test_a_pdf_holds_the_words_and_the_charts(saves: Saves, tmp_path: Path) -> None:
    place = tmp_path / "report.PDF"
    assert saves(str(place))[0][0] == "success"
    pages = PdfReader(place).pages
    text = "".join(page.extract_text() for page in pages)
    assert "p<0.0001" in "".join(text.split()), "figures can be copied"
    assert "ROUGE-L" in text and "Africa" in text and "训练前" in text
    assert sum(len(page.images) for page in pages) == 2
    assert place.stat().st_size > 20_000


@pytest.mark.parametrize("name", ["none/report.html", "none/report.pdf"])
def test_a_place_that_cannot_be_written_is_a_sentence(saves: Saves, tmp_path: Path, name: str) -> None:
    ((kind, text, _),) = saves(str(tmp_path / name))
    assert kind == "danger" and "Cannot write" in text
    assert not (tmp_path / name).exists()
