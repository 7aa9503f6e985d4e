"""What an evaluation is asked for and what it reports: figures before and after, what was learnt by heart or
forgotten, and which answers a judge prefers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.contract.command import Command
from engine.contract.results import Result

REPORT_NAME = "evaluation.json"  # in a run's folder

Verdict = Literal["green", "amber", "red"]
Side = Literal["before", "after", "tie"]
Language = Literal["en", "zh"]  # of a report
ReportForm = Literal["page", "paper"]  # for a browser, or for what prints

# ---------------------------------------------------------------- wishes


class JudgeWish(BaseModel):
    """Who compares the answers: whatever can be talked to, a path, a run, "starter" or URL#NAME with its key."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    model: str = Field(min_length=1)
    key: str = Field("", repr=False)  # of the server


class EvaluationWish(BaseModel):
    """What is measured besides the held-out loss."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    answers: int = Field(32, ge=0, le=64)  # held-out rows that are answered and compared
    max_tokens: int = Field(96, ge=1, le=8_192)  # of an answer
    pattern: str = Field("", max_length=2_000)  # a regular expression that answers should match
    probe: bool = True  # the general questions that show what was forgotten
    judge: JudgeWish | None = None
    lm_eval: tuple[str, ...] = ()  # tasks of lm-eval, by name or by the path of a task file
    lm_eval_limit: int = Field(0, ge=0)  # rows of each task; 0: all


# ---------------------------------------------------------------- the report


class Answer(Result):
    """One held-out row answered by both models."""

    prompt: str
    reference: str
    before: str
    after: str
    preferred: Side | None = None  # by the judge; None where it was not asked or not understood


class Measure(Result):
    """One figure before and after. ``improved`` and ``worsened`` count rows; ``p_value`` is that of a sign test."""

    name: str
    title: str
    help: str = ""
    unit: str = ""
    better: Literal["higher", "lower"]
    before: float
    after: float
    rows: int = 0
    improved: int = 0
    worsened: int = 0
    p_value: float | None = None


class Curve(Result):
    """Values over the steps of a run."""

    name: Literal["train", "held_out"]
    steps: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


class Overfitting(Result):
    """Signs that training rows were learnt by heart. ``signs`` are sentences, the gravest first."""

    verdict: Verdict
    signs: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()
    train_before: float | None = None  # loss on a sample of the training rows
    train_after: float | None = None


class AbilityScore(Result):
    """The questions of one ability in one language; ``sure_*`` is the mean probability of the right choice."""

    ability: str
    language: str
    questions: int
    right_before: int
    right_after: int
    sure_before: float
    sure_after: float


class LostQuestion(Result):
    """A general question that was answered right before and is not any more."""

    ability: str
    question: str
    right: str
    chosen: str


class Forgetting(Result):
    """What the model still knows of what nobody trained: general questions before and after, paired."""

    verdict: Verdict
    sentence: str
    reason: str  # the figures and tests behind the verdict, in words
    questions: int
    right_before: int
    right_after: int
    lost: int
    gained: int
    p_right: float  # McNemar's exact test, one-sided: losing this many by chance
    sure_before: float  # mean probability of the right choice
    sure_after: float
    p_sure: float  # paired test of its fall, one-sided
    abilities: tuple[AbilityScore, ...] = ()
    examples: tuple[LostQuestion, ...] = ()


class Judgement(Result):
    """Answers compared in pairs by a judge, each in both orders; a side wins a pair where both orders say so."""

    judge: str
    pairs: int  # that were understood
    wins: int  # of the trained model
    losses: int
    ties: int
    split: int = 0  # ties because the orders disagreed
    unclear: int = 0  # pairs whose judgement could not be read
    p_value: float | None = None  # of a sign test


class EvaluationReport(Result):
    """Held-out loss in nats a token, perplexity its exponential."""

    rows: int
    loss_before: float
    loss_after: float
    perplexity_before: float
    perplexity_after: float
    answers: tuple[Answer, ...] = ()
    answered: int = 0  # rows that ``measures`` of answers are over
    split: Literal["validation", "test"] = "validation"
    run: str = ""
    base: str = ""
    created: float = 0.0  # Unix time
    seconds: float = 0.0
    measures: tuple[Measure, ...] = ()
    overfitting: Overfitting | None = None
    forgetting: Forgetting | None = None
    judgement: Judgement | None = None


# ---------------------------------------------------------------- the report as a file


class WriteReport(Command):
    """Reply: ``WrittenReport``: the evaluation that a run's folder keeps, as a page at ``path``."""

    type: Literal["evaluate.report"] = "evaluate.report"
    run_dir: str
    path: str
    language: Language = "en"
    form: ReportForm = "page"


class WrittenReport(Result):
    """Where the page is."""

    path: str
