"""What the commands are answered by, as far as it needs no training library."""

from pathlib import Path
from typing import Any

import pytest

from engine.contract import messages as m
from engine.contract.codec import encode
from engine.contract.errors import ErrorCode, UserError
from engine.contract.results import ChatReply, InspectedFile, Inspection, Rejection
from engine.registry import default_recipe, parse_recipe, save_recipe
from engine.server.data_desk import read_sources, shown
from engine.server.handlers import ChatSeat, check_recipe, questions, start_run, task_openers
from engine.server.job import LiveJob
from engine.server.tasks import run_task


def test_every_command_is_answered_by_somebody() -> None:
    known = {str(item.model_fields["type"].default) for item in m.Command.__subclasses__()}
    handled = set(questions()) | set(task_openers()) | {"run.control", "shutdown"}
    assert handled == known


def inspection(rejected: int) -> Inspection:
    reason = "这一行不能使用，因为它没有答案。" * 4
    rows = tuple(Rejection(line=i, column=None, code="no_answer", reason=reason) for i in range(rejected))
    file = InspectedFile(
        path="a", format="json", family="alpaca", confidence=1.0, columns=("a",), rows=rejected + 5, accepted=5,
        rejected=rows,
    )  # fmt: skip
    return Inspection(files=(file, file.model_copy(update={"rejected": rows[:3]})))


@pytest.mark.parametrize("rejected", [0, 10, 20_000])
def test_an_inspection_fits_into_a_line_and_keeps_its_counts(rejected: int) -> None:
    found = shown(inspection(rejected))
    encode(m.Ok(id=1, result=found.model_dump(mode="json")).model_dump(mode="json"))
    assert found.files[0].rows - found.files[0].accepted == rejected
    kept = len(found.files[0].rejected)
    assert kept == rejected if rejected < 100 else 1000 < kept < rejected
    assert len(found.files[1].rejected) == min(3, rejected)


def test_a_recipe_is_completed_or_all_its_faults_are_named(tmp_path: Path) -> None:
    short = {
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
        "data": {"sources": [{"path": "a.json"}]},
    }
    good = check_recipe(m.CheckRecipe(recipe=short, base_dir=str(tmp_path)))
    assert good.recipe is not None and good.recipe["data"]["sources"][0]["path"] == str(tmp_path / "a.json")
    bad = check_recipe(m.CheckRecipe(recipe={**short, "run": {"sed": 1}, "optim": {"max_steps": 0}}))
    assert bad.recipe is None and {item.path for item in bad.errors} == {"run.sed", "optim.max_steps"}
    with pytest.raises(UserError):
        check_recipe(m.CheckRecipe(recipe={**short, "schema_version": 99}))


def test_sources_are_read_as_the_recipe_has_them() -> None:
    (source,) = read_sources(({"path": "a.json"},))
    assert (source.path, source.format) == ("a.json", "auto")
    with pytest.raises(UserError) as caught:
        read_sources(({"pth": "a.json"},))
    assert caught.value.info.code is ErrorCode.RECIPE_INVALID


def test_a_run_is_resumed_from_its_folder_alone(tmp_path: Path) -> None:
    recipe = parse_recipe({**default_recipe(), "name": "as it was"})
    save_recipe(recipe, tmp_path / "recipe.yaml")
    (tmp_path / "checkpoints" / "step-000120").mkdir(parents=True)
    task = start_run(m.StartRun(recipe={}, run_dir=str(tmp_path), resume=True))
    try:
        assert (task.run, task.run_dir, task.survives) == (tmp_path.name, str(tmp_path), True)
    finally:
        task.close()


class Backend:
    """Answers with two pieces."""

    def send(self, messages: Any, sampling: Any, *, on_text: Any, should_stop: Any) -> ChatReply:
        for piece in ("Hel", "lo"):
            on_text(piece)
        finish = "cancelled" if should_stop() else "stop"
        return ChatReply(
            text="Hello", prompt_tokens=1, tokens=2, tokens_per_second=9.0, first_token_s=0.1, finish=finish
        )

    def close(self) -> None: ...


def test_chat_streams_its_pieces_and_ends_with_the_reply() -> None:
    seat = ChatSeat()
    command = m.SendChat(messages=(m.Turn(role="user", content="Hi"),))
    with pytest.raises(UserError):
        seat.send(command)
    seat._backend = Backend()  # type: ignore[assignment]
    events: list[m.Event] = []
    for wish, finish in ((None, "stop"), ("cancel", "cancelled")):
        task = seat.send(command)
        job = LiveJob(task.run, sinks=[events.append])
        if wish:
            job.set_wish("cancel")
        finished = run_task(task, job)
        assert (finished.status, finished.result["finish"]) == ("completed", finish)
    assert [event.text for event in events if isinstance(event, m.Text)] == ["Hel", "lo"] * 2
    assert len({event.run for event in events}) == 2
