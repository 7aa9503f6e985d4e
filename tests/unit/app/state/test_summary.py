"""Small pieces of a library row."""

from app.state.summary import dataset_name, thin


def test_thin_keeps_the_ends() -> None:
    values = [float(n) for n in range(1000)]
    few = thin(values, 60)
    assert len(few) == 60 and few[0] == 0.0 and few[-1] == 999.0 and list(few) == sorted(few)
    assert thin([1.0, 2.0], 60) == (1.0, 2.0)


def test_dataset_names_without_folders() -> None:
    recipe = {"data": {"sources": [{"path": "/a/b.json"}, {"path": "C:\\data\\c.csv"}, {"path": ""}]}}
    assert dataset_name(recipe) == "b.json, c.csv"
    assert dataset_name({"data": None}) == ""
