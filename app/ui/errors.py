"""The heading over an error, by its code; the sentence itself comes from where the error arose."""

from PySide6.QtCore import QCoreApplication

from engine.contract.errors import ErrorCode


def title(code: ErrorCode) -> str:
    """A few translated words for ``code``."""
    translate = QCoreApplication.translate
    words = {
        ErrorCode.BAD_COMMAND: translate("Errors", "The engine did not understand the app"),
        ErrorCode.RECIPE_INVALID: translate("Errors", "The recipe has faults"),
        ErrorCode.NOT_FOUND: translate("Errors", "Something is missing"),
        ErrorCode.UNREADABLE: translate("Errors", "A file cannot be read"),
        ErrorCode.DATA_EMPTY: translate("Errors", "No row is left to train on"),
        ErrorCode.NOTHING_TRAINED: translate("Errors", "No token would be trained"),
        ErrorCode.TEMPLATE_MISSING: translate("Errors", "The model has no chat template"),
        ErrorCode.MODEL_UNSUPPORTED: translate("Errors", "This model cannot be used"),
        ErrorCode.NOT_FINITE: translate("Errors", "The loss is no longer a number"),
        ErrorCode.OUT_OF_MEMORY: translate("Errors", "Out of memory"),
        ErrorCode.DISK_FULL: translate("Errors", "The disk is full"),
        ErrorCode.DISK_FAULT: translate("Errors", "The disk failed"),
        ErrorCode.NETWORK: translate("Errors", "The network did not answer"),
        ErrorCode.CHECKPOINT_DAMAGED: translate("Errors", "A checkpoint is damaged"),
        ErrorCode.EXPORT_FAILED: translate("Errors", "The export failed"),
        ErrorCode.BUSY: translate("Errors", "The engine is busy"),
        ErrorCode.CANCELLED: translate("Errors", "Cancelled"),
        ErrorCode.ENGINE_DIED: translate("Errors", "The engine stopped unexpectedly"),
        ErrorCode.TIMEOUT: translate("Errors", "The engine did not answer in time"),
        ErrorCode.INTERNAL: translate("Errors", "Something went wrong in Luthier"),
    }
    return words.get(code, str(code))
