"""What did it forget? The same general questions before and after training, compared one by one.

A verdict needs both: a change that chance would hardly bring about, and one that is large enough to matter. Right answers
are counted exactly (McNemar's test). Being less sure of the right choice is a sign of its own, as it shows before
answers turn.
"""

from collections.abc import Iterator, Sequence

from engine.contract.evaluation import AbilityScore, Forgetting, LostQuestion, Verdict
from engine.evaluate.chance import binomial_tail, mcnemar, mean_fall, said
from engine.evaluate.probe import Question, Seen

RARE = 0.01  # what is less probable than this did not happen by chance
LOST_SOME, LOST_MUCH = 0.08, 0.20  # net share of the questions that were answered before: amber, red
FELL_SOME, FELL_MUCH = 0.04, 0.10  # mean probability of the right choice: amber, red
EXAMPLES = 8  # lost questions that the report shows


def forgetting(asked: Sequence[Question], before: Sequence[Seen], after: Sequence[Seen]) -> Forgetting:
    """The verdict with its figures, by ability and language; ``asked`` holds at least one question."""
    flips = [(old.chosen == 0, new.chosen == 0) for old, new in zip(before, after, strict=True)]
    lost, gained = flips.count((True, False)), flips.count((False, True))
    right = sum(old for old, _ in flips)
    sure = [old.sure for old in before], [new.sure for new in after]
    means = sum(sure[0]) / len(asked), sum(sure[1]) / len(asked)
    p_right, p_sure = mcnemar(lost, gained), mean_fall(*sure)
    by_chance = knows_nothing(right, asked)
    share, fell = (lost - gained) / max(1, right), means[0] - means[1]
    verdict = "amber" if by_chance else judge(share, p_right, fell, p_sure)
    reason = f"{lost} right answers were lost and {gained} won ({said(p_right)}); the right choice has a probability of {means[1]:.2f} and had {means[0]:.2f} ({said(p_sure)})."
    return Forgetting(
        verdict=verdict,
        sentence=_sentence(verdict, by_chance, right, right - lost + gained, len(asked)),
        reason=reason,
        questions=len(asked),
        right_before=right,
        right_after=right - lost + gained,
        lost=lost,
        gained=gained,
        p_right=p_right,
        sure_before=means[0],
        sure_after=means[1],
        p_sure=p_sure,
        abilities=tuple(_abilities(asked, before, after)),
        examples=tuple(_lost(asked, before, after))[:EXAMPLES],
    )


def judge(lost: float, p_lost: float, fell: float, p_fell: float) -> Verdict:
    """The colour: ``lost`` is the net share of right answers, ``fell`` that of the right choice's probability."""
    answers, surety = lost if p_lost < RARE else 0.0, fell if p_fell < RARE else 0.0
    if answers >= LOST_MUCH or surety >= FELL_MUCH:
        return "red"
    return "amber" if answers >= LOST_SOME or surety >= FELL_SOME else "green"


def knows_nothing(right: int, asked: Sequence[Question]) -> bool:
    """Whether guessing would do as well as the base model: then nothing can be seen to be lost."""
    return binomial_tail(right, len(asked), sides=len(asked[0].choices)) > RARE


def _sentence(verdict: Verdict, by_chance: bool, before: int, after: int, count: int) -> str:
    if by_chance:
        sentence = f"The base model answers {before} of {count} general questions right, no more than by guessing, so they cannot show what was forgotten."
    elif verdict == "green":
        sentence = f"No loss that chance could not explain: of {count} general questions {after} are answered right, and {before} were before."
    elif verdict == "amber":
        sentence = f"Some of what the base model knew is weaker: of {count} questions {after} are answered right, and {before} were before."
    else:
        sentence = f"Much of what the base model knew is lost: of {count} questions {after} are answered right, and {before} were before. Train fewer steps, take a smaller learning rate, or mix general rows in."
    return sentence


def _abilities(
    asked: Sequence[Question], before: Sequence[Seen], after: Sequence[Seen]
) -> Iterator[AbilityScore]:
    """In the order of the questions."""
    groups: dict[tuple[str, str], list[tuple[Seen, Seen]]] = {}
    for question, old, new in zip(asked, before, after, strict=True):
        groups.setdefault((question.ability, question.language), []).append((old, new))
    for (ability, language), pairs in groups.items():
        yield AbilityScore(
            ability=ability,
            language=language,
            questions=len(pairs),
            right_before=sum(old.chosen == 0 for old, _ in pairs),
            right_after=sum(new.chosen == 0 for _, new in pairs),
            sure_before=sum(old.sure for old, _ in pairs) / len(pairs),
            sure_after=sum(new.sure for _, new in pairs) / len(pairs),
        )


def _lost(asked: Sequence[Question], before: Sequence[Seen], after: Sequence[Seen]) -> Iterator[LostQuestion]:
    for question, old, new in zip(asked, before, after, strict=True):
        if old.chosen == 0 and new.chosen != 0:
            yield LostQuestion(
                ability=question.ability,
                question=question.text,
                right=question.choices[0],
                chosen=question.choices[new.chosen],
            )
