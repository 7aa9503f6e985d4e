"""The draft for other programs: the engine writes it, and says what the other one has no option for."""

from app.actions.context import Context, translate
from app.actions.draft import Draft, unmapped_words
from engine.contract.exchange import ExportConfig, ExportedConfig

WRITE_TIMEOUT_S = 300  # the dataset files are looked at, and they may be large


class ForeignForms:
    """Writes the draft in a form of the schema's ``recipe_forms``."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._context = context
        self._draft = draft

    def export(self, form: str, path: str) -> None:
        """Write the draft as ``form`` to ``path``."""
        command = ExportConfig(recipe=self._draft.document, form=form, path=path)
        self._context.quick.ask(command, ExportedConfig, timeout_s=WRITE_TIMEOUT_S).then(
            self._written, self._context.notice_error
        )

    def _written(self, found: ExportedConfig) -> None:
        text = translate("Actions", "Written for {program}: {path}.").format(
            program=found.program, path=found.files[0]
        )
        rest = unmapped_words(found.unmapped)
        self._context.notice(
            "warning" if rest else "success",
            f"{text} {rest}".strip(),
            action=translate("Actions", "Reveal"),
            intent=f"reveal:{found.files[0]}",
        )
