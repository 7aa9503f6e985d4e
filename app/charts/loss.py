"""The loss: what training is about, so it gets the room."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Loss"),
    help=QT_TRANSLATE_NOOP(
        "Charts", "Falling is learning. Evaluation loss that rises while training loss falls is overfitting."
    ),
    series=(
        Line("train/loss", QT_TRANSLATE_NOOP("Charts", "train"), style="smooth", color=0),
        Line("eval/loss", QT_TRANSLATE_NOOP("Charts", "evaluation"), style="points", color=1),
    ),
    order=0,
    large=True,
    checkpoints=True,
)
