"""Which cleaning steps suit some rows: what "Clean for me" puts into a recipe, and why.

Every step is tried on the rows, or on a sample of them, one after the other as they would run. Only those that find
something are proposed, and one that would take an unlikely share of the rows is not: then the rows are of another
kind than it is made for. A filter by language is never proposed, since a few rows in another language are as often
wanted as not.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.contract.recipe import RecipeBase
from engine.contract.results import SuggestedStep, SuggestedSteps
from engine.data.markup import plain_text
from engine.data.mix import Caps, capped
from engine.data.prepare import objective_of, usable
from engine.data.rows import Row, watched
from engine.data.steps.advertisements import Advertisements
from engine.data.steps.base import Step
from engine.data.steps.drop_empty import DropEmpty
from engine.data.steps.exact_duplicates import ExactDuplicates
from engine.data.steps.html import Html
from engine.data.steps.near_duplicates import NearDuplicates
from engine.data.steps.noise import Noise
from engine.data.steps.personal_data import PersonalData
from engine.data.steps.prompt_format import PromptFormat
from engine.data.steps.refusals import Refusals
from engine.data.steps.repair_unicode import RepairUnicode
from engine.data.steps.too_long import TooLong
from engine.data.steps.whitespace import Whitespace
from engine.data.store import SourceStore
from engine.data.text import texts_of

Tick = Callable[[int], None]

SAMPLE_ROWS = 4_000
_SEED = 42
_WITH_CALLS = 0.1  # share of rows with functions from which on they are what the rows are about
_TWIN_ROWS = 100_000  # up to so many rows all are compared with each other
_ABOUT_MARKUP = re.compile(
    r"html|\bcss\b|\bxml\b|web ?(?:page|site)|\btags?\b|javascript|\breact\b|网页|标签|前端", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A step, the words for the rows that it finds, and the shares of all rows between which they are worth a step."""

    step: Step
    finds: str
    most: float = 1.0
    least: float = 0.0


def suggest(rows: Sequence[Row], *, tick: Tick | None = None) -> SuggestedSteps:
    """The steps that find something in ``rows``, in the order in which they should run, each with a reason.

    ``tick`` is called with how many rows were looked at, and may raise to end the search.
    """
    sample = _sample(rows, SAMPLE_ROWS)
    whole = len(sample) == len(rows)
    found: list[SuggestedStep] = []
    for trial in _trials(sample):
        result = trial.step.apply(watched(sample, tick))
        count = result.changed + len(result.removed)
        share = count / max(1, len(sample))
        if count and trial.least <= share <= trial.most:
            found.append(_suggested(trial.step, trial.finds, count, len(sample), whole))
            sample = result.kept
    return SuggestedSteps(steps=(*found, *_twins(rows, tick)))


def suggest_for(recipe: RecipeBase, store: SourceStore, *, tick: Tick | None = None) -> SuggestedSteps:
    """``suggest`` for the rows that the sources of ``recipe`` give to its objective; steps it has already are not run.

    Raises:
        UserError: a file is missing or unreadable, or a source names an unknown format or column.
    """
    loaded = [store.load(item, index=index, tick=tick) for index, item in enumerate(recipe.data.sources)]
    rows, _ = usable(loaded, objective_of(recipe), caps=Caps.of(recipe))
    return suggest(rows, tick=tick)


def _trials(sample: Sequence[Row]) -> Iterator[_Trial]:
    """The steps in their order. Where rows call functions, what cannot be done is to be said, and what is hidden in a
    text would still stand in the calls."""
    calls = sum(bool(row.tools) for row in sample) > _WITH_CALLS * len(sample)
    yield _Trial(RepairUnicode(), "hold wrongly decoded or control characters")
    yield from _markup(sample)
    yield _Trial(PromptFormat(), "hold markers of roles, or turns out of order")
    yield _Trial(Whitespace(), "hold superfluous white space or invisible characters")
    yield _Trial(
        Advertisements(max_urls=None, max_url_share=1.0), "hold advertisements", most=0.3, least=0.01
    )
    if not calls:
        yield _Trial(PersonalData(), "hold e-mail addresses, telephone, card or identity numbers")
    yield _Trial(DropEmpty(), "have an empty question or answer", most=0.9)
    yield _Trial(TooLong(), "are longer than 32,768 characters", most=0.3)
    yield _Trial(Noise(), "are mostly symbols, repetition or broken characters", most=0.2)
    if not calls:
        yield _Trial(Refusals(), "decline to answer", most=0.3)


def _markup(sample: Sequence[Row]) -> Iterator[_Trial]:
    """Markup goes, unless it is what the rows are about."""
    touched = [row for row in sample if any(plain_text(text) != text for text in texts_of(row, "any"))]
    about = sum(bool(_ABOUT_MARKUP.search(" ".join(texts_of(row, "prompt")))) for row in touched)
    if touched and about <= 0.2 * len(touched):
        yield _Trial(Html(), "hold HTML, or lines that a web page has around its text")
    else:
        yield _Trial(Html(tags=False), "hold lines that a web page has around its text", most=0.3)


def _twins(rows: Sequence[Row], tick: Tick | None) -> Iterator[SuggestedStep]:
    """Duplicates are looked for among all rows, as a sample shows too few of them."""
    exact, near = ExactDuplicates(), NearDuplicates()
    judged = any(
        row.label is not None for row in _sample(rows, 100)
    )  # verdicts on nearly the same answers belong together
    if len(rows) > _TWIN_ROWS:
        reason = "A sample of so many rows does not show which of them repeat each other; looking for it costs little."
        yield SuggestedStep(step=exact.model_dump(mode="json"), reason=reason)
        if not judged:
            yield SuggestedStep(step=near.model_dump(mode="json"), reason=reason)
        return
    result = exact.apply(watched(rows, tick))
    if result.removed:
        yield _suggested(exact, "repeat an earlier row", len(result.removed), len(rows), True)
    if judged:
        return
    result = near.apply(watched(result.kept, tick))
    if result.removed:
        count = len(result.removed)
        yield _suggested(near, "differ from an earlier row in a few words only", count, len(rows), True)


def _suggested(step: Step, finds: str, count: int, total: int, whole: bool) -> SuggestedStep:
    reason = (
        f"Of {total:,} rows, {count:,} {finds}."
        if whole
        else f"Of a sample of {total:,} rows, {count:,} {finds}."
    )
    return SuggestedStep(step=step.model_dump(mode="json"), reason=reason)


def _sample(rows: Sequence[Row], most: int) -> Sequence[Row]:
    """At most so many of ``rows``, always the same ones."""
    return capped(rows, most, seed=_SEED)
