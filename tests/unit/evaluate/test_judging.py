"""The judge: asked in both orders, understood or left out, and no danger to the other figures."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.chat.base import Stopwatch
from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import Answer, EvaluationWish, JudgeWish
from engine.contract.job import Cancelled
from engine.contract.results import ChatReply
from engine.evaluate.judging import LONGEST, ask_judge, judged, verdict
from engine.server.judge import check_judge, open_judge
from tests.gui.evaluation_story import evaluation
from tests.integration.quiet_job import QuietJob
from tests.unit.chat.test_openai_compatible import answering, events


class Fake:
    """Answers each request with what ``says`` makes of the two answers; ``heard`` keeps the requests."""

    def __init__(self, says: Callable[[str, str], str]) -> None:
        self._says = says
        self.heard: list[str] = []
        self.closed = False

    def send(self, messages: Any, sampling: Any, *, on_text: Any, should_stop: Any) -> ChatReply:
        text = messages[-1].content
        self.heard.append(text)
        assert sampling.temperature == 0.0
        first, second = text.split("[Answer A]\n")[1].split("\n\nReply")[0].split("\n\n[Answer B]\n")
        for word in self._says(first, second).split(" "):
            on_text(word + " ")
            if should_stop():
                break
        return Stopwatch().reply("", prompt_tokens=1, finish="stop")

    def close(self) -> None:
        self.closed = True


def answers(count: int) -> list[Answer]:
    return [Answer(prompt=f"q{i}", reference="r", before=f"old {i}", after=f"new {i}") for i in range(count)]


def prefers_new(first: str, second: str) -> str:
    return "VERDICT: A" if first.startswith("new") else "VERDICT: B"


def test_a_judge_that_knows_what_it_wants_decides_every_pair() -> None:
    fake = Fake(prefers_new)
    found, marked = judged(fake, answers(8), judge="x", job=QuietJob())
    assert (found.pairs, found.wins, found.losses, found.ties) == (8, 8, 0, 0)
    assert found.p_value == pytest.approx(2 / 2**8)
    assert {answer.preferred for answer in marked} == {"after"}
    assert len(fake.heard) == 16, "each pair in both orders"


def test_who_always_takes_the_first_one_decides_nothing() -> None:
    found, marked = judged(Fake(lambda *_: "VERDICT: A"), answers(5), judge="x", job=QuietJob())
    assert (found.wins, found.losses, found.ties, found.split) == (0, 0, 5, 5)
    assert found.p_value is None and {answer.preferred for answer in marked} == {"tie"}


def test_what_cannot_be_read_counts_for_neither() -> None:
    fake = Fake(
        lambda first, second: "Both are fine." if "1" in first + second else prefers_new(first, second)
    )
    found, marked = judged(fake, answers(3), judge="x", job=QuietJob())
    assert (found.pairs, found.wins, found.unclear) == (2, 2, 1)
    assert [answer.preferred for answer in marked] == ["after", None, "after"]


def test_equal_answers_are_a_tie_without_a_question() -> None:
    fake = Fake(prefers_new)
    same = Answer(prompt="q", reference="r", before="a  b", after="a b\n")
    found, _ = judged(fake, [same], judge="x", job=QuietJob())
    assert (found.ties, found.split, fake.heard) == (1, 0, [])


def test_long_texts_are_cut_and_a_full_context_is_not_understood() -> None:
    fake = Fake(prefers_new)
    long = Answer(prompt="q", reference="r", before="old " * 5000, after="new " * 5000)
    judged(fake, [long], judge="x", job=QuietJob())
    assert max(map(len, fake.heard)) < 3 * LONGEST

    class Full(Fake):
        def send(self, *args: Any, **options: Any) -> ChatReply:
            raise UserError(ErrorCode.CONTEXT_FULL, "full")

    assert judged(Full(prefers_new), answers(2), judge="x", job=QuietJob())[0].unclear == 2


@pytest.mark.parametrize(
    ("text", "ended", "expected"),
    [
        ("VERDICT: B", True, "B"),
        ("**Verdict:** tie.", True, "TIE"),
        ("<think>VERDICT: A? No.</think>\nVERDICT: B", True, "B"),
        ("<think>VERDICT: A is", True, None),
        ("a", True, "A"),
        ("Answer B.", True, "B"),
        ("A better answer is the second.", True, None),
        ("VERDICT: A", False, None),  # "Answer B" may follow
        ("VERDICT: A\n", False, "A"),
        ("VERDICT: Answer", True, None),
        ("", True, None),
    ],
)
def test_what_a_reply_decides(text: str, ended: bool, expected: str | None) -> None:
    assert verdict(text, ended=ended) == expected


def test_a_judge_is_closed_and_one_that_fails_spoils_no_figure() -> None:
    fake, job = Fake(prefers_new), QuietJob()
    report = ask_judge(evaluation(), JudgeWish(model="x"), lambda wish: fake, job=job)  # type: ignore[arg-type]
    assert report.judgement is not None and report.judgement.pairs == 2 and fake.closed
    assert report.answers[0].preferred in ("after", "before", "tie", None)

    def gone(wish: JudgeWish) -> Any:
        raise UserError(ErrorCode.NETWORK, "No server answers")

    kept = ask_judge(evaluation(), JudgeWish(model="x"), gone, job=job)
    assert kept == evaluation() and job.warnings == ["judge"]


def test_judging_can_be_ended() -> None:
    job = QuietJob()
    job.current = "cancel"
    fake = Fake(prefers_new)
    with pytest.raises(Cancelled):
        ask_judge(evaluation(), JudgeWish(model="x"), lambda wish: fake, job=job)  # type: ignore[arg-type]
    assert fake.closed


def test_a_server_judges_with_its_key() -> None:
    replies = [events({"content": "VERDICT: A"}), events({"content": "VERDICT: B"})]
    with answering(*replies) as (url, seen):
        wish = JudgeWish(model=f"{url}#m", key="secret")
        check_judge(wish)
        found, _ = judged(open_judge(wish), answers(1), judge="m", job=QuietJob())
    assert (found.pairs, found.losses) == (1, 1)
    assert {headers["authorization"] for _, headers, _ in seen} == {"Bearer secret"}
    bodies = [body for _, _, body in seen if body]
    assert len(bodies) == 2 and "[Answer A]\nold 0" in bodies[0]["messages"][0]["content"]
    assert "secret" not in repr(EvaluationWish(judge=wish))


@pytest.mark.parametrize("model", ["/nowhere/at/all", "http://127.0.0.1:9/v1#m"])
def test_a_judge_that_is_not_there_is_told_before_the_work(model: str) -> None:
    with pytest.raises(UserError):
        check_judge(JudgeWish(model=model))
    check_judge(JudgeWish(model="starter"))
