"""What the bundle is made of: a bill of materials (CycloneDX) and the licence texts of everything in it.

Both are read from the environment that the bundle is frozen from, by following what Luthier requires; tools of
development stay out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OWN = "luthier"
TEXTS = ("licen", "copying", "notice", "copyright")
TEXTS_NAME = "THIRD-PARTY-LICENCES.txt"
PLAIN_ENDINGS = ("", ".txt", ".md", ".rst", ".apache", ".bsd", ".mit")


def shipped(root: str = OWN) -> list[Distribution]:
    """Every installed distribution that `root` needs, itself left out, sorted by name."""
    found: dict[str, Distribution] = {}
    waiting = [(root, "")]
    seen = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            known = distribution(name)
        except PackageNotFoundError:  # optional there, and not installed here
            continue
        found[canonicalize_name(name)] = known
        for text in known.requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(wanted.name, each) for each in ("", *wanted.extras)]
    found.pop(canonicalize_name(root), None)
    return [found[name] for name in sorted(found)]


def licence_of(known: Distribution) -> str:
    """In the distribution's own words: the expression, the field, or the classifiers."""
    headers = known.metadata
    if "License-Expression" in headers:
        return str(headers["License-Expression"])
    field = str(headers["License"]).strip() if "License" in headers else ""
    if field and "\n" not in field and len(field) < 100:
        return field
    kinds = [text for text in headers.get_all("Classifier") or () if text.startswith("License ::")]
    return ", ".join(text.rpartition(" :: ")[2] for text in kinds) or "see its licence text"


def texts_of(known: Distribution) -> Iterator[tuple[str, str]]:
    """Name and content of each licence file that the distribution brought."""
    for file in known.files or ():
        name = file.name.lower()
        if not any(part in name for part in TEXTS) or file.suffix.lower() not in PLAIN_ENDINGS:
            continue
        path = Path(str(file.locate()))
        if path.is_file():
            yield str(file), path.read_text(encoding="utf-8", errors="replace")


def bill_of_materials(version: str, epoch: int) -> dict[str, object]:
    """A CycloneDX 1.5 document."""
    components = [
        {
            "type": "library",
            "name": known.metadata["Name"],
            "version": known.version,
            "purl": f"pkg:pypi/{canonicalize_name(known.metadata['Name'])}@{known.version}",
            "licenses": [{"license": {"name": licence_of(known)}}],
        }
        for known in shipped()
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "name": OWN, "version": version},
        },
        "components": components,
    }


@cache
def licence_texts() -> str:
    """One readable text, with a heading for each distribution."""
    parts = ["Luthier contains the following works of others, each under its own licence.\n"]
    for known in shipped():
        parts.append(f"{'=' * 100}\n{known.metadata['Name']} {known.version}: {licence_of(known)}\n")
        parts += [f"--- {name}\n\n{text.strip()}\n" for name, text in texts_of(known)]
    return "\n".join(parts)


def write_inventory(folder: Path, version: str, epoch: int) -> list[Path]:
    """Both documents, beside the installers."""
    folder.mkdir(parents=True, exist_ok=True)
    bill, texts = folder / f"luthier-{version}.cdx.json", folder / TEXTS_NAME
    bill.write_text(json.dumps(bill_of_materials(version, epoch), indent=2) + "\n", encoding="utf-8")
    texts.write_text(licence_texts(), encoding="utf-8", newline="\n")
    return [bill, texts]


def main() -> int:
    from installers import default_epoch
    from payload import own_version

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder for both documents")
    for file in write_inventory(parser.parse_args().out, own_version(), default_epoch()):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
