"""Hyperparameter search on a tiny model: trials are proposed, measured, given up early, kept, killed and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine.contract.codec import encode
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Metrics, RunFinished, TrialChanged, parse_command, parse_from_engine
from engine.contract.recipe import RecipeBase
from engine.contract.search import Axis, SearchReport, SearchWish, StartSearch, Trial, best_of, usual_range
from engine.registry import load_recipe, parse_recipe, save_recipe
from engine.search import run as searching
from engine.search.run import open_search, search
from engine.search.space import check_axes, declared_axis, read_axis, with_params
from engine.search.store import TRIALS, SearchFolder, list_searches
from engine.search.study import Study
from engine.server.handlers import task_openers
from engine.server.journal import JOURNAL, replay
from engine.server.search_task import TrialRecord, start_search
from engine.server.tasks import open_job, run_task
from engine.train.loop import train
from tests.integration.conftest import tiny_model  # noqa: F401 - a fixture
from tests.integration.quiet_job import QuietJob

GOOD, BAD = 2e-2, 1e-9
SEED = 15


@pytest.fixture(scope="module")
def recipe(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> RecipeBase:  # noqa: F811
    words = ("wood", "glue", "string", "bow", "bridge", "scroll")
    rows = [
        {"instruction": f"Say {word} {n}", "output": f"{word} {word} {n}"} for n in range(4) for word in words
    ]
    path = tmp_path_factory.mktemp("rows") / "rows.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return parse_recipe(
        {
            "model": {"path": str(tiny_model)},
            "data": {"sources": [{"path": str(path)}], "validation": {"count": 6}, "cutoff_len": 64},
            "method": {"kind": "lora", "rank": 4},
            "objective": {"kind": "sft"},
            "optim": {"max_steps": 4, "per_device_train_batch_size": 4, "lr_scheduler_type": "constant"},
            "run": {"eval_steps": 1, "seed": 5},
        }
    )


def wish(trials: int = 3, **more: Any) -> SearchWish:
    axes = (
        Axis(path="optim.learning_rate", choices=(GOOD, BAD)),
        Axis(path="method.rank", low=2, high=8, whole=True),
    )
    return SearchWish(axes=axes, trials=trials, seed=SEED, **more)


def begin(
    recipe: RecipeBase, folder: Path, asked: SearchWish, job: QuietJob | None = None
) -> tuple[bool, SearchReport]:
    place = SearchFolder(folder)
    found = open_search(place, recipe, asked)
    return search(*found, folder=place, job=job or QuietJob())


@pytest.fixture(scope="module")
def whole(recipe: RecipeBase, tmp_path_factory: pytest.TempPathFactory) -> SearchReport:
    """A search that nothing came between."""
    complete, report = begin(recipe, tmp_path_factory.mktemp("whole") / "search", wish())
    assert complete
    return report


@pytest.fixture(scope="module")
def unpruned(recipe: RecipeBase, tmp_path_factory: pytest.TempPathFactory) -> SearchReport:
    """The same without a trial that is given up."""
    _, report = begin(recipe, tmp_path_factory.mktemp("unpruned") / "search", wish(pruner="none"))
    return report


def told(report: SearchReport) -> list[tuple[Any, ...]]:
    """What must not hang on a kill: everything but the time it took and where it stands."""
    return [
        (item.number, item.params, item.state, item.steps, item.losses, item.value) for item in report.trials
    ]


def test_trials_are_kept_and_a_hopeless_one_is_given_up(whole: SearchReport, tmp_path: Path) -> None:
    report = whole
    assert [item.number for item in report.trials] == [0, 1, 2]
    states = {item.params["optim.learning_rate"]: item.state for item in report.trials}
    assert states == {GOOD: "completed", BAD: "pruned"}
    pruned = next(item for item in report.trials if item.state == "pruned")
    assert len(pruned.steps) < 4 and not list((Path(pruned.run_dir) / "checkpoints").glob("*"))
    assert report.best == best_of(report.trials) and report.trials[report.best or 0].state == "completed"
    best = report.trials[report.best or 0]
    assert best.steps == (1, 2, 3, 4) and best.value == min(best.losses)
    assert (Path(best.run_dir) / "adapter" / "adapter_model.safetensors").is_file()
    winner = load_recipe(Path(report.folder) / searching.BEST)
    assert winner.optim.learning_rate == GOOD and winner.method.rank == best.params["method.rank"]  # type: ignore[attr-defined]
    alone = QuietJob()
    place = Path(best.run_dir)
    train(load_recipe(place / "recipe.yaml"), run_dir=tmp_path / "alone", resume=False, job=alone)
    assert list(alone.series("eval/loss").values()) == pytest.approx(list(best.losses), abs=1e-6)


def test_without_pruning_all_trials_end(unpruned: SearchReport) -> None:
    assert {item.state for item in unpruned.trials} == {"completed"}
    assert {len(item.steps) for item in unpruned.trials} == {4}


def test_killed_and_gone_on_with_it_comes_to_the_same_end(
    recipe: RecipeBase, whole: SearchReport, tmp_path: Path
) -> None:
    place = SearchFolder(tmp_path / "killed")
    open_search(place, recipe, wish())
    child = subprocess.Popen(
        [sys.executable, "-m", "engine", "search", "--resume", str(place.path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "GOMP_SPINCOUNT": "1000"},
    )  # fmt: skip
    deadline = time.monotonic() + 150
    try:
        while time.monotonic() < deadline and child.poll() is None:
            known = place.trials()
            if len(known) > 1 and known[1].steps:
                break  # in the middle of the second trial
            time.sleep(0.01)
    finally:
        child.send_signal(signal.SIGKILL)
        errors = child.communicate()[1]
    assert child.returncode == -signal.SIGKILL, errors.decode()[-2000:]
    left = place.trials()
    assert left[0].state == "completed" and len(left) == 2
    with (place.path / TRIALS).open("ab") as file:
        file.write(b'{"number": 1, "par')  # a line that was being written
    complete, report = search(*open_search(place, None, None), folder=place, job=QuietJob())
    assert complete and told(report) == told(whole)


def test_ended_by_the_user_in_the_middle_of_a_trial(
    recipe: RecipeBase, unpruned: SearchReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hook(job: QuietJob) -> None:
        seen = [event for event in job.events if getattr(event, "trial", None) is not None]
        job.current = (
            "stop" if seen and seen[-1].trial.number == 1 and len(seen[-1].trial.steps) == 1 else None
        )  # type: ignore[attr-defined]

    complete, report = begin(recipe, tmp_path / "search", wish(pruner="none"), QuietJob(hook))
    assert not complete and [item.state for item in report.trials] == ["completed", "stopped"]
    assert list((Path(report.trials[1].run_dir) / "checkpoints").glob("step-*"))
    place = SearchFolder(tmp_path / "search")
    resumed: list[bool] = []

    def watched(*args: Any, **kwargs: Any) -> Any:
        resumed.append(kwargs["resume"])
        return train(*args, **kwargs)

    monkeypatch.setattr("engine.train.loop.train", watched)
    complete, again = search(*open_search(place, None, None), folder=place, job=QuietJob())
    assert resumed == [True, False], "it goes on from the checkpoint, and the next trial begins anew"
    assert complete and told(again) == told(unpruned)


def test_more_trials_can_be_wished_of_a_search_but_no_other_options(
    recipe: RecipeBase, tmp_path: Path
) -> None:
    place = SearchFolder(tmp_path / "search")
    open_search(place, recipe, wish(2))
    assert open_search(place, recipe, wish(5))[1].trials == 5
    with pytest.raises(UserError, match="other options"):
        open_search(place, recipe, wish(2, pruner="none"))


def test_a_trial_that_diverges_fails_alone(
    recipe: RecipeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def diverges(*args: Any, **kwargs: Any) -> None:
        raise UserError(ErrorCode.NOT_FINITE, "The loss of step 1 is nan")

    monkeypatch.setattr("engine.train.loop.train", diverges)
    complete, report = begin(recipe, tmp_path / "search", wish())
    assert complete and {item.state for item in report.trials} == {"failed"} and report.best is None
    assert report.trials[0].reason == "The loss of step 1 is nan"

    def missing(*args: Any, **kwargs: Any) -> None:
        raise UserError(ErrorCode.NOT_FOUND, "There is no model")

    monkeypatch.setattr("engine.train.loop.train", missing)
    with pytest.raises(UserError, match="no model"):
        begin(recipe, tmp_path / "other", wish())
    assert SearchFolder(tmp_path / "other").trials()[0].state == "stopped"


# ---------------------------------------------------------------- ranges


def test_ranges_as_they_are_written(recipe: RecipeBase) -> None:
    rate = read_axis("optim.learning_rate=1e-5:1e-3:log", recipe)
    assert (rate.low, rate.high, rate.log, rate.whole) == (1e-5, 1e-3, True, False)
    assert read_axis("method.rank=4,8,16", recipe).choices == (4, 8, 16)
    assert read_axis("optim.weight_decay=0:0.1", recipe).log is False
    assert read_axis("optim.learning_rate=1e-5:1e-3", recipe).log, "its declaration says so"
    assert read_axis("method.use_dora", recipe).choices == (False, True)
    assert read_axis("optim.optimizer=adamw,lion", recipe).choices == ("adamw", "lion")
    assert read_axis("method.lora_dropout=0,1e-1", recipe).choices == (0, 0.1)


def test_ranges_that_follow_from_the_declaration(recipe: RecipeBase) -> None:
    rate, rank = declared_axis("optim.learning_rate", recipe), declared_axis("method.rank", recipe)
    assert (rate.low, rate.high, rate.log) == (1e-5, 1e-3, True)
    assert (rank.low, rank.high, rank.whole) == (1, 16, True)
    assert "cosine" in declared_axis("optim.lr_scheduler_type", recipe).choices
    dropout = declared_axis("method.lora_dropout", recipe)
    assert (dropout.low, dropout.high) == (0.0, 1.0)
    assert usual_range(2.0, low=1.0, high=None, log=False, whole=True) == (1.0, 8.0)


@pytest.mark.parametrize(
    "text",
    ["data.cutoff_len=32:64", "run.seed", "model.dtype", "method.kind", "method.no_such", "optim", "method.target_modules",
     "optim.learning_rate=1:a", "optim.learning_rate=2:1", "optim.learning_rate=1e-5:1e-3:cubic"],
)  # fmt: skip
def test_what_cannot_be_searched_over_is_refused(recipe: RecipeBase, text: str) -> None:
    with pytest.raises(UserError) as refused:
        read_axis(text, recipe)
    assert refused.value.info.hint


def test_options_that_do_not_go_together_are_found_before_anything_is_trained(recipe: RecipeBase) -> None:
    starts = Axis(path="method.init", choices=("default", "pissa"))
    check_axes(recipe, [starts])
    with pytest.raises(UserError, match="use_dora=True"):
        check_axes(recipe, [starts, Axis(path="method.use_dora", choices=(False, True))])
    with pytest.raises(UserError):
        check_axes(recipe, [Axis(path="method.rank", low=0, high=4, whole=True)])
    with pytest.raises(UserError, match="named twice"):
        check_axes(recipe, [starts, starts])
    assert with_params(recipe, {"method.init": "pissa"}).method.init == "pissa"  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["grpo", "ppo"])
def test_own_answers_have_no_held_out_loss(kind: str, recipe: RecipeBase, tmp_path: Path) -> None:
    document = recipe.model_dump(mode="json") | {"objective": {"kind": kind}}
    with pytest.raises(UserError) as caught:
        open_search(SearchFolder(tmp_path / "search"), parse_recipe(document), wish())
    assert caught.value.info.recipe_path == "objective.kind"


def test_nothing_held_out_nothing_searched(recipe: RecipeBase, tmp_path: Path) -> None:
    bare = recipe.data.validation.model_copy(update={"count": None})
    with pytest.raises(UserError, match="held out"):
        begin(
            recipe.replace(data=recipe.data.model_copy(update={"validation": bare})),
            tmp_path / "search",
            wish(),
        )
    assert not (tmp_path / "search").exists()


# ---------------------------------------------------------------- Optuna


def test_proposals_hang_on_the_known_trials_alone() -> None:
    asked = wish(12)

    def losses(params: dict[str, Any]) -> float:
        return float(params["method.rank"]) + (0.0 if params["optim.learning_rate"] == GOOD else 5.0)

    def proposals(broken: int) -> list[dict[str, Any]]:
        known: list[Trial] = []
        study = Study(asked, known, evaluations=4)
        for number in range(asked.trials):
            if number == broken:
                study = Study(asked, known, evaluations=4)
            params = study.propose(number)
            trial = Trial(
                number=number,
                params=params,
                state="completed",
                steps=(1,),
                losses=(losses(params),),
                value=losses(params),
            )
            study.tell(trial)
            known.append(trial)
        return [dict(trial.params) for trial in known]

    whole = proposals(99)
    assert proposals(7) == whole and len({json.dumps(item) for item in whole}) > 3
    assert sum(item["optim.learning_rate"] == GOOD for item in whole[6:]) >= 4, "it goes by what it saw"


def test_hyperband_gives_up_what_is_behind() -> None:
    axes = (Axis(path="optim.learning_rate", low=1e-5, high=1e-2, log=True),)
    study = Study(SearchWish(axes=axes, trials=20, pruner="hyperband"), (), evaluations=9)
    given_up = 0
    for number in range(20):
        params = study.propose(number)
        state = "completed"
        for step in range(1, 10):
            if study.hopeless(step, float(number % 5)):
                state, given_up = "pruned", given_up + 1
                break
        study.tell(Trial(number=number, params=params, state=state, value=float(number % 5)))  # type: ignore[arg-type]
    assert 3 <= given_up < 18


def test_neither_optuna_nor_a_database_is_loaded_for_the_rest() -> None:
    code = (
        "import sys, engine.cli.main, engine.search.run, engine.server.handlers; assert 'optuna' not in sys.modules;"
        "from engine.search.study import Study; from engine.contract.search import Axis, SearchWish;"
        "Study(SearchWish(axes=(Axis(path='a.b', choices=(1, 2)),)), (), evaluations=3).propose(0);"
        "assert 'optuna' in sys.modules; assert not {'sqlalchemy', 'alembic', 'torch'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- command line


def test_the_command_line(recipe: RecipeBase, tmp_path: Path, luthier_home: Path) -> None:
    save_recipe(recipe, tmp_path / "recipe.yaml")
    command = [sys.executable, "-m", "engine", "search", str(tmp_path / "recipe.yaml"), "--over", "optim.learning_rate=1e-3,1e-2",
               "--trials", "2", "--set", "optim.max_steps=2", "--json"]  # fmt: skip
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LUTHIER_HOME": str(luthier_home)},
    )
    report = SearchReport.model_validate(json.loads(done.stdout))
    assert (
        done.returncode == 0
        and len(report.trials) == 2
        and Path(report.folder).parent == luthier_home / "searches"
    )
    (kept,) = list_searches()
    assert kept == report


def test_a_search_over_the_protocol(recipe: RecipeBase, tmp_path: Path, luthier_home: Path) -> None:
    """As the server opens it: its events can be read back, and two engines do not share a folder."""
    command = parse_command(
        {
            "type": "search.start",
            "id": 1,
            "recipe": recipe.model_dump(mode="json"),
            "wish": wish(1).model_dump(mode="json"),
        }
    )
    assert isinstance(command, StartSearch)
    task = task_openers()["search.start"](command)
    with pytest.raises(UserError, match="Another engine"):
        start_search(StartSearch(folder=task.run_dir))
    events: list[Any] = []
    finished = run_task(task, open_job(task, [events.append]))
    assert finished.status == "completed" and finished.error is None
    read = [parse_from_engine(json.loads(encode(event.model_dump(mode="json")))) for event in events]
    news = [event.trial for event in read if isinstance(event, TrialChanged)]
    assert [item.state for item in news] == ["running"] * 5 + ["completed"] and news[-1].steps == (1, 2, 3, 4)
    report = SearchReport.model_validate(finished.result)
    assert report.best == 0 and Path(finished.paths["recipe"]).is_file()
    start_search(StartSearch(folder=task.run_dir)).close()


def test_every_trial_is_a_run_that_can_be_opened(
    recipe: RecipeBase, tmp_path: Path, luthier_home: Path
) -> None:
    """With a recipe and a journal of its own; one that was broken off goes on in the same journal."""
    folder = SearchFolder(tmp_path / "search")
    asked = wish(3)
    open_search(folder, recipe, asked)

    def pause(job: QuietJob) -> None:
        job.current = (
            "stop"
            if any(isinstance(event, TrialChanged) and event.trial.steps for event in job.events)
            else None
        )

    complete, report = search(recipe, asked, folder=folder, job=QuietJob(pause), record=TrialRecord)
    assert not complete and report.trials[0].state == "stopped"
    first = Path(report.trials[0].run_dir)
    ends = [event.status for event in replay(first / JOURNAL) if isinstance(event, RunFinished)]
    assert ends == ["paused"]
    complete, report = search(recipe, asked, folder=folder, job=QuietJob(), record=TrialRecord)
    assert complete
    for trial in report.trials:
        place = Path(trial.run_dir)
        events = list(replay(place / JOURNAL))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        last = events[-1]
        assert isinstance(last, RunFinished)
        assert last.status == ("completed" if trial.state == "completed" else "stopped")
        losses = [
            value
            for event in events
            if isinstance(event, Metrics)
            for value in event.series.get("eval/loss", ())
        ]
        assert losses == pytest.approx(list(trial.losses), abs=1e-9) and trial.losses
        assert load_recipe(place / "recipe.yaml").name == f"search #{trial.number + 1}"
        if trial.state == "completed":
            assert Path(last.paths["adapter"]).is_dir() and last.result
    assert "pruned" in {trial.state for trial in report.trials}


def test_a_line_that_a_kill_cut_off_costs_only_itself(recipe: RecipeBase, tmp_path: Path) -> None:
    place = SearchFolder(tmp_path / "search")
    open_search(place, recipe, wish())
    first = Trial(number=0, params={"method.rank": 2}, state="completed", value=1.0)
    place.keep(first)
    with (place.path / TRIALS).open("ab") as file:
        file.write(b'{"number": 1, "params": {"method.ra')
    assert place.trials() == (first,)
    second = Trial(number=1, params={"method.rank": 3}, state="failed", reason="x")
    place.keep(second)
    assert place.trials() == (first, second)
