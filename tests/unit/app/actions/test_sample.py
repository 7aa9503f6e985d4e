"""The sample's options as the window takes them over: every file they name must be one that can be opened."""

from pathlib import Path

from app.actions.sample import sample_options
from engine.contract.paths import resources_dir, sample_heldout


def test_the_rows_to_measure_with_are_a_file_that_is_there() -> None:
    options = sample_options(resources_dir() / "sample" / "recipe.yaml")
    path = Path(options["data"]["validation"]["path"])
    assert path.is_absolute() and path.samefile(sample_heldout())
    assert "sources" not in options["data"]


def test_without_the_file_there_are_no_options(tmp_path: Path) -> None:
    assert sample_options(tmp_path / "recipe.yaml") == {}
