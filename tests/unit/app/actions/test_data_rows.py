"""The list of rows: what is looked at is fetched, what is older is dropped."""

from collections.abc import Callable
from typing import Any

from app.client.engine_client import Reply
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import FindRows
from engine.contract.results import RowList, RowSummary
from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


def some(count: int, total: int, name: str) -> RowList:
    row = RowSummary(index=0, path=name, line=1, prompt="", answer="", turns=1, chars=1)
    return RowList(total=total, rows=(row,) * count)


class Held:
    """Questions about rows that the engine has not answered yet."""

    def __init__(self, desk: Desk) -> None:
        self.asked: list[tuple[FindRows, Reply[RowList]]] = []
        self._ask: Any = desk.quick.ask
        desk.quick.ask = self  # type: ignore[method-assign,assignment]

    def __call__(self, command: Any, result: Any, **more: Any) -> Any:
        if not isinstance(command, FindRows):
            return self._ask(command, result, **more)
        self.asked.append((command, Reply()))
        return self.asked[-1][1]

    @property
    def offsets(self) -> list[int]:
        return [command.offset for command, _ in self.asked]


def test_one_page_at_a_time_the_newest_wish_first(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.wait(lambda s: s.data.listing.pages)
    held = Held(desk)
    for offset in (200, 400, 600, 800, 1000, 1000):
        desk.do.need_rows(offset)
    assert held.offsets == [200]
    for _ in range(4):
        held.asked[-1][1].settle(some(1, 5000, "a"))
    assert held.offsets == [200, 1000, 800, 600], "what was scrolled past long ago is not fetched"
    desk.do.need_rows(800)
    assert held.offsets[-1] == 600, "what is here is not asked again"


def test_an_answer_about_older_rows_is_dropped(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.wait(lambda s: s.data.listing.pages)
    held = Held(desk)
    desk.do.need_rows(200)
    desk.do.search_rows("cough", "any", "longest")
    assert [command.query for command, _ in held.asked] == ["", "cough"], "the engine may leave the older one"
    held.asked[0][1].settle(some(3, 5000, "old"))
    assert desk.state.data.listing.pages == () and desk.state.data.listing.total is None
    held.asked[1][1].settle(some(2, 2, "new"))
    assert desk.state.data.listing.total == 2
    assert desk.state.data.listing.pages[0].rows[0].path == "new"
    desk.do.search_rows("cough", "any", "longest")
    assert len(held.asked) == 2, "the same search is no new one"


def test_a_failure_stands_beside_the_list(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.wait(lambda s: s.data.listing.pages)
    held = Held(desk)
    desk.do.search_rows("x", "any", "file")
    held.asked[-1][1].fail(ErrorInfo(code=ErrorCode.TIMEOUT, message="late"))
    assert desk.state.data.listing.error is not None and desk.state.data.error is None
    desk.do.need_rows(0)
    held.asked[-1][1].settle(some(1, 1, "a"))
    assert desk.state.data.listing.error is None
