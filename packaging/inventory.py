"""What the bundle is made of: a bill of materials (CycloneDX) and the licence texts of everything in it.

Both are read from the environment that the bundle is frozen from, by following what Luthier requires; tools of
development stay out. The reading itself is the program's own, which shows the same in its Settings.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name

sys.path.append(str(Path(__file__).resolve().parent.parent))

from engine.contract.works import OWN, licence_of, shipped, works

TEXTS_NAME = "THIRD-PARTY-LICENCES.txt"


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
    """One readable text, with a heading for each work."""
    parts = ["Luthier contains the following works of others, each under its own licence.\n"]
    for work in works():
        parts.append(f"{'=' * 100}\n{work.name} {work.version}: {work.licence}\n")
        parts.append(work.text())
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
