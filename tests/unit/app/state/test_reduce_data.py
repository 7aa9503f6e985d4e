"""What the Data page looks at: pages of rows, effects of steps, halting."""

import pytest

from app.state import changes as c
from app.state.dataset import (
    PAGES_KEPT,
    ROWS_A_PAGE,
    DataProgress,
    ProposedStep,
    RowQuery,
    SkippedFile,
    rows_in,
    rows_out,
    rows_used,
)
from app.state.model import AppState
from app.state.reduce import reduce, reduce_all
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import RunFinished
from engine.contract.results import (
    DataReport,
    DatasetVersion,
    RowList,
    RowSummary,
    StepCount,
    StepEffect,
    StepEffects,
)

ERROR = ErrorInfo(code=ErrorCode.TIMEOUT, message="late")


def page(offset: int, *, total: int = 10_000, count: int = ROWS_A_PAGE) -> c.RowsFound:
    rows = tuple(
        RowSummary(index=n, path="a", line=n, prompt="", answer="", turns=1, chars=1)
        for n in range(offset, offset + count)
    )
    return c.RowsFound(offset, RowList(total=total, rows=rows))


def test_only_the_newest_pages_are_kept() -> None:
    state = reduce_all(AppState(), [page(n * ROWS_A_PAGE) for n in range(20)])
    listing = state.data.listing
    assert [item.offset for item in listing.pages] == [n * ROWS_A_PAGE for n in range(20 - PAGES_KEPT, 20)]
    assert listing.row(0) is None
    last = listing.row(19 * ROWS_A_PAGE + 7)
    assert last is not None and last.index == 19 * ROWS_A_PAGE + 7
    again = reduce(state, page(15 * ROWS_A_PAGE)).data.listing
    assert len(again.pages) == PAGES_KEPT and again.pages[-1].offset == 15 * ROWS_A_PAGE


def test_the_same_list_of_other_rows_keeps_its_length_for_now() -> None:
    state = reduce_all(AppState(), [page(0), c.RowsWanted(RowQuery())])
    assert state.data.listing.total == 10_000 and state.data.listing.pages == ()
    state = reduce(state, c.RowsWanted(RowQuery("cough")))
    assert state.data.listing.total is None and state.data.listing.edition == 2


def test_trouble_of_the_list_and_of_a_step_stand_beside_them() -> None:
    state = reduce_all(
        AppState(),
        [
            c.DataAsked("rows"),
            c.DataFailed("rows", ERROR),
            c.EffectsWanted(1, "html"),
            c.DataFailed("effects", ERROR),
        ],
    )
    assert state.data.listing.error == state.data.effects.error == ERROR
    assert state.data.error is None and state.data.busy == frozenset()
    assert reduce(state, page(0)).data.listing.error is None


def test_effects_grow_by_pages() -> None:
    def some(count: int) -> StepEffects:
        return StepEffects(
            total=3, rows=tuple(StepEffect(path="a", line=1, before="x", after=None) for _ in range(count))
        )

    state = reduce_all(
        AppState(),
        [c.EffectsWanted(2, "html", "changed"), c.EffectsArrived(0, some(2)), c.EffectsArrived(2, some(1))],
    )
    assert len(state.data.effects.rows) == 3 and state.data.effects.what == "changed"
    assert reduce(state, c.EffectsArrived(0, some(1))).data.effects.rows == some(1).rows, "asked anew"
    assert reduce(state, c.EffectsWanted(-1)).data.effects.rows == ()


def test_what_was_halted_is_busy_no_more_until_it_is_asked() -> None:
    state = reduce_all(AppState(), [c.DataAsked("inspect"), c.DataAsked("statistics"), c.DataHalted(True)])
    assert state.data.halted and state.data.busy == frozenset()
    state = reduce(state, c.DataAsked("inspect"))
    assert not state.data.halted and state.data.busy == {"inspect"}


def test_taking_the_last_file_out_forgets_all_but_what_was_skipped() -> None:
    skipped = (SkippedFile("/a.key", "no dataset"),)
    versions = (DatasetVersion(name="a", path="/v", content_hash="ab", created=1.0, rows=3),)
    state = reduce_all(
        AppState(),
        [
            c.FilesSkipped(skipped),
            c.VersionsListed(versions),
            c.StepsProposed((ProposedStep("html", "why"),)),
            c.DataCleared(),
        ],
    )
    assert state.data.skipped == skipped and state.build.versions == versions
    assert state.data.proposed == ()


def test_a_written_dataset_is_kept_with_its_job() -> None:
    result = {"path": "/v/1", "files": {}, "rows": {"train": 3}, "card": "/v/1/card.md", "content_hash": "ab"}
    state = reduce_all(AppState(), [c.JobStarting("build", "/out"), c.JobAccepted("build", "b1")])
    assert state.build.out == "/out" and state.build.job.active
    state = reduce(state, c.JobEvents("build", (RunFinished(run="b1", status="completed", result=result),)))
    assert (
        state.build.made is not None and state.build.made.rows == {"train": 3} and not state.build.job.active
    )
    assert reduce(state, c.JobStarting("build", "")).build.made is None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [((), (95, 95)), ((("a", 90, 80), ("b", 80, 71)), (90, 71))],
)
def test_rows_are_counted_before_and_after_cleaning(
    steps: tuple[tuple[str, int, int], ...], expected: tuple[int, int]
) -> None:
    report = DataReport(
        rows=100, rejected=5, train_rows=60, validation_rows=8, test_rows=2, tokens=1, trained_tokens=1, longest=1,
        median=1, p95=1, over_cutoff=0, bin_tokens=1, histogram=(1,),
        steps=tuple(StepCount(kind=k, title="", before=b, after=a, changed=0) for k, b, a in steps),
    )  # fmt: skip
    assert (rows_in(report), rows_out(report)) == expected
    assert rows_used(report) == 70


def test_how_far_the_engine_is_counts_while_it_is_asked_and_begins_anew():
    state = reduce_all(AppState(), [c.DataAsked("inspect"), c.DataProgressed("read", 500.0, None)])
    assert state.data.progress == DataProgress("read", 500.0)
    state = reduce_all(state, [c.DataAsked("preview"), c.DataAnswered("inspect")])
    assert state.data.progress.done == 500.0, "other questions wait for the same work"
    state = reduce_all(state, [c.DataAnswered("preview"), c.DataProgressed("read", 900.0, None)])
    assert state.data.progress.done == 500.0, "a late word is no news"
    assert reduce_all(state, [c.DataAsked("statistics")]).data.progress == DataProgress()
