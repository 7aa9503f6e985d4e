"""Which command is answered by what: the tables that ``dispatch`` works from. Heavy libraries load inside."""

import itertools
import os
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import __version__
from engine.contract import messages as m
from engine.contract.base_models import (
    Downloads,
    DropDownload,
    HubModel,
    ListDownloads,
    LookUpModel,
    ModelCode,
    ModelFit,
    ShowCode,
    WeighModel,
)
from engine.contract.codec import MAX_LINE_BYTES
from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import WriteReport, WrittenReport
from engine.contract.exchange import ExportConfig, ExportedConfig
from engine.contract.exporting import ExportSizes
from engine.contract.job import Job
from engine.contract.recipe import RecipeBase
from engine.contract.results import (
    DatasetVersions,
    DoctorReport,
    ExpandedData,
    ImportedConfig,
    ModelList,
    Ready,
    RecipeCheck,
    Result,
    SchemaReply,
    ServerModels,
)
from engine.contract.search import ListSearches, Searches
from engine.registry import broken_limits, load_recipe, parse_recipe, schema_reply
from engine.server import about, model_tasks, runtime_tasks, tasks
from engine.server.api_task import api_task
from engine.server.data_desk import DataDesk
from engine.server.dispatch import Question
from engine.server.doctor import devices, examine
from engine.server.places import look_at_places
from engine.server.run_folder import RECIPE, find_run
from engine.server.search_task import start_search
from engine.server.tasks import Outcome, Task
from engine.server.warming import warm_up

if TYPE_CHECKING:
    from engine.chat import ChatBackend

REPLY_BYTES = MAX_LINE_BYTES * 3 // 4
VERSIONED = ("torch", "transformers", "peft", "llama-cpp-python")


def questions(tell: Callable[[m.Event], None] = lambda event: None) -> dict[str, Question]:
    """The quick commands. Those about data share what was read of it; counting has a thread of its own, so that no
    page waits for it. ``tell`` is given how far long answers are."""
    desk = DataDesk(tell)
    return {
        "hello": Question(hello, "instant"),
        "schema": Question(schema, "instant"),
        "recipe.check": Question(check_recipe, "instant"),
        "recipe.import": Question(import_config),
        "recipe.export": Question(export_config),
        "doctor": Question(doctor),
        "places.look": Question(look_at_places),
        "engine.warm": Question(warm_up, "heavy"),
        "about.works": Question(about.list_works),
        "about.licence": Question(about.read_licence),
        "about.update": Question(about.look_for_update, "network"),
        "models": Question(models),
        "models.allow_code": Question(allow_code),
        "models.code": Question(show_code),
        "models.fit": Question(weigh, "counting"),
        "models.look_up": Question(look_up, "network"),
        "models.downloads": Question(list_downloads),
        "models.drop_download": Question(drop_download),
        "server.models": Question(server_models, "network"),
        "export.sizes": Question(export_sizes),
        "data.inspect": Question(desk.inspect, "heavy", desk.hear),
        "data.preview": Question(desk.preview, "heavy", desk.hear),
        "data.statistics": Question(desk.statistics, "counting", desk.hear),
        "data.find": Question(desk.find, "heavy", desk.hear),
        "data.effects": Question(desk.effects, "heavy", desk.hear),
        "data.suggest_steps": Question(desk.suggest_steps, "heavy", desk.hear),
        "data.versions": Question(list_versions),
        "data.expand": Question(expand),
        "evaluate.report": Question(write_report),
        "plan": Question(desk.plan, "counting", desk.hear),
        "advise": Question(desk.advise, "counting", desk.hear),
        "advise.stop": Question(desk.stop_advice, "instant"),
        "search.list": Question(list_searches),
    }


def task_openers() -> dict[str, Callable[[Any], Task]]:
    """The jobs; the two of the chat share one loaded model."""
    chat = ChatSeat()
    return {
        "starter.install": lambda command: tasks.starter_task(),
        "models.convert": lambda command: model_tasks.conversion(command.path),
        "models.download": model_tasks.download,
        **runtime_tasks.OPENERS,
        "run.start": start_run,
        "plan.try": lambda command: tasks.try_task(parse_recipe(command.recipe), anyway=command.anyway),
        "run.keep": lambda command: tasks.keep_task(command.run_dir),
        "merge.start": lambda command: tasks.merge_task(command.run_dir, out=command.out, wishes=command),
        "export.start": lambda command: tasks.export_task(
            command.run_dir, targets=command.targets, out=command.out, verify=command.verify
        ),
        "data.build": lambda command: tasks.build_task(
            parse_recipe(command.recipe),
            out=command.out,
            file_type=command.file_type,
            form=command.form,
            licence=command.licence,
            guard=command.guard,
        ),
        "evaluate.start": lambda command: tasks.evaluate_task(command.run_dir, wish=command.wish),
        "chat.load": chat.load,
        "chat.send": chat.send,
        "api.start": api_task,
        "search.start": start_search,
    }


# ---------------------------------------------------------------- questions


def hello(command: m.Hello) -> Ready:
    """Who is here; imports nothing that is slow."""
    if command.protocol != m.PROTOCOL_VERSION:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            f"The app speaks protocol {command.protocol}, this engine {m.PROTOCOL_VERSION}",
            hint="Install the app and the engine of the same version.",
        )
    return Ready(
        protocol=m.PROTOCOL_VERSION,
        versions={**versions(), **launchers()},
        devices=devices(),
        pid=os.getpid(),
    )


def versions() -> dict[str, str]:
    """Of Luthier and of the libraries that decide a result, read without importing them."""
    found = {"luthier": __version__}
    for name in VERSIONED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def launchers() -> dict[str, str]:
    """Servers of models that are installed, by name."""
    from engine.models.servers import found_launchers

    return dict.fromkeys(found_launchers(), "installed")


def schema(command: m.GetSchema) -> SchemaReply:
    """Everything a form needs."""
    return schema_reply()


def doctor(command: m.Doctor) -> DoctorReport:
    """The state of this computer."""
    return examine()


def models(command: m.ListModels) -> ModelList:
    """The models on this computer."""
    from engine.models.inspect import list_models

    return list_models(tuple(Path(folder) for folder in command.folders))


def weigh(command: WeighModel) -> ModelFit:
    """How a model suits this computer."""
    from engine.train.model_fit import fit_of

    return fit_of(command.path)


def look_up(command: LookUpModel) -> HubModel:
    """What a hub has."""
    from engine.models.hub_offer import look_up as ask

    return ask(command.name, revision=command.revision, hub=command.hub, endpoint=command.endpoint)


def list_downloads(command: ListDownloads) -> Downloads:
    """What was broken off."""
    from engine.models.hub_offer import downloads

    return Downloads(items=downloads())


def drop_download(command: DropDownload) -> Downloads:
    """Throw the rest of one away."""
    from engine.models.hub_offer import downloads
    from engine.models.hub_offer import drop_download as drop

    drop(command.name, command.hub)
    return Downloads(items=downloads())


def show_code(command: ShowCode) -> ModelCode:
    """The code of a model's folder."""
    from engine.models.code_reading import read_code

    return read_code(command.path, command.file)


def allow_code(command: m.AllowCode) -> Result:
    """A permission for a folder's code."""
    from engine.models.consent import allow, withdraw

    if command.allowed:
        allow(Path(command.path), command.digest)
    else:
        withdraw(command.digest)
    return Result()


def server_models(command: m.ListServer) -> ServerModels:
    """What another server has."""
    from engine.chat.endpoint import Endpoint

    endpoint = Endpoint.parse(command.url, command.key)
    return ServerModels(url=endpoint.url, models=endpoint.models())


def write_report(command: WriteReport) -> WrittenReport:
    """The evaluation of a run as a page."""
    from engine.evaluate.page import write_report as write

    target = Path(command.path).expanduser()
    place = write(find_run(command.run_dir), target, language=command.language, form=command.form)
    return WrittenReport(path=str(place))


def expand(command: m.ExpandData) -> ExpandedData:
    """The dataset files behind paths."""
    from engine.data.expand import expand as files_of

    return files_of(command.paths)


def list_versions(command: m.ListVersions) -> DatasetVersions:
    """The kept versions of datasets."""
    from engine.data.versions import list_versions as kept

    return kept()


def list_searches(command: ListSearches) -> Searches:
    """The searches that were kept."""
    from engine.search.store import list_searches as kept

    return Searches(items=kept())


def check_recipe(command: m.CheckRecipe) -> RecipeCheck:
    """The completed recipe, or every fault."""
    base = Path(command.base_dir) if command.base_dir else None
    try:
        recipe = parse_recipe(command.recipe, base_dir=base)
    except UserError as error:
        if error.info.code is not ErrorCode.RECIPE_INVALID or not error.info.fields:
            raise
        return RecipeCheck(errors=error.info.fields)
    faults = broken_limits(recipe)
    return RecipeCheck(errors=faults, recipe=None if faults else recipe.model_dump(mode="json"))


def export_sizes(command: m.PredictExport) -> ExportSizes:
    """About how large each form of a run becomes."""
    from engine.export.run import sizes

    return sizes(find_run(command.run_dir))


def import_config(command: m.ImportConfig) -> ImportedConfig:
    """A configuration of another program."""
    from engine.migrate.convert import import_config as convert

    return convert(Path(command.path))


def export_config(command: ExportConfig) -> ExportedConfig:
    """A recipe for another program."""
    from engine.migrate.exporting import export_recipe

    return export_recipe(parse_recipe(command.recipe), command.form, Path(command.path))


# ---------------------------------------------------------------- jobs


def start_run(command: m.StartRun) -> Task:
    """Training; a resumed run may leave its recipe out, it is in its folder."""
    recipe: RecipeBase
    if command.resume and not command.recipe and command.run_dir:
        recipe = load_recipe(Path(command.run_dir) / RECIPE)
    else:
        recipe = parse_recipe(command.recipe)
    return tasks.train_task(recipe, run_dir=command.run_dir, resume=command.resume)


class ChatSeat:
    """Holds the one model of this process that is talked to."""

    def __init__(self) -> None:
        self._backend: ChatBackend | None = None
        self._count = itertools.count(1)

    def load(self, command: m.LoadChat) -> Task:
        """Replace the model by another one."""

        def work(job: Job) -> Outcome:
            from engine.chat import open_chat
            from engine.server.room import require_room

            if self._backend is not None:
                self._backend.close()
                self._backend = None
            with job.phase("load", command.model):
                if not command.anyway:
                    require_room(
                        command.model,
                        context_tokens=command.context_tokens,
                        reserved_bytes=command.reserved_bytes,
                        patience_s=command.patience_s,
                    )
                self._backend = open_chat(
                    command.model, context_tokens=command.context_tokens, key=command.key
                )
            return Outcome(result={"model": command.model}, paths={"model": command.model})

        return Task(kind="chat.load", run="chat.load", work=work)

    def send(self, command: m.SendChat) -> Task:
        """Answer a conversation, piece by piece."""
        backend = self._backend
        if backend is None:
            raise UserError(ErrorCode.BAD_COMMAND, "No model is loaded to talk to", hint="Load one first.")

        def work(job: Job) -> Outcome:
            reply = backend.send(
                command.messages,
                command.sampling,
                on_text=lambda text: job.emit(m.Text(text=text)),
                should_stop=lambda: job.wish() is not None,
            )
            return Outcome(result=reply.model_dump(mode="json"))

        return Task(kind="chat", run=f"chat-{next(self._count)}", work=work)
