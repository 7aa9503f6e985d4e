"""The heading over an error, by its code; the sentence itself comes from where the error arose."""

from PySide6.QtCore import QCoreApplication

from engine.contract.errors import ErrorCode


def title(code: ErrorCode) -> str:
    """A few translated words for ``code``."""
    tr = QCoreApplication.translate
    words = {
        ErrorCode.BAD_COMMAND: tr("Errors", "The engine did not understand the app"),
        ErrorCode.RECIPE_INVALID: tr("Errors", "The recipe has faults"),
        ErrorCode.NOT_FOUND: tr("Errors", "Something is missing"),
        ErrorCode.UNREADABLE: tr("Errors", "A file cannot be read"),
        ErrorCode.DATA_EMPTY: tr("Errors", "No row is left to train on"),
        ErrorCode.NOTHING_TRAINED: tr("Errors", "No token would be trained"),
        ErrorCode.TEMPLATE_MISSING: tr("Errors", "The model has no chat template"),
        ErrorCode.MODEL_UNSUPPORTED: tr("Errors", "This model cannot be used"),
        ErrorCode.NOT_FINITE: tr("Errors", "The loss is no longer a number"),
        ErrorCode.OUT_OF_MEMORY: tr("Errors", "Out of memory"),
        ErrorCode.DISK_FULL: tr("Errors", "The disk is full"),
        ErrorCode.NETWORK: tr("Errors", "The network did not answer"),
        ErrorCode.CHECKPOINT_DAMAGED: tr("Errors", "A checkpoint is damaged"),
        ErrorCode.EXPORT_FAILED: tr("Errors", "The export failed"),
        ErrorCode.BUSY: tr("Errors", "The engine is busy"),
        ErrorCode.CANCELLED: tr("Errors", "Cancelled"),
        ErrorCode.ENGINE_DIED: tr("Errors", "The engine stopped unexpectedly"),
        ErrorCode.TIMEOUT: tr("Errors", "The engine did not answer in time"),
        ErrorCode.INTERNAL: tr("Errors", "Something went wrong in Luthier"),
    }
    return words.get(code, str(code))
