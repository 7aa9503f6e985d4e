"""The recipe being written: every change is remembered, saved, checked and planned, the newest one winning."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QTimer

from app.actions.context import Context, Latest, translate
from app.state.changes import DraftChecked, DraftSet, HistoryMoved, PlanArrived, PlanAsked, PlanFailed
from app.state.document import (
    Document,
    History,
    completed,
    split_path,
    title_at,
    variant_defaults,
    with_value,
)
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import CheckRecipe, ImportConfig, MakePlan
from engine.contract.results import ImportedConfig, Plan, RecipeCheck, Unmapped

DEBOUNCE_MS = 40  # between edits that follow one another, as while a number is typed
QUIET_MS = 300  # after this long an edit is a single one, which is answered at once
SAVE_MS = 500
SHOWN_UNMAPPED = 8  # names of options in a notice
STEP_MS = 1500  # a pause this long between two edits of one option makes two steps of undo


class Draft:
    """``on_data`` is called with ("sources" | "rows") when an accepted change touches the data."""

    def __init__(self, context: Context, *, on_data: Callable[[str], None]) -> None:
        self._context = context
        self._store = context.store
        self._on_data = on_data
        self._history = History()
        self._variants: dict[tuple[str, str], Document] = {}  # as they were when another was chosen
        self._touched: set[str] = set()
        self._edited = 0.0
        self._for_cards = self._for_changes = False
        self._path = context.data_dir / "draft.json"
        parent = context.parent
        self._check_soon = QTimer(parent, singleShot=True, interval=DEBOUNCE_MS)
        self._check_soon.timeout.connect(self._check)
        self._save_soon = QTimer(parent, singleShot=True, interval=SAVE_MS)
        self._save_soon.timeout.connect(self.save_now)
        self._step = QTimer(parent, singleShot=True, interval=STEP_MS)
        self._step.timeout.connect(self._history.pause)
        self._checks: Latest[RecipeCheck] = Latest(context.quick, RecipeCheck, timeout_s=30)
        self._plans: Latest[Plan] = Latest(context.quick, Plan, timeout_s=120)

    @property
    def document(self) -> Document:
        """The draft as it is now."""
        return self._store.state.draft.recipe

    @property
    def sources(self) -> list[Document]:
        """The draft's dataset files."""
        data = self.document.get("data")
        found = data.get("sources") if isinstance(data, dict) else None
        return [dict(source) for source in found or () if isinstance(source, dict)]

    # ------------------------------------------------------------ editing

    def set_option(self, path: str, value: Any) -> None:
        """Set one option by dotted path."""
        try:
            document = with_value(self.document, path, value)
        except KeyError:
            return  # the place is gone meanwhile (a source that was removed)
        self.change(document, path=path)

    def change(self, document: Document, *, path: str = "", what: str = "") -> None:
        """Replace the draft as one step of undo, which is called ``what``; ``path`` says what was touched ("" for
        everything)."""
        if document == self.document:
            return
        self._history.record(self.document, path, what=what or self._name(path))
        self._step.start()
        self._take(document, path)

    def _name(self, path: str) -> str:
        schema = self._store.state.engine.schema
        title = translate("Schema", title_at(schema.recipe_schema, path)) if schema and path else ""
        return title or translate("Actions", "change of the recipe")

    def choose_variant(self, section: Literal["method", "objective"], kind: str) -> None:
        """Take another method or objective: as it was when last left, else with its defaults."""
        current = self.document.get(section)
        if isinstance(current, dict) and current.get("kind"):
            if current["kind"] == kind:
                return
            self._variants[section, str(current["kind"])] = current
        schema = self._store.state.engine.schema
        defaults = variant_defaults(schema.recipe_schema, section, kind) if schema else None
        chosen = self._variants.get((section, kind)) or defaults or {"kind": kind}
        self.change({**self.document, section: chosen})

    def undo(self) -> None:
        """Back by one step."""
        self._return_to(self._history.undo(self.document))

    def redo(self) -> None:
        """Forward by one step."""
        self._return_to(self._history.redo(self.document))

    def _return_to(self, document: Document | None) -> None:
        if document is not None:
            schema = self._store.state.engine.schema  # it may be older than the engine's defaults
            self._take(completed(document, schema.default_recipe) if schema else document, "")

    def _take(self, document: Document, path: str) -> None:
        before = self.document
        self._store.dispatch(
            DraftSet(document), HistoryMoved(self._history.undo_name, self._history.redo_name)
        )
        self._touched |= _touched(before, document) if not path else _touched_by(path)
        now = time.monotonic()
        alone = (now - self._edited) * 1000.0 > QUIET_MS
        self._edited = now
        self._check_soon.start(0 if alone else DEBOUNCE_MS)
        self._save_soon.start()

    # ------------------------------------------------------------ asking the engine

    def complete(self) -> None:
        """The engine's defaults are known (again): fill in what the draft lacks, then ask everything."""
        schema = self._store.state.engine.schema
        if schema is None:
            return
        self._store.dispatch(DraftSet(completed(self.document, schema.default_recipe)))
        self.ask_again()

    def ask_again(self) -> None:
        """Check, plan and count anew, because something outside the draft changed (a model, the engine)."""
        self._touched |= {"sources", "rows"}
        self._check_soon.start()

    def _check(self) -> None:
        if self._store.state.engine.schema is None:
            return  # ``complete`` comes when it is there
        asked = self.document

        def checked(check: RecipeCheck) -> None:
            if asked is self.document:
                self._store.dispatch(DraftChecked(check.errors, check.recipe if not check.errors else None))
                if not check.errors:
                    self._accepted()

        self._checks.ask(CheckRecipe(recipe=asked), checked, self._not_checked)

    def _not_checked(self, error: ErrorInfo) -> None:
        if error.code != ErrorCode.ENGINE_DIED:  # a new engine is coming and will be asked
            self._store.dispatch(PlanFailed(error))

    def _accepted(self) -> None:
        touched, self._touched = self._touched, set()
        if "sources" in touched:
            self._on_data("sources")
        if touched:
            self._on_data("rows")
        self._plan()

    def plan_for_cards(self, wanted: bool) -> None:
        """Let plans say as well on which graphics cards the recipe would fit; costs a little time each."""
        self._for_cards = wanted
        if wanted and self._store.state.draft.plan is not None:
            self._plan()

    def plan_for_changes(self, wanted: bool) -> None:
        """Let plans say as well, where the recipe fits, what would take less memory; costs a little time."""
        self._for_changes = wanted
        if wanted and self._store.state.draft.plan is not None:
            self._plan()

    def plan_again(self) -> None:
        """Ask for the plan anew, because what it begins from has changed: a step was measured."""
        if self._store.state.draft.plan is not None:
            self._plan()

    def apply_change(self, options: Mapping[str, Any]) -> None:
        """Take a change that the plan proposes, as one step of undo."""
        document = self.document
        for path, value in options.items():
            document = with_value(document, path, value)
        self.change(document, what=translate("Actions", "change that the plan proposes"))

    def _plan(self) -> None:
        self._store.dispatch(PlanAsked())
        self._ask_plan(MakePlan(recipe=self.document, changes=False), self._counted)

    def _ask_plan(self, command: MakePlan, then: Callable[[Plan], None]) -> None:
        self._plans.ask(command, then, lambda error: self._store.dispatch(PlanFailed(error)))

    def _counted(self, plan: Plan) -> None:
        """The figures come first; what takes a multiple of their time (changes, cards) is asked for behind them."""
        self._take_plan(plan)
        self._store.flush()  # the bar follows an edit; it does not wait for the redraw that the edit itself caused
        changes = self._for_changes or plan.memory_bytes > plan.available_bytes
        if changes or self._for_cards:
            more = MakePlan(recipe=self.document, changes=changes, all_cards=self._for_cards)
            self._ask_plan(more, self._take_plan)

    def _take_plan(self, plan: Plan) -> None:
        self._store.dispatch(PlanArrived(plan))

    # ------------------------------------------------------------ files

    def load(self) -> None:
        """Take up the draft of last time."""
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(document, dict):
            self._store.dispatch(DraftSet(document))

    def save_now(self) -> None:
        """Keep the draft for next time; a full disk costs the draft's last change, not the app."""
        self._save_soon.stop()
        scratch = self._path.with_suffix(".tmp")
        try:
            scratch.write_text(json.dumps(self.document, ensure_ascii=False, indent=1), encoding="utf-8")
            scratch.replace(self._path)
        except OSError:
            scratch.unlink(missing_ok=True)

    def open_recipe(self, path: str) -> None:
        """Take a recipe file as the draft. Relative paths in it are seen from its folder."""
        import yaml  # both here: not needed for the first paint

        from engine.contract.recipe import SCHEMA_VERSION

        try:
            document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            text = translate("Actions", "Cannot read the recipe {path}: {reason}")
            self._context.notice("danger", text.format(path=path, reason=str(error).splitlines()[0]))
            return
        if not isinstance(document, dict):
            text = translate("Actions", "{path} holds no recipe.").format(path=path)
            self._context.notice("danger", text)
            return
        if not _is_ours(document):
            self._context.quick.ask(ImportConfig(path=path), ImportedConfig).then(
                self._converted, self._context.notice_error
            )
            return
        if document.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
            text = translate("Actions", "{path} is a recipe of another version.").format(path=path)
            self._context.notice("danger", text)
            return
        self._context.quick.ask(
            CheckRecipe(recipe=document, base_dir=str(Path(path).resolve().parent)), RecipeCheck
        ).then(lambda check: self._opened(document, check), self._context.notice_error)

    def _converted(self, found: ImportedConfig) -> None:
        """A configuration of another program is taken as far as it goes, and the rest is named."""
        self.change(found.recipe, what=translate("Actions", "opened recipe"))
        text = translate("Actions", "Opened as a configuration of {program}.").format(program=found.program)
        rest = unmapped_words(found.unmapped)
        self._context.notice("warning" if rest else "info", f"{text} {rest}".strip())

    def _opened(self, document: Document, check: RecipeCheck) -> None:
        """A faulty recipe is taken as well: its faults then stand beside the options."""
        schema = self._store.state.engine.schema
        default = schema.default_recipe if schema else {}
        self.change(check.recipe or {**default, **document}, what=translate("Actions", "opened recipe"))

    def save_recipe(self, path: str) -> None:
        """Write the draft as a recipe file that ``luthier-engine run`` takes."""
        import yaml

        text = yaml.safe_dump(self.document, sort_keys=False, allow_unicode=True, width=100)
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            words = translate("Actions", "Cannot write {path}: {reason}")
            self._context.notice("danger", words.format(path=path, reason=error.strerror or error))
            return
        words = translate("Actions", "Recipe saved: {path}")
        action = translate("Actions", "Reveal")
        self._context.notice("success", words.format(path=path), action=action, intent=f"reveal:{path}")


def unmapped_words(unmapped: Sequence[Unmapped]) -> str:
    """How many options had no counterpart in another program, and the first of them; "" where there are none."""
    names = ", ".join(item.option for item in unmapped[:SHOWN_UNMAPPED])
    if not names:
        return ""
    if len(unmapped) > SHOWN_UNMAPPED:
        names += ", …"
    text = translate("Actions", "{count} options have no counterpart: {names}")
    return text.format(count=len(unmapped), names=names)


def _is_ours(document: Document) -> bool:
    """Whether a file is a recipe of Luthier, and not a configuration of another program."""
    return "schema_version" in document or any(
        isinstance(document.get(section), dict) for section in ("data", "method", "objective", "optim")
    )


def _touched_by(path: str) -> set[str]:
    parts = split_path(path)
    if parts[:2] == ["data", "sources"]:
        return {"sources", "rows"}
    if parts[:1] == ["data"] or parts[:1] == ["objective"] or path in ("model.path", "model.revision"):
        return {"rows"}
    return set()


def _touched(before: Document, after: Document) -> set[str]:
    touched: set[str] = set()
    old, new = before.get("data") or {}, after.get("data") or {}
    if old.get("sources") != new.get("sources"):
        touched |= {"sources", "rows"}
    for section in ("data", "model", "objective"):
        if before.get(section) != after.get(section):
            touched.add("rows")
    return touched
