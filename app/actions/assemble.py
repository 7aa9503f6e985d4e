"""All actions behind the one name the views know: the implementation of ``Intents``."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from app.actions.about import About
from app.actions.advice import Advisor
from app.actions.chat import Chat
from app.actions.context import Context, translate
from app.actions.data import DataQuestions
from app.actions.data_build import Builder
from app.actions.data_edits import RowEdits
from app.actions.data_sources import Sources
from app.actions.data_steps import CleaningSteps
from app.actions.draft import Draft
from app.actions.evaluation_report import ReportSaver
from app.actions.export_sizes import PredictedExports
from app.actions.foreign import ForeignForms
from app.actions.intents import ChatSideName, Turns
from app.actions.kept_searches import KeptSearches
from app.actions.local_api import LocalApi
from app.actions.models import Engine
from app.actions.navigation import Navigation
from app.actions.readiness import Readiness
from app.actions.results import Results
from app.actions.runs import Runs
from app.actions.runtimes import Runtimes
from app.actions.sample import SampleProject
from app.actions.sample_tour import SampleTour
from app.actions.search import OptionSearch
from app.actions.servers import Servers
from app.actions.shelf import Shelf
from app.actions.trying import StepTrial
from app.actions.welcome import Welcome
from app.client.engine_client import EngineClient
from app.client.engine_job import EngineJob
from app.client.standby import Standby
from app.state.dataset import RowQuery
from app.state.model import Page
from app.state.search import SearchPlan
from app.state.welcome import WelcomeStep
from engine.contract.advice import Goal
from engine.contract.base_models import HubName
from engine.contract.evaluation import EvaluationWish
from engine.contract.messages import Sampling
from engine.contract.results import PreviewRow
from engine.contract.search import SearchWish

END_WAIT_S = 1.0


class Actions:
    """Wires the actions to each other and hands each intent to the one that answers it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._questions = DataQuestions(context)
        self._draft = Draft(context, on_data=self._questions.refresh)
        self._foreign = ForeignForms(context, self._draft)
        self._advisor = Advisor(context, self._draft)
        self._trial = StepTrial(context, self._draft)
        self._engine = Engine(context, on_schema=self._schema_known, on_models=self._draft.ask_again)
        self._models = self._engine.base_models
        self._navigation = Navigation(context)
        self._sources = Sources(context, self._draft)
        self._steps = CleaningSteps(context, self._draft)
        self._edits = RowEdits(context, self._draft)
        self._builder = Builder(context, self._draft, self._sources)
        self._sample = SampleProject(context, self._draft, self._engine)
        self._standby = Standby(context.data_dir / "logs", context.parent)
        self._ready = Readiness(context, self._standby)
        self._runs = Runs(context, self._standby)
        self._shelf = Shelf(context, self._runs)
        self._search = OptionSearch(context, self._draft, on_trial=self._shelf.find_trial)
        self._kept_searches = KeptSearches(context, self._search)
        self._sizes = PredictedExports(context)
        self._tour = SampleTour(context, self)
        self._welcome = Welcome(
            context,
            on_checks=self._engine.refresh_doctor,
            on_models=self._models.shown,
            on_places=self._places_changed,
        )
        self._servers = Servers(context)
        self._results = Results(context, key_for=self._servers.key_for)
        self._reports = ReportSaver(context)
        self._chat = Chat(
            context,
            add_sources=self._sources.add_files,
            key_for=self._servers.key_for,
            pause_run=self._runs.pause,
        )
        self._api = LocalApi(context)
        self._runtimes = Runtimes(context)
        self._about = About(context)

    # ------------------------------------------------------------ life of the app

    def load(self) -> None:
        """What the window shows first: the draft and the library of last time."""
        self._draft.load()
        self._shelf.load()
        self._servers.load()

    def begin(self) -> None:
        """After the first paint: start the engine for quick questions, look for runs."""
        self._runtimes.begin()
        self._context.quick.start()
        self._shelf.look_around()

    def keep_ready(self) -> None:
        """From now on an engine may stand by for the run that is about to be started."""
        self._ready.begin()

    def _schema_known(self) -> None:
        self._draft.complete()
        self._builder.refresh_versions()
        self._search.refresh()

    def close(self) -> bool:
        """Save, end every engine but a live run's, and say whether one is left running."""
        self._draft.save_now()
        self._shelf.close()
        self._context.quick.stop()
        self._ready.stop()
        ending, left = self._runs.close()
        jobs = [
            *ending,
            *self._engine.stop(),
            *self._results.stop(),
            *self._builder.stop(),
            *self._search.close(),
            *self._trial.close(),
            *self._api.close(),
            *self._runtimes.stop(),
        ]
        others: list[EngineJob | EngineClient] = [*jobs, *self._chat.close()]
        deadline = time.monotonic() + END_WAIT_S  # of all together: they have been asked and end side by side
        for one in (self._context.quick, self._standby, *others):
            one.end_now(wait_ms=max(0, int((deadline - time.monotonic()) * 1000)))
        self._context.library.close()
        return left

    # ------------------------------------------------------------ navigation and preferences

    def show_page(self, page: Page) -> None:
        self._navigation.show_page(page)
        if page == "models":
            self._models.shown()

    def show_welcome(self, step: WelcomeStep = "look") -> None:
        self._welcome.show(step)

    def end_welcome(self) -> None:
        self._welcome.end()

    def look_at_places(self, models: str, runs: str) -> None:
        self._welcome.look_at(models, runs)

    def choose_places(self, models: str, runs: str) -> None:
        self._welcome.choose(models, runs)

    def _places_changed(self) -> None:
        self._engine.refresh_doctor()
        self._engine.refresh_models()

    def tour_sample(self) -> None:
        self._welcome.end()
        self._tour.begin()

    def set_theme(self, theme: str) -> None:
        self._navigation.set_theme(theme)

    def set_language(self, language: str) -> None:
        self._navigation.set_language(language)

    def set_rail_expanded(self, expanded: bool) -> None:
        self._navigation.set_rail_expanded(expanded)

    def set_model_folders(self, folders: Sequence[str]) -> None:
        self._navigation.set_model_folders(folders)
        self._engine.refresh_models()

    def set_focus_help(self, title: str, text: str) -> None:
        self._navigation.set_focus_help(title, text)

    def dismiss_notice(self, notice_id: int) -> None:
        self._navigation.dismiss_notice(notice_id)

    def run_intent(self, intent: str) -> None:
        """See ``Intents.run_intent``: a verb, and after a colon what it is about."""
        verb, _, about = intent.partition(":")
        verbs: dict[str, Callable[[], None]] = {
            "open_train": lambda: self.show_page("train"),
            "open_export": lambda: self.show_page("export"),
            "open_data": lambda: self.show_page("data"),
            "open_method": lambda: self.show_page("method"),
            "stop_search": self.stop_search,
            "end_tour": self._tour.end,
            "open_settings": lambda: self.show_page("settings"),
            "open_models": lambda: self.show_page("models"),
            "open": lambda: self.open_run(about),
            "resume": lambda: self.resume_run(about),
            "reveal": lambda: self.reveal(about),
            "undo": lambda: self._shelf.undo_delete(about),
            "undo_search": lambda: self._kept_searches.undo(about),
            "undo_conversation": lambda: self._chat.kept.restore(about),
        }
        if verb in verbs:
            verbs[verb]()

    def reveal(self, path: str) -> None:
        self._navigation.reveal(path)

    def copy_text(self, text: str) -> None:
        self._navigation.copy_text(text)

    # ------------------------------------------------------------ data

    def import_files(self, paths: Sequence[str]) -> None:
        self._sources.import_files(paths)

    def use_sample(self) -> None:
        self._sample.use()

    def remove_source(self, index: int) -> None:
        self._sources.remove_source(index)

    def map_column(self, index: int, name: str, column: str) -> None:
        self._sources.map_column(index, name, column)

    def set_source_format(self, index: int, family: str) -> None:
        self._sources.set_source_format(index, family)

    def paste_text(self, text: str) -> None:
        self._sources.paste_text(text)

    def dismiss_skipped(self) -> None:
        self._sources.dismiss_skipped()

    def mend_source(self, index: int, patch: Mapping[str, Any], title: str) -> None:
        self._sources.mend(index, patch, title)

    def show_rows(self, offset: int) -> None:
        self._questions.preview(max(0, offset))

    def search_rows(self, text: str, where: str, sort: str) -> None:
        self._questions.rows.search(RowQuery(text, where, sort))

    def need_rows(self, offset: int) -> None:
        self._questions.rows.need(max(0, offset))

    def edit_row(self, row: PreviewRow, messages: Turns, rejected: Turns) -> None:
        self._edits.edit(row, messages, rejected)

    def delete_row(self, row: PreviewRow) -> None:
        self._edits.delete(row)

    def restore_row(self, path: str, line: int) -> None:
        self._edits.restore(path, line)

    def set_steps(self, steps: Sequence[dict[str, Any]], what: str = "") -> None:
        self._steps.set_steps(steps, what)

    def show_effects(self, step: int, what: str) -> None:
        self._questions.show_effects(step, what)

    def more_effects(self) -> None:
        self._questions.more_effects()

    def clean_for_me(self) -> None:
        self._steps.clean_for_me()

    def dismiss_proposal(self) -> None:
        self._steps.dismiss_proposal()

    def stop_reading(self) -> None:
        self._questions.halt()

    def read_again(self) -> None:
        self._questions.again()

    def build_data(
        self,
        *,
        file_type: str = "",
        form: str = "",
        licence: str = "",
        out: str = "",
        guard: bool | None = None,
    ) -> None:
        self._builder.build(file_type=file_type, form=form, licence=licence, out=out, guard=guard)

    def cancel_build(self) -> None:
        self._builder.cancel()

    def refresh_versions(self) -> None:
        self._builder.refresh_versions()

    def use_version(self, path: str) -> None:
        self._builder.use_version(path)

    def use_rows_of_version(self, path: str) -> None:
        self._builder.use_rows_of_version(path)

    # ------------------------------------------------------------ draft

    def set_option(self, path: str, value: Any) -> None:
        self._draft.set_option(path, value)

    def choose_variant(self, section: Literal["method", "objective"], kind: str) -> None:
        self._draft.choose_variant(section, kind)

    def undo_draft(self) -> None:
        self._draft.undo()

    def redo_draft(self) -> None:
        self._draft.redo()

    def apply_change(self, options: Mapping[str, Any]) -> None:
        self._draft.apply_change(options)

    def plan_for_cards(self, wanted: bool) -> None:
        self._draft.plan_for_cards(wanted)

    def plan_for_changes(self, wanted: bool) -> None:
        self._draft.plan_for_changes(wanted)

    def try_step(self, *, anyway: bool = False) -> None:
        if self._draft.document.get("model", {}).get("path") == "starter":
            self._engine.need_starter(partial(self._trial.start, anyway=anyway))
        else:
            self._trial.start(anyway=anyway)

    def cancel_try(self) -> None:
        self._trial.cancel()

    def open_recipe(self, path: str) -> None:
        self._draft.open_recipe(path)

    def save_recipe(self, path: str) -> None:
        self._draft.save_recipe(path)

    def export_recipe(self, form: str, path: str) -> None:
        self._foreign.export(form, path)

    # ------------------------------------------------------------ advice

    def ask_advice(self, goal: Goal) -> None:
        self._advisor.ask(goal)

    def apply_advice(self, paths: Sequence[str]) -> None:
        self._advisor.apply(paths)

    def close_advice(self) -> None:
        self._advisor.close()

    # ------------------------------------------------------------ search

    def plan_search(self, plan: SearchPlan) -> None:
        self._search.plan(plan)

    def start_search(self, wish: SearchWish) -> None:
        self._search.start(wish)

    def resume_search(self) -> None:
        self._search.resume()

    def stop_search(self) -> None:
        self._search.stop()

    def open_search(self, folder: str) -> None:
        self._search.open(folder)

    def use_trial(self, number: int) -> None:
        self._search.use(number)

    # ------------------------------------------------------------ models

    def refresh_models(self) -> None:
        self._engine.refresh_models()

    def use_for_training(self, path: str) -> None:
        self._draft.set_option("model.path", path)
        self.show_page("method")

    def talk_to(self, path: str) -> None:
        self._chat.load("base", path)
        self.show_page("chat")

    def set_offline(self, on: bool) -> None:
        self._navigation.set_offline(on)

    def use_runtime(self, name: str) -> None:
        self._runtimes.use(name)

    def install_runtime(self, source: str, sha256: str = "") -> None:
        self._runtimes.install(source, sha256)

    def verify_runtime(self, name: str) -> None:
        self._runtimes.verify(name)

    def remove_runtime(self, name: str) -> None:
        self._runtimes.remove(name)

    def cancel_runtime(self) -> None:
        self._runtimes.cancel()

    def set_mirror(self, address: str) -> None:
        self._navigation.set_mirror(address)

    def list_works(self) -> None:
        self._about.list_works()

    def read_licence(self, name: str) -> None:
        self._about.read_licence(name)

    def look_for_update(self) -> None:
        self._about.look_for_update()

    def collect_report(self) -> None:
        self._about.collect_report()

    def drop_report(self) -> None:
        self._about.drop_report()

    def save_report(self, path: str) -> None:
        self._about.save_report(path)

    def set_keep_awake(self, on: bool) -> None:
        self._navigation.set_keep_awake(on)

    def set_check_updates(self, on: bool) -> None:
        self._navigation.set_check_updates(on)

    def set_update_feed(self, address: str) -> None:
        self._navigation.set_update_feed(address)

    def look_up_model(self, name: str, hub: HubName) -> None:
        self._models.look_up(name, hub)

    def download_model(self, name: str, hub: HubName, revision: str = "main", endpoint: str = "") -> None:
        self._models.download(name, hub, revision, endpoint)

    def convert_model(self, path: str) -> None:
        self._models.convert(path)

    def cancel_convert(self) -> None:
        self._models.cancel_convert()

    def show_code(self, path: str, file: str = "") -> None:
        self._models.show_code(path, file)

    def close_code(self) -> None:
        self._models.close_code()

    def allow_code(self, path: str, digest: str, *, allowed: bool) -> None:
        self._models.allow_code(path, digest, allowed=allowed)

    def cancel_download(self) -> None:
        self._models.cancel_download()

    def drop_download(self, name: str, hub: HubName) -> None:
        self._models.drop_download(name, hub)

    def refresh_doctor(self) -> None:
        self._engine.refresh_doctor()

    def install_starter(self) -> None:
        self._engine.install_starter()

    # ------------------------------------------------------------ runs

    def start_run(self) -> None:
        """Train the draft; what is missing is said where it can be mended."""
        state = self._context.store.state
        if not self._draft.sources:
            text = translate("Actions", "Choose a dataset first.")
            self._context.notice("warning", text, action=translate("Actions", "Data"), intent="open_data")
        elif state.draft.errors:
            text = translate("Actions", "{path}: {reason}").format(
                path=state.draft.errors[0].path, reason=state.draft.errors[0].reason
            )
            show = translate("Actions", "Show")
            self._context.notice("warning", text, action=show, intent="open_method")
        elif self._search.in_the_way():
            pass  # it has said so
        elif self._draft.document.get("model", {}).get("path") == "starter":
            self._engine.need_starter(self._start_draft)
        else:
            self._start_draft()

    def _start_draft(self) -> None:
        self._search.leave()
        self._runs.start(self._draft.document)

    def pause_run(self) -> None:
        self._runs.pause()

    def save_now(self) -> None:
        self._runs.save_now()

    def stop_run(self, *, keep: bool) -> None:
        self._runs.stop(keep=keep)

    def resume_run(self, run_id: str) -> None:
        run = self._shelf.find(run_id)
        if run is not None:
            self._search.leave()
            self._runs.resume(run)

    def open_run(self, run_id: str) -> None:
        self._search.leave()
        self._shelf.open(run_id)

    def delete_search(self, folder: str) -> None:
        self._kept_searches.delete(folder)

    def delete_run(self, run_id: str) -> None:
        self._shelf.delete(run_id)

    def rename_run(self, run_id: str, name: str) -> None:
        self._shelf.rename(run_id, name)

    def keep_run(self, run_id: str) -> None:
        self._shelf.keep(run_id)

    def compare_runs(self, run_ids: Sequence[str]) -> None:
        self._shelf.compare(run_ids)

    def leave_running(self) -> None:
        self._runs.leave()

    # ------------------------------------------------------------ results

    def merge_and_export(self, targets: Sequence[str], out: str | None = None) -> None:
        self._results.merge_and_export(targets, out)

    def predict_sizes(self) -> None:
        self._sizes.ask()

    def cancel_export(self) -> None:
        self._results.cancel()

    def evaluate(self, wish: EvaluationWish) -> None:
        self._results.evaluate(wish)

    def save_evaluation(self, path: str) -> None:
        self._reports.save(path)

    # ------------------------------------------------------------ chat

    def load_chat(self, side: ChatSideName, model: str) -> None:
        self._chat.load(side, model)

    def load_chat_with(
        self, side: ChatSideName, *, context_tokens: int | None = None, anyway: bool = False
    ) -> None:
        self._chat.load_with(side, context_tokens=context_tokens, anyway=anyway)

    def wait_for_memory(self, side: ChatSideName, *, pause: bool) -> None:
        self._chat.memory.begin(side, pause=pause)

    def stop_waiting(self, side: ChatSideName) -> None:
        self._chat.memory.end(side)

    def set_blind(self, on: bool) -> None:
        self._chat.blind.set_on(on)

    def vote(self, choice: Literal["left", "alike", "right"]) -> None:
        self._chat.blind.vote(choice)

    def search_conversations(self, query: str) -> None:
        self._chat.kept.search(query)

    def open_conversation(self, identity: str) -> None:
        self._chat.kept.open(identity)

    def delete_conversation(self, identity: str, query: str) -> None:
        self._chat.kept.delete(identity, query)

    def connect_server(self, url: str, key: str) -> None:
        self._servers.connect(url, key)

    def forget_server(self, url: str) -> None:
        self._servers.forget(url)

    def send_chat(self, text: str) -> None:
        self._chat.send(text)

    def stop_chat(self) -> None:
        self._chat.stop()

    def clear_chat(self) -> None:
        self._chat.clear()

    def regenerate(self) -> None:
        self._chat.regenerate()

    def edit_turn(self, index: int, text: str) -> None:
        self._chat.edit_turn(index, text)

    def choose_version(self, place: int, chosen: int) -> None:
        self._chat.choose_version(place, chosen)

    def set_system(self, text: str) -> None:
        self._chat.set_system(text)

    def set_sampling(self, sampling: Sampling) -> None:
        self._chat.set_sampling(sampling)

    def save_chat(self, path: str) -> None:
        self._chat.save(path)

    def start_api(self, model: str, port: int) -> None:
        self._api.start(model, port)

    def stop_api(self) -> None:
        self._api.stop()

    def add_correction(self, side: ChatSideName, index: int, text: str) -> None:
        self._chat.add_correction(side, index, text)
