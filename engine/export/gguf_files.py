"""What llama.cpp's converter reads of a model besides its weights."""

from pathlib import Path

from engine.export.base import ExportContext
from engine.export.card import write_card
from engine.export.merging import write_small_files


def small_files(context: ExportContext) -> Path:
    """What the converter reads besides the weights; made once an export."""
    folder = context.work / ".small-files"
    if not folder.is_dir():
        folder.mkdir()
        write_small_files(context.tuned, folder)
        write_card(context.tuned, folder, library="gguf")
    return folder
