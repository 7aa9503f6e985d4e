"""About Luthier itself: what it is made of, a newer version, and the diagnostics bundle.

What reads metadata and writes archives loads when it is wanted, since this file is loaded before the first paint.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.actions.context import Context, translate
from app.state.about_changes import (
    AboutFailed,
    LicenceArrived,
    LicenceAsked,
    ReportCollected,
    UpdateArrived,
    UpdateAsked,
    UpdateFailed,
    WorksArrived,
)
from app.state.model import AppState
from engine.contract.about import (
    LicenceText,
    ListWorks,
    LookForUpdate,
    ReadLicence,
    Update,
    WorkLine,
    WorkList,
)

if TYPE_CHECKING:
    from engine.contract.works import Work

ASK_S = 60.0
WINDOW = (
    "PySide6-Essentials",
    "pyqtgraph",
)  # what the window adds to an engine that is installed apart from it


class About:
    """Asks the engine; the window's own works are added to the engine's."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._own: dict[str, Work] = {}
        self._looked = False
        self._collector = _Collector(context.parent)
        self._collector.done.connect(lambda files: self._store.dispatch(ReportCollected(files)))
        context.quick.ready.connect(lambda _: self._look_at_start())

    # ------------------------------------------------------------ licences

    def list_works(self) -> None:
        """What Luthier is made of; asked once."""
        if not self._store.state.about.works:
            reply = self._context.quick.ask(ListWorks(), WorkList, timeout_s=ASK_S)
            reply.then(self._listed, lambda error: self._store.dispatch(AboutFailed(error)))

    def _listed(self, found: WorkList) -> None:
        from engine.contract.works import shipped, work_of

        theirs = {work.name for work in found.works}
        own = [work_of(known) for known in shipped(WINDOW)]
        self._own = {work.name: work for work in own if work.name not in theirs}
        lines = [WorkLine(name=w.name, version=w.version, licence=w.licence) for w in self._own.values()]
        every = sorted([*found.works, *lines], key=lambda work: work.name.casefold())
        self._store.dispatch(WorksArrived(tuple(every)))

    def read_licence(self, name: str) -> None:
        """The texts of one work."""
        if name == self._store.state.about.reading and self._store.state.about.licence is not None:
            return
        self._store.dispatch(LicenceAsked(name))
        own = self._own.get(name)
        if own is not None:
            self._store.dispatch(LicenceArrived(LicenceText(name=name, text=own.text())))
            return
        self._context.quick.ask(ReadLicence(name=name), LicenceText, timeout_s=ASK_S).then(
            lambda text: self._store.dispatch(LicenceArrived(text)),
            lambda error: self._store.dispatch(AboutFailed(error)),
        )

    # ------------------------------------------------------------ a newer version

    def look_for_update(self) -> None:
        """One request to the feed that is set."""
        feed = self._store.state.preferences.update_feed
        if not feed or self._store.state.about.look.asking:
            return
        self._store.dispatch(UpdateAsked())
        self._context.quick.ask(LookForUpdate(feed=feed), Update, timeout_s=ASK_S).then(
            lambda found: self._store.dispatch(UpdateArrived(found)),
            lambda error: self._store.dispatch(UpdateFailed(error)),
        )

    def _look_at_start(self) -> None:
        """Once a start, and only where the user wants it; a feed that does not answer is no news."""
        preferences = self._store.state.preferences
        if self._looked:
            return
        self._looked = True
        if not (preferences.check_updates and preferences.update_feed) or preferences.offline:
            return
        self._store.dispatch(UpdateAsked())
        question = LookForUpdate(feed=preferences.update_feed)
        reply = self._context.quick.ask(question, Update, timeout_s=ASK_S)
        reply.then(self._told, lambda error: self._store.dispatch(UpdateFailed(error)))

    def _told(self, found: Update) -> None:
        self._store.dispatch(UpdateArrived(found))
        if found.newer:
            text = translate("Actions", "Luthier {version} is out. The Settings show what is new in it.")
            text = text.format(version=found.version)
            self._context.notice(
                "info", text, action=translate("Actions", "Settings"), intent="open_settings"
            )

    # ------------------------------------------------------------ diagnostics

    def collect_report(self) -> None:
        """Gather what a bundle would hold, to be looked at."""
        self._collector.start(self._store.state, self._context.data_dir)

    def drop_report(self) -> None:
        """Nobody looks at it any more."""
        self._store.dispatch(ReportCollected(()))

    def save_report(self, path: str) -> None:
        """Write what was shown, and nothing else."""
        from app.models import diagnostics

        try:
            diagnostics.write(Path(path), self._store.state.about.report)
        except OSError as error:
            words = translate("Actions", "Cannot write {path}: {reason}")
            self._context.notice("danger", words.format(path=path, reason=error.strerror or error))
            return
        text = translate("Actions", "The diagnostics were saved. Nothing was sent.")
        self._context.notice("success", text, action=translate("Actions", "Reveal"), intent=f"reveal:{path}")


class _Collector(QObject):
    """Reads and redacts in a thread: logs may be long."""

    done = Signal(object)  # tuple[DiagnosticFile, ...]

    def start(self, state: AppState, home: Path) -> None:
        """Begin; ``done`` comes in the thread of whoever listens."""
        threading.Thread(target=self._work, args=(state, home), name="diagnostics", daemon=True).start()

    def _work(self, state: AppState, home: Path) -> None:
        from app.models import diagnostics

        self.done.emit(diagnostics.collect(state, home))
