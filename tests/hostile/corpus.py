"""The hostile corpus: several hundred files, made anew for each run, none of which may harm whoever opens it."""

from collections.abc import Iterator
from pathlib import Path

from tests.hostile import columnar, containers, documents, jsons, places, texts

GROUPS = (
    texts.tables,
    texts.encodings,
    texts.plain,
    jsons.documents,
    jsons.lines,
    containers.archives,
    containers.compressed,
    documents.workbooks,
    documents.word,
    documents.pdfs,
    columnar.parquets,
    columnar.arrows,
)


def make_corpus(folder: Path) -> Iterator[list[str]]:
    """Write one group of files after the other; the paths of each."""
    folder.mkdir(parents=True, exist_ok=True)
    for group in GROUPS:
        paths = []
        for name, data in group().items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            paths.append(str(path))
        yield paths
    yield places.make_places(folder / "places")
