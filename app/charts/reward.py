"""What the model's own answers are worth, in runs that learn from them."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Reward"),
    help=QT_TRANSLATE_NOOP(
        "Charts",
        "What the model's answers are worth; rising is learning. Without a spread there is nothing to compare.",
    ),
    series=(
        Line("train/reward", QT_TRANSLATE_NOOP("Charts", "reward"), style="smooth", color=1),
        Line("eval/reward", QT_TRANSLATE_NOOP("Charts", "evaluation"), style="points", color=0),
        Line("train/reward_std", QT_TRANSLATE_NOOP("Charts", "spread"), color=6),
    ),
    order=5,
)
