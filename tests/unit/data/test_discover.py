"""The folder is the registry."""

from pathlib import Path

from engine.data import steps
from engine.data.discover import members
from engine.data.formats.base import Format
from engine.data.readers.base import Reader
from engine.registry import default_recipe, schema_reply


def test_every_file_of_the_folders_is_found():
    readers = {item.format for item in members("engine.data.readers", Reader)}
    assert readers >= {"json", "jsonl", "csv", "parquet", "text", "chatml"}
    families = {item.family for item in members("engine.data.formats", Format)}
    pairs = {"alpaca", "prompt_completion", "preference", "kto"}
    assert families == {*pairs, "sharegpt", "messages", "chatml", "text"}


def test_steps_reach_the_schema_with_words():
    kinds = {step.kind for step in schema_reply().steps}
    folder = Path(steps.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "base"}
    assert files == kinds and len(files) >= 18
    assert all(step.title and step.summary.endswith(".") and step.group for step in schema_reply().steps)
    assert default_recipe()["data"]["steps"] == []
