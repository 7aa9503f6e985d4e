"""The list of rows, page by page: what a view looks at is asked, one question at a time, the newest wish first."""

from app.actions.context import Context
from app.state.changes import DataAsked, DataFailed, RowsFound, RowsWanted
from app.state.dataset import ROWS_A_PAGE, RowQuery
from engine.contract.errors import ErrorInfo
from engine.contract.messages import FindRows
from engine.contract.results import RowList

READ_S = 3600.0
WAITING_KEPT = 3  # pages that were scrolled past are not fetched any more


class RowPages:
    """Fetches pages of ``data.find``; an answer that belongs to an older list is dropped."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._quick = context.quick
        self._waiting: list[int] = []
        self._asked: int | None = None
        self._on_their_way: list[int] = []  # the editions asked about, also those that nobody wants any more

    def search(self, query: RowQuery) -> None:
        """List other rows, or the same ones in another order."""
        if query != self._store.state.data.listing.query:
            self._begin(query)
            self.need(0)

    def refresh(self) -> None:
        """The rows may have become others. Who shows them will ask for what it shows."""
        self._begin(self._store.state.data.listing.query)
        self.need(0)

    def forget(self) -> None:
        """Ask nothing any more."""
        self._waiting.clear()
        self._asked = None

    def need(self, offset: int) -> None:
        """Fetch the page that begins at ``offset``, unless it is here or on its way."""
        data = self._store.state.data
        if data.halted or offset == self._asked or data.listing.page(offset) is not None:
            return
        self._waiting = [offset, *[other for other in self._waiting if other != offset]][:WAITING_KEPT]
        self._send()

    def _begin(self, query: RowQuery) -> None:
        self._store.dispatch(RowsWanted(query))
        self.forget()

    def _send(self) -> None:
        state = self._store.state
        listing = state.data.listing
        held_up = listing.edition in self._on_their_way or len(self._on_their_way) > 1
        if held_up or not self._waiting:
            return  # beside a question about older rows a new one may go out: the engine leaves the older one
        offset = self._asked = self._waiting.pop(0)
        query, edition = listing.query, listing.edition
        self._on_their_way.append(edition)
        self._store.dispatch(DataAsked("rows"))
        command = FindRows.model_validate(
            {
                "recipe": state.draft.recipe, "query": query.text, "where": query.where, "sort": query.sort,
                "offset": offset, "limit": ROWS_A_PAGE,
            }
        )  # fmt: skip
        self._quick.ask(command, RowList, timeout_s=READ_S).then(
            lambda rows: self._answered(edition, RowsFound(offset, rows)),
            lambda error: self._failed(edition, error),
        )

    def _answered(self, edition: int, change: RowsFound | DataFailed) -> None:
        self._on_their_way.remove(edition)
        if self._store.state.data.listing.edition == edition:
            self._asked = None
            self._store.dispatch(change)
        self._send()

    def _failed(self, edition: int, error: ErrorInfo) -> None:
        if self._store.state.data.halted:
            self._on_their_way.remove(edition)
            return
        if self._store.state.data.listing.edition == edition:
            self._waiting.clear()
        self._answered(edition, DataFailed("rows", error))
