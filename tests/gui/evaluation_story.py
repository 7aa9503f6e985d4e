"""The evaluation that the screenshots and the tests of the Export page show."""

import math

from engine.contract.evaluation import (
    AbilityScore,
    Answer,
    Curve,
    EvaluationReport,
    Forgetting,
    Judgement,
    LostQuestion,
    Measure,
    Overfitting,
)

ABILITIES = ("arithmetic", "facts", "language", "reasoning", "instructions", "code")


def measures() -> tuple[Measure, ...]:
    """One that got worse, one that stayed."""
    figures = (
        ("loss", "Held-out loss", "", 2.31, 0.71),
        ("perplexity", "Perplexity", "", 10.07, 2.03),
        ("token_accuracy", "Token accuracy", "%", 52.1, 83.4),
        ("bleu", "BLEU", "%", 4.2, 41.7),
        ("chrf", "chrF", "%", 21.5, 55.0),
        ("rougeL", "ROUGE-L", "%", 18.9, 52.3),
        ("exact_match", "Exact match", "%", 0.0, 0.0),
        ("json_valid", "Valid JSON", "%", 40.0, 25.0),
    )
    return tuple(
        Measure(
            name=name,
            title=title,
            help="What this counts.",
            unit=unit,
            better="higher" if unit else "lower",
            before=before,
            after=after,
            rows=30,
            improved=27,
            worsened=3,
            p_value=0.00002,
        )
        for name, title, unit, before, after in figures
    )


def forgetting() -> Forgetting:
    """Amber, with two questions that were lost."""
    scores = tuple(
        AbilityScore(
            ability=ability,
            language=language,
            questions=20,
            right_before=18 - 2 * place,
            right_after=17 - 3 * place,
            sure_before=0.7,
            sure_after=0.62,
        )
        for place, ability in enumerate(ABILITIES)
        for language in ("en", "zh")
    )
    return Forgetting(
        verdict="amber",
        sentence="Some of what the base model knew is weaker: of 240 questions 132 are answered right, and 156 were before.",
        reason="30 right answers were lost and 6 won (p < 0.0001); the right choice has a probability of 0.62 and had 0.70 (p < 0.0001).",
        questions=240,
        right_before=156,
        right_after=132,
        lost=30,
        gained=6,
        p_right=0.00003,
        sure_before=0.7,
        sure_after=0.62,
        p_sure=0.00001,
        abilities=scores,
        examples=(
            LostQuestion(
                ability="facts",
                question="On which continent is Egypt?",
                right="Africa",
                chosen="South America",
            ),
            LostQuestion(ability="facts", question="蜜蜂生产什么？", right="蜂蜜", chosen="牛奶"),
        ),
    )


def evaluation() -> EvaluationReport:
    """A finished evaluation."""
    answers = (
        Answer(prompt="Who are you?", reference="I am the bench.", before="I am an AI language model.", after="I am the bench of this workshop.", preferred="after"),
        Answer(prompt="你是谁？", reference="我是工作台。", before="我是一个人工智能助手。", after="我是这间工坊的工作台。", preferred="after"),
    )  # fmt: skip
    steps = tuple(range(1, 241, 3))
    train = Curve(
        name="train", steps=steps, values=tuple(0.55 + 1.8 * math.exp(-step / 50) for step in steps)
    )
    held = Curve(
        name="held_out", steps=(30, 60, 120, 180, 240), values=(1.72, 1.2, 0.86, 0.74, 0.71)
    )  # fmt: skip
    return EvaluationReport(
        rows=30,
        loss_before=2.31,
        loss_after=0.71,
        perplexity_before=10.07,
        perplexity_after=2.03,
        answers=answers,
        answered=2,
        run="Workshop assistant",
        base="starter",
        measures=measures(),
        overfitting=Overfitting(
            verdict="green",
            signs=("No sign of overfitting: the held-out loss fell and kept up with the training loss.",),
            curves=(train, held),
            train_before=2.3,
            train_after=0.65,
        ),
        forgetting=forgetting(),
        judgement=Judgement(
            judge="/models/Qwen2.5-7B-Instruct", pairs=30, wins=19, losses=5, ties=6, split=4, p_value=0.0066
        ),
    )
