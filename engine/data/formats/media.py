"""Pictures, sound and film beside or inside the text of a row: kept with the row as it is, but not trained."""

from collections.abc import Mapping, Sequence
from typing import Any

MEDIA_PARTS: Mapping[str, str] = {
    "image": "image",
    "image_url": "image",
    "input_image": "image",
    "audio": "audio",
    "audio_url": "audio",
    "input_audio": "audio",
    "video": "video",
    "video_url": "video",
    "file": "file",
}
_COLUMNS = ("images", "image", "videos", "video", "audios", "audio")
_DEPTH = 6


def placeholder(kind: str) -> str:
    """What stands in a text where a part of type ``kind`` was: ``<image>``, ``<audio>``, ..."""
    return f"<{MEDIA_PARTS[kind]}>"


def media_notes(
    columns: Sequence[str], mapping: Mapping[str, str], sample: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """One sentence if a file has columns for media, or turns with such parts (seen in ``sample``)."""
    used = set(mapping.values())
    found = [name for name in columns if name.strip().casefold() in _COLUMNS and name not in used]
    if not found and any(_has_part(record.get(name), _DEPTH) for record in sample for name in used):
        found.append("parts of turns")
    if not found:
        return ()
    sentence = (
        f"Media are not trained yet: the text of the rows is used, {', '.join(found)} stay with the raw rows, and "
        "placeholders such as <image> stay in the text as ordinary words."
    )
    return (sentence,)


def _has_part(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        kind = value.get("type")
        if isinstance(kind, str) and kind in MEDIA_PARTS and kind in value:
            return True
    if depth == 0 or not isinstance(value, dict | list):
        return False
    return any(_has_part(item, depth - 1) for item in (value.values() if isinstance(value, dict) else value))
