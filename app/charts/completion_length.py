"""How long the model's own answers are, in runs that learn from them."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Length of answers"),
    help=QT_TRANSLATE_NOOP(
        "Charts", "Tokens of an answer. At the longest length that is allowed, answers are cut off."
    ),
    series=(Line("train/completion_length", QT_TRANSLATE_NOOP("Charts", "tokens"), color=2),),
    unit=QT_TRANSLATE_NOOP("Charts", "tokens"),
    decimals=1,
    order=7,
    from_zero=True,
)
