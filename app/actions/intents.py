"""What a user can do: the names the views call. ``app.main`` fills them with the actions of this folder."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from app.state.model import Page
from app.state.search import SearchPlan
from app.state.welcome import WelcomeStep
from engine.contract.advice import Goal
from engine.contract.base_models import HubName
from engine.contract.evaluation import EvaluationWish
from engine.contract.messages import Sampling
from engine.contract.results import PreviewRow
from engine.contract.search import SearchWish

ChatSideName = Literal["base", "tuned"]
Turns = Sequence[Mapping[str, Any]]  # role and content of each turn of a row


class Intents(Protocol):
    """Views hold one of these and know nothing of the client. No method blocks."""

    # navigation and preferences
    def show_page(self, page: Page) -> None: ...
    # first run
    def show_welcome(self, step: WelcomeStep = "look") -> None:
        """Show a step of the first run over the pages."""

    def end_welcome(self) -> None:
        """Show the pages, now and at every later start."""

    def look_at_places(self, models: str, runs: str) -> None:
        """Find out whether models and runs could be kept in these folders; "" is the standard one."""

    def choose_places(self, models: str, runs: str) -> None:
        """Keep new models and runs there from now on; nothing is moved."""

    def tour_sample(self) -> None:
        """Train the sample, export it, and load it to talk to, one after the other."""

    def set_theme(self, theme: str) -> None: ...
    def set_language(self, language: str) -> None: ...
    def set_rail_expanded(self, expanded: bool) -> None: ...
    def set_model_folders(self, folders: Sequence[str]) -> None: ...
    def set_focus_help(self, title: str, text: str) -> None: ...
    def dismiss_notice(self, notice_id: int) -> None: ...
    def run_intent(self, intent: str) -> None:
        """The action of a notice: "open_train", "open_export", "open:RUN", "resume:RUN", "reveal:PATH", "undo:RUN"."""

    def reveal(self, path: str) -> None: ...
    def copy_text(self, text: str) -> None: ...

    # data
    def import_files(self, paths: Sequence[str]) -> None:
        """Add dataset files to the draft, inspect, preview and count them, and show the Data page."""

    def use_sample(self) -> None:
        """Take the sample dataset and the starter model."""

    def paste_text(self, text: str) -> None:
        """Make a dataset file of copied rows and add it."""

    def dismiss_skipped(self) -> None: ...
    def remove_source(self, index: int) -> None: ...
    def map_column(self, index: int, name: str, column: str) -> None: ...
    def set_source_format(self, index: int, family: str) -> None: ...
    def mend_source(self, index: int, patch: Mapping[str, Any], title: str) -> None:
        """Merge a proposal for rejected rows into the file's entry."""

    def show_rows(self, offset: int) -> None:
        """Preview the rows from ``offset`` on, counted after cleaning."""

    def search_rows(self, text: str, where: str, sort: str) -> None: ...
    def need_rows(self, offset: int) -> None:
        """Fetch a page of the list of rows that is being looked at."""

    def edit_row(self, row: PreviewRow, messages: Turns, rejected: Turns) -> None: ...
    def delete_row(self, row: PreviewRow) -> None: ...
    def restore_row(self, path: str, line: int) -> None:
        """Take back what was edited in a row, or its deletion."""

    def set_steps(self, steps: Sequence[dict[str, Any]], what: str = "") -> None:
        """Replace the draft's cleaning steps (reversible: undo_draft)."""

    def show_effects(self, step: int, what: str) -> None:
        """Show what the step at this place "removed" or "changed"; -1 ends it."""

    def more_effects(self) -> None: ...
    def clean_for_me(self) -> None: ...
    def dismiss_proposal(self) -> None: ...
    def stop_reading(self) -> None: ...
    def read_again(self) -> None: ...
    def build_data(
        self,
        *,
        file_type: str = "",
        form: str = "",
        licence: str = "",
        out: str = "",
        guard: bool | None = None,
    ) -> None:
        """Write the dataset to ``out``; without it, keep it as a version."""

    def cancel_build(self) -> None: ...
    def refresh_versions(self) -> None: ...
    def use_version(self, path: str) -> None: ...
    def use_rows_of_version(self, path: str) -> None: ...

    # draft
    def set_option(self, path: str, value: Any) -> None:
        """Set one option by dotted path, check the recipe, plan again."""

    def choose_variant(self, section: Literal["method", "objective"], kind: str) -> None: ...
    def apply_change(self, options: Mapping[str, Any]) -> None:
        """Take a change that the plan proposes, by dotted paths (reversible: undo_draft)."""

    def plan_for_cards(self, wanted: bool) -> None:
        """Let plans say as well on which graphics cards the recipe would fit."""

    def plan_for_changes(self, wanted: bool) -> None:
        """Let plans say as well, where the recipe fits, what would take less memory."""

    def try_step(self, *, anyway: bool = False) -> None:
        """Make one real step of the draft and measure it; ``anyway``: also where it does not seem to fit."""

    def cancel_try(self) -> None: ...

    def undo_draft(self) -> None: ...
    def redo_draft(self) -> None: ...
    def open_recipe(self, path: str) -> None: ...
    def save_recipe(self, path: str) -> None: ...
    def export_recipe(self, form: str, path: str) -> None:
        """Write the draft for another program, as one of the schema's ``recipe_forms``."""

    # advice
    def ask_advice(self, goal: Goal) -> None:
        """Ask the engine what to train with the draft's model and data."""

    def apply_advice(self, paths: Sequence[str]) -> None:
        """Take the choices at these paths over, as one step of undo."""

    def close_advice(self) -> None: ...

    # search
    def plan_search(self, plan: SearchPlan) -> None: ...
    def start_search(self, wish: SearchWish) -> None:
        """Look for better options of the draft by trials."""

    def resume_search(self) -> None: ...
    def stop_search(self) -> None: ...
    def open_search(self, folder: str) -> None:
        """Look at an earlier search; "" leaves the one that is looked at."""

    def use_trial(self, number: int) -> None:
        """Take a trial's options over into the draft."""

    # models
    def refresh_models(self) -> None: ...
    def use_for_training(self, path: str) -> None:
        """Make a model the base of the draft, and show the Method page."""

    def talk_to(self, path: str) -> None:
        """Load a model on the Chat page."""

    def set_offline(self, on: bool) -> None: ...
    def set_mirror(self, address: str) -> None: ...
    def list_works(self) -> None:
        """Find out what Luthier is made of."""

    def read_licence(self, name: str) -> None: ...
    def look_for_update(self) -> None:
        """Ask the feed once whether there is a newer Luthier."""

    def collect_report(self) -> None:
        """Gather what a diagnostics bundle would hold."""

    def drop_report(self) -> None: ...
    def save_report(self, path: str) -> None:
        """Write the diagnostics that were shown."""

    def set_keep_awake(self, on: bool) -> None: ...
    def set_check_updates(self, on: bool) -> None: ...
    def set_update_feed(self, address: str) -> None: ...
    def look_up_model(self, name: str, hub: HubName) -> None:
        """Ask a hub for size and licence of a model; "" takes the answer away."""

    def download_model(self, name: str, hub: HubName, revision: str = "main", endpoint: str = "") -> None:
        """Fetch a model, going on where an earlier download ended."""

    def cancel_download(self) -> None: ...
    def convert_model(self, path: str) -> None:
        """Make a GGUF file or pickled weights trainable."""

    def cancel_convert(self) -> None: ...
    def show_code(self, path: str, file: str = "") -> None:
        """Read the code that a model's folder brings."""

    def close_code(self) -> None: ...
    def allow_code(self, path: str, digest: str, *, allowed: bool) -> None:
        """Let exactly the code run that was shown as ``digest``, or no longer."""

    def drop_download(self, name: str, hub: HubName) -> None: ...

    # runtimes
    def use_runtime(self, name: str) -> None:
        """Start engines from this runtime from now on."""

    def install_runtime(self, source: str, sha256: str = "") -> None:
        """Install a runtime from a file or an address, going on where an earlier download ended."""

    def verify_runtime(self, name: str) -> None: ...
    def remove_runtime(self, name: str) -> None: ...
    def cancel_runtime(self) -> None: ...

    def refresh_doctor(self) -> None: ...
    def install_starter(self) -> None: ...

    # runs
    def start_run(self) -> None: ...
    def pause_run(self) -> None: ...
    def save_now(self) -> None: ...
    def stop_run(self, *, keep: bool) -> None: ...
    def resume_run(self, run_id: str) -> None: ...
    def open_run(self, run_id: str) -> None: ...
    def delete_run(self, run_id: str) -> None: ...
    def delete_search(self, folder: str) -> None:
        """Throw a search away with all its trials; it can be taken back."""

    def rename_run(self, run_id: str, name: str) -> None: ...
    def keep_run(self, run_id: str) -> None:
        """End a run that broke off with what its newest checkpoint has learnt."""

    def compare_runs(self, run_ids: Sequence[str]) -> None: ...
    def leave_running(self) -> None:
        """Let the run go on without the window."""

    # results
    def merge_and_export(self, targets: Sequence[str], out: str | None = None) -> None: ...
    def predict_sizes(self) -> None:
        """Find out how large each export of the open run would become."""

    def cancel_export(self) -> None: ...
    def evaluate(self, wish: EvaluationWish) -> None: ...
    def save_evaluation(self, path: str) -> None:
        """Write the report of the open run: a PDF where the name ends so, else an HTML page."""

    # chat
    def load_chat(self, side: ChatSideName, model: str) -> None: ...
    def load_chat_with(
        self, side: ChatSideName, *, context_tokens: int | None = None, anyway: bool = False
    ) -> None:
        """Load the model of a side again with another context, or although it does not seem to fit."""

    def wait_for_memory(self, side: ChatSideName, *, pause: bool) -> None:
        """Load the model of a side when the live run has ended; ``pause`` asks the run to pause."""

    def stop_waiting(self, side: ChatSideName) -> None: ...
    def set_blind(self, on: bool) -> None:
        """Hide whose answers are whose, until one is voted for."""

    def vote(self, choice: Literal["left", "alike", "right"]) -> None: ...
    def search_conversations(self, query: str) -> None:
        """List the kept conversations in which every word of ``query`` is said."""

    def open_conversation(self, identity: str) -> None: ...
    def delete_conversation(self, identity: str, query: str) -> None: ...
    def connect_server(self, url: str, key: str) -> None:
        """Ask a server that speaks OpenAI's interface for its models, and remember it."""

    def forget_server(self, url: str) -> None: ...
    def send_chat(self, text: str) -> None: ...
    def stop_chat(self) -> None: ...
    def clear_chat(self) -> None: ...
    def regenerate(self) -> None: ...
    def edit_turn(self, index: int, text: str) -> None:
        """Replace the user's turn ``index`` (counted in user turns), drop what followed, and send again."""

    def choose_version(self, place: int, chosen: int) -> None:
        """Another wording of the turn at ``place`` of the conversation, with what followed it."""

    def set_system(self, text: str) -> None: ...
    def set_sampling(self, sampling: Sampling) -> None: ...
    def save_chat(self, path: str) -> None: ...
    def start_api(self, model: str, port: int) -> None:
        """Serve a model to other programs of this computer; ``port`` 0 is any that is free."""

    def stop_api(self) -> None: ...
    def add_correction(self, side: ChatSideName, index: int, text: str) -> None:
        """Append the corrected answer to a dataset file of the user and add that file to the draft.

        ``index`` counts the model's answers."""
