"""What clients call a model: short, and the same tomorrow."""

from pathlib import Path


def public_name(model: str) -> str:
    """The name of what ``luthier-engine api MODEL`` was given; a file's or folder's own, without its place."""
    path = Path(model).expanduser()
    name = (
        path.stem if path.suffix.lower() == ".gguf" else path.resolve().name if path.exists() else path.name
    )
    return name.strip() or "model"
