"""Draft, data, library, exports, chat, notices."""

from dataclasses import replace

import pytest

from app.state import changes as c
from app.state.model import AppState, ChatTurn, Notice, RunSummary
from app.state.reduce import reduce, reduce_all
from engine.contract.errors import ErrorCode, ErrorInfo, FieldError
from engine.contract.messages import Metrics, Progress, RunFinished, RunStarted, Text
from engine.contract.results import DataReport, Inspection, Plan, Preview

ERROR = ErrorInfo(code=ErrorCode.NOT_FOUND, message="gone")
PLAN = Plan(
    memory={}, memory_bytes=1, available_bytes=2, device="cpu", fits=True, total_steps=1, train_rows=1, tokens=1,
    trainable_parameters=1, parameters=1, disk_bytes=1, free_disk_bytes=2, seconds=(1.0, 2.0),
)  # fmt: skip
REPLY = {
    "text": "Hello!", "prompt_tokens": 3, "tokens": 2, "tokens_per_second": 9.0, "first_token_s": 0.1, "finish": "stop",
}  # fmt: skip


def summary(run_id: str, created: float) -> RunSummary:
    return RunSummary(id=run_id, name=run_id, dir=f"/runs/{run_id}", status="completed", created=created)


def test_every_change_has_a_handler() -> None:
    from app.state.reduce import _HANDLERS

    assert set(_HANDLERS) == set(c.Change.__args__)  # type: ignore[attr-defined]


def test_faults_take_the_plan_away() -> None:
    state = reduce_all(
        AppState(), [c.DraftSet({"a": 1}), c.DraftChecked((), {"a": 1, "b": 2}), c.PlanAsked()]
    )
    assert state.draft.recipe == {"a": 1, "b": 2} and state.draft.planning
    state = reduce(state, c.PlanArrived(PLAN))
    assert state.draft.plan == PLAN and not state.draft.planning
    fault = FieldError(path="a", reason="is wrong")
    state = reduce(state, c.DraftChecked((fault,), None))
    assert state.draft.errors == (fault,) and state.draft.plan is None
    assert state.draft.recipe == {"a": 1, "b": 2}


def test_data_is_busy_until_it_is_answered() -> None:
    state = reduce_all(
        AppState(), [c.DataAsked("inspect"), c.DataAsked("preview"), c.DataAsked("statistics")]
    )
    assert state.data.busy == {"inspect", "preview", "statistics"}
    state = reduce(state, c.DataInspected(Inspection(files=())))
    state = reduce(state, c.DataPreviewed(Preview(total=3, rows=()), 20))
    assert state.data.busy == {"statistics"} and state.data.preview_offset == 20
    state = reduce(state, c.DataFailed("statistics", ERROR))
    assert state.data.busy == frozenset() and state.data.error == ERROR
    assert state.data.preview is not None
    assert reduce(state, c.DataCleared()).data == AppState().data


def test_why_rows_could_not_be_counted_stands_until_they_are_asked_for_again() -> None:
    failed = [c.DataAsked("statistics"), c.DataAsked("preview"), c.DataFailed("statistics", ERROR)]
    shown = c.DataPreviewed(Preview(rows=(), total=0), 0)
    state = reduce_all(AppState(), [*failed, shown])
    assert state.data.error == ERROR
    assert reduce_all(state, [c.DataAsked("statistics"), shown]).data.error is None


def test_a_failed_part_takes_only_its_own_away() -> None:
    report = DataReport(
        rows=1, rejected=0, train_rows=1, validation_rows=0, tokens=1, trained_tokens=1, longest=1, median=1, p95=1,
        over_cutoff=0, bin_tokens=1, histogram=(1,),
    )  # fmt: skip
    state = reduce_all(AppState(), [c.DataCounted(report), c.DataFailed("preview", ERROR)])
    assert state.data.report == report and state.data.preview is None


def test_runs_are_kept_newest_first() -> None:
    state = reduce(AppState(), c.RunsListed((summary("a", 1), summary("c", 3))))
    state = reduce(state, c.RunListed(summary("b", 2)))
    state = reduce(state, c.RunListed(replace(summary("a", 1), name="changed")))
    assert [(run.id, run.name) for run in state.runs] == [("c", "c"), ("b", "b"), ("a", "changed")]
    state = reduce(state, c.RunRenamed("c", "new"))
    assert state.runs[0].name == "new"
    assert [run.id for run in reduce(state, c.RunRemoved("b")).runs] == ["c", "a"]


def test_a_removed_run_leaves_the_train_page() -> None:
    state = reduce(AppState(), c.RunStarting("a", "name", "/runs/a", {}, 0.0))
    assert reduce(state, c.RunRemoved("b")).train.run_id == "a"
    assert reduce(state, c.RunRemoved("a")).train.run_id == ""


def test_an_export_ends_with_its_report() -> None:
    verified = {"status": "passed"}
    target = {"target": "merged", "path": "/m", "size_bytes": 3, "verification": verified}
    events = (
        RunStarted(run="e", kind="export"),
        Progress(run="e", name="merge", done=1, total=2),
        RunFinished(run="e", status="completed", result={"targets": [target]}, paths={"merged": "/m"}),
    )
    state = reduce(AppState(), c.JobStarting("export", "/runs/a", 1.0))
    state = reduce(state, c.JobEvents("export", events))
    assert state.export.run_dir == "/runs/a" and state.export.job.paths == {"merged": "/m"}
    assert state.export.report is not None and state.export.report.targets[0].path == "/m"
    other = reduce(state, c.JobStarting("export", "/runs/b", 2.0))
    assert other.export.report is None and other.export.run_dir == "/runs/b"


def test_a_result_that_cannot_be_read_is_no_report() -> None:
    end = RunFinished(run="e", status="completed", result={"targets": "?"})
    assert reduce(AppState(), c.JobEvents("export", (end,))).export.report is None


def test_an_answer_streams_and_ends() -> None:
    asked = (ChatTurn("user", "Hi"),)
    state = reduce_all(
        AppState(), [c.ChatLoading("tuned", "/m", "m"), c.ChatReady("tuned"), c.ChatAsked("tuned", asked)]
    )
    state = reduce(state, c.ChatEvents("tuned", (Text(text="Hel"), Text(text="lo"))))
    assert state.chat.tuned.partial == "Hello" and state.chat.tuned.status == "answering"
    state = reduce(state, c.ChatEvents("tuned", (RunFinished(status="completed", result=REPLY),)))
    assert state.chat.tuned.turns[-1].content == "Hello!" and state.chat.tuned.status == "ready"
    assert state.chat.tuned.turns[-1].reply is not None and not state.chat.tuned.partial
    assert state.chat.base == AppState().chat.base


@pytest.mark.parametrize("usable", [True, False])
def test_a_failed_answer_keeps_what_was_said(usable: bool) -> None:
    state = reduce(AppState(), c.ChatAsked("base", (ChatTurn("user", "Hi"),)))
    state = reduce(state, c.ChatEvents("base", (Text(text="Half an"),)))
    state = reduce(state, c.ChatFailed("base", ERROR, usable=usable))
    assert state.chat.base.turns[-1].content == "Half an" and state.chat.base.error == ERROR
    assert state.chat.base.status == ("ready" if usable else "failed")


def test_text_after_the_end_is_nobodys() -> None:
    state = reduce(AppState(), c.ChatTurnsSet("base", ()))
    assert reduce(state, c.ChatEvents("base", (Text(text="late"),))).chat.base.partial == ""


def test_notices_are_few_and_not_repeated() -> None:
    state = AppState()
    for number in range(8):
        state = reduce(state, c.NoticeAdded(Notice(number, "info", f"text {number % 7}")))
    assert [notice.id for notice in state.notices] == [3, 4, 5, 6, 7]
    state = reduce(state, c.NoticeAdded(Notice(9, "info", "text 4")))
    assert [notice.id for notice in state.notices] == [3, 5, 6, 7, 9]
    assert [n.id for n in reduce(state, c.NoticeDismissed(5)).notices] == [3, 6, 7, 9]


def test_ten_thousand_metrics_share_one_buffer() -> None:
    state = AppState()
    for step in range(1, 10_001):
        event = Metrics.model_validate({"step": [step], "train/loss": [1.0]})
        state = reduce(state, c.JobEvents("train", (event,)))
    first = reduce(
        AppState(), c.JobEvents("train", (Metrics.model_validate({"step": [1], "train/loss": [1.0]}),))
    )
    series = state.train.series["train/loss"]
    assert len(series) == 10_000
    longer = series.extended([10_001], [2.0])
    assert longer._steps is series._steps and longer._steps is not first.train.series["train/loss"]._steps
