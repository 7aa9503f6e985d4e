"""Walks the whole path in the real window with the real engine, through the widgets, and tells what it saw.

A program of its own, so that it runs under any display: ``python -m tests.e2e.walk DATASET PICTURES``. Prints one JSON
object on success and ends with 1 and the step that failed otherwise.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.forms.builder import FieldRow
from app.main import App, build
from app.state.model import AppState

PATIENCE_S = 240.0
QUESTION = "Who are you?"


class Walk:
    """One walk; every wait and every click is on what a person would wait for and click."""

    def __init__(self, app: App, pictures: Path) -> None:
        self.app, self.pictures = app, pictures
        self.window: Any = app.window
        self.report: dict[str, Any] = {}
        pictures.mkdir(parents=True, exist_ok=True)

    @property
    def state(self) -> AppState:
        return self.app.store.state

    def wait(self, what: str, ready: Callable[[], Any], patience_s: float = PATIENCE_S) -> None:
        """Let the window live until ``ready`` holds; a failed job ends the walk with its own sentence."""
        until = time.monotonic() + patience_s
        while not ready():
            for job in (self.state.train.job, self.state.export.job):
                if job.status in ("failed", "crashed"):
                    raise AssertionError(f"while waiting for {what}: {job.kind} {job.status}: {job.error}")
            if time.monotonic() > until:
                self.picture("stuck")
                raise AssertionError(f"waited in vain for {what}")
            QTest.qWait(30)

    def picture(self, name: str) -> None:
        QTest.qWait(150)
        self.window.grab().save(str(self.pictures / f"{name}.png"))

    def click(self, button: QWidget) -> None:
        """A real click in the middle of a visible, enabled widget."""
        self.wait(
            f"a button {button.accessibleName()!r}", lambda: button.isVisible() and button.isEnabled(), 30
        )
        area = button.parentWidget()
        while area is not None:
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(button)
            area = area.parentWidget()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def page(self, name: str) -> Any:
        self.wait(f"the {name} page", lambda: self.state.page == name, 30)
        return self.window.page(name)

    # ------------------------------------------------------------ the path

    def drop(self, dataset: Path) -> None:
        """Files are dragged over the window and let go."""
        self.wait("the engine", lambda: self.state.engine.schema is not None)
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(dataset))])
        actions, buttons, keys = (
            Qt.DropAction.CopyAction,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.window, QDragEnterEvent(QPoint(300, 300), actions, mime, buttons, keys))
        QApplication.sendEvent(self.window, QDropEvent(QPointF(300, 300), actions, mime, buttons, keys))
        self.wait("the inspection", lambda: self.state.data.inspection and self.state.data.inspection.files)
        self.wait(
            "the preview", lambda: self.state.data.preview is not None and self.state.data.report is not None
        )
        page = self.page("data")
        file, preview = self.state.data.inspection.files[0], self.state.data.preview  # type: ignore[union-attr]
        assert preview is not None
        self.report |= {
            "family": file.family,
            "rows": file.rows,
            "accepted": file.accepted,
            "rejected": len(file.rejected),
            "trained_text": "".join(token.text for token in preview.rows[0].tokens if token.trained),
        }
        self.picture("1-data")
        self.click(page.use)

    def set_option(self, path: str, text: str) -> None:
        """Type ``text`` into the field of the form that edits ``path``."""
        page = self.page("method")
        self.wait(f"the field {path}", lambda: self._field(page, path) is not None, 60)
        row = self._field(page, path)
        assert row is not None
        line = row.editor.lineEdit()
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        section, option = path.split(".")
        self.wait(
            f"{path} in the draft", lambda: float(self.state.draft.recipe[section][option]) == float(text), 30
        )

    @staticmethod
    def _field(page: QWidget, path: str) -> Any:
        return next((row for row in page.findChildren(FieldRow) if row.field.path == path), None)

    def start(self) -> None:
        page = self.page("method")
        self.wait("the plan", lambda: self.state.draft.plan is not None and not self.state.draft.planning)
        self.report["start_button"] = page.start.text()
        self.picture("2-method")
        self.click(page.start)

    def train(self) -> None:
        """Pause in the middle, resume, and let it end."""
        page = self.page("train")
        self.wait("the third step", lambda: self.state.train.step >= 3)
        self.picture("3-train-running")
        self.click(page.header.pause)
        self.wait("the pause", lambda: self.state.train.job.status == "paused")
        paused = self.state.train.step
        self.picture("3-train-paused")
        self.click(page.header.resume)
        self.wait("the end of training", lambda: self.state.train.job.status == "completed")
        loss = self.state.train.series["train/loss"]
        self.report |= {
            "paused_at": paused,
            "steps": loss.steps,
            "first_loss": loss.values[0],
            "last_loss": loss.last,
            "memory_points": len(self.state.train.series["memory/process"]),
            "run_dir": self.state.train.job.run_dir,
        }
        self.picture("4-train-finished")
        self.click(page.finished.next)

    def export(self) -> None:
        """One click: merge, convert, verify."""
        page = self.page("export")
        self.wait("the targets", lambda: page.targets.chips, 30)
        for spelling, made in page.targets.chips.items():
            if made.button.isChecked() != (spelling == "gguf:q8_0"):
                self.click(made.button)
        self.report["export_button"] = page.start.text()
        self.click(page.start)
        self.wait("the export", lambda: self.state.export.report is not None)
        target = self.state.export.report.targets[0]  # type: ignore[union-attr]
        self.report["export"] = target.model_dump(mode="json")
        self.picture("5-export")

    def chat(self) -> None:
        """Base and tuned, side by side."""
        self.window.intents.show_page("chat")
        page = self.page("chat")
        self.wait("the offer to load both", lambda: page.nothing.empty is not None and page.nothing._pair, 30)
        self.click(page.nothing.empty.button)
        sides = lambda: (self.state.chat.base, self.state.chat.tuned)  # noqa: E731 - read anew at each look
        self.wait("both models", lambda: all(side.status == "ready" for side in sides()))
        page.composer.input.setFocus()
        QTest.keyClicks(page.composer.input, QUESTION)
        self.wait("the button to send", page.composer.send.isEnabled, 60)
        QTest.keyClick(page.composer.input, Qt.Key.Key_Return)
        self.wait(
            "both answers", lambda: all(len(side.turns) == 2 and side.status == "ready" for side in sides())
        )
        base, tuned = (side.turns[-1] for side in sides())
        self.report["answers"] = {"base": base.content, "tuned": tuned.content}
        self.report["tuned_tokens"] = tuned.reply.tokens if tuned.reply else 0
        self.report["answer_shown"] = tuned.content.split()[0] in shown_text(page.tuned)
        self.picture("6-chat")


def shown_text(widget: QWidget) -> str:
    """All the text that the widgets below ``widget`` show."""
    words = []
    for child in widget.findChildren(QWidget):
        for name in ("toPlainText", "text"):
            reader = getattr(child, name, None)
            if callable(reader) and child.isVisible():
                words.append(str(reader()))
    return "\n".join(words)


def main(dataset: Path, pictures: Path) -> int:
    app = build([])
    app.window.resize(1440, 900)
    app.window.show()
    walk = Walk(app, pictures)
    try:
        walk.drop(dataset)
        walk.set_option("optim.num_train_epochs", "1")
        walk.set_option("optim.per_device_train_batch_size", "2")
        walk.set_option("optim.learning_rate", "0.001")
        walk.start()
        walk.train()
        walk.export()
        walk.chat()
    except AssertionError as error:
        sys.stderr.write(f"{error}\n")
        walk.picture("failed")
        return 1
    finally:
        app.close()
    sys.stdout.write(json.dumps(walk.report, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
