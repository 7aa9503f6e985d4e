"""How large each export of the open run would become, asked of the engine once a run."""

from app.actions.context import Context
from app.state.changes import SizesKnown
from engine.contract.exporting import ExportSizes
from engine.contract.messages import PredictExport

ASK_S = 120.0  # a large tokenizer on a slow disk


class PredictedExports:
    """Asks when the Export page shows a run whose sizes are not known."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._asked = ""

    def ask(self) -> None:
        """Ask for the sizes of the open run; without an answer the page goes on with its own estimate."""
        train = self._context.store.state.train
        run_dir = train.job.run_dir
        if (
            not run_dir
            or train.job.active
            or run_dir in (self._asked, self._context.store.state.sizes.run_dir)
        ):
            return
        self._asked = run_dir
        self._context.quick.ask(PredictExport(run_dir=run_dir), ExportSizes, timeout_s=ASK_S).then(
            lambda found: self._known(run_dir, found), lambda error: self._unknown()
        )

    def _known(self, run_dir: str, found: ExportSizes) -> None:
        self._asked = ""
        self._context.store.dispatch(SizesKnown(run_dir, found.sizes))

    def _unknown(self) -> None:
        """Asked again when the page is shown anew, not at every change."""
