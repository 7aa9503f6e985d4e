"""The evaluation of the open run as a file to pass on: an HTML page as the engine writes it, or a PDF drawn here."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from app.actions.context import Context, translate
from app.ui.i18n import resolve
from engine.contract.errors import ErrorInfo
from engine.contract.evaluation import Language, ReportForm, WriteReport, WrittenReport

WRITE_S = 60.0


class ReportSaver:
    """Asks the engine for the page, in the language of the interface."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    def save(self, path: str) -> None:
        """Write the report to ``path``: a PDF where its name ends so, else a page."""
        run_dir = self._store.state.train.job.run_dir
        if not run_dir or not path:
            return
        target = Path(path)
        if target.suffix.lower() == ".pdf":
            self._as_pdf(run_dir, target)
        else:
            self._ask(run_dir, target, "page", lambda: self._saved(target))

    def _as_pdf(self, run_dir: str, target: Path) -> None:
        folder = tempfile.TemporaryDirectory(prefix="luthier-report-", ignore_cleanup_errors=True)
        source = Path(folder.name) / "report.html"

        def draw() -> None:
            from app.ui.pdf import write_pdf  # Qt's printing parts: not before they are needed

            with folder:
                html = source.read_text(encoding="utf-8")
                try:
                    write_pdf(html, target, title=self._store.state.train.name)
                except OSError as error:
                    words = translate("Actions", "Cannot write {path}: {reason}")
                    text = words.format(path=target, reason=error.strerror or error)
                    self._context.notice("danger", text)
                    return
            self._saved(target)

        self._ask(run_dir, source, "paper", draw)

    def _ask(self, run_dir: str, target: Path, form: ReportForm, then: Callable[[], None]) -> None:
        language: Language = "zh" if resolve(self._store.state.preferences.language) == "zh_CN" else "en"
        command = WriteReport(run_dir=run_dir, path=str(target), language=language, form=form)

        def failed(error: ErrorInfo) -> None:
            self._context.notice_error(error)

        self._context.quick.ask(command, WrittenReport, timeout_s=WRITE_S).then(lambda _: then(), failed)

    def _saved(self, target: Path) -> None:
        text = translate("Actions", "The report is saved as {name}.").format(name=target.name)
        action = translate("Actions", "Reveal")
        self._context.notice("success", text, action=action, intent=f"reveal:{target}")
