"""Declares the commands and their arguments, and turns what they raise into a sentence and an exit code."""

import argparse
import logging
import os
import warnings
from collections.abc import Sequence
from io import FileIO
from pathlib import Path

from engine import __version__
from engine.cli import advice, api, data, evaluation, models, results, runtimes, search, system, training
from engine.cli.foreground import FAILED, INTERRUPTED, USAGE, exit_code
from engine.cli.output import Output
from engine.contract.advice import GOALS
from engine.contract.errors import UserError
from engine.contract.library_version import refuse_newer
from engine.contract.paths import HOME_VARIABLE, data_dir
from engine.contract.search import PRUNERS
from engine.server.failures import error_info

ANY_LIBRARY = (system.doctor, system.schema)  # these only look
Parsers = argparse._SubParsersAction  # type: ignore[type-arg]


def run(argv: Sequence[str], *, claimed: FileIO | None) -> int:
    """Carry out one command line; ``claimed`` is the real stdout when a machine reads it."""
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE
    if getattr(arguments, "home", None):
        os.environ[HOME_VARIABLE] = str(Path(arguments.home).expanduser().resolve())
    output = Output(claimed)
    if arguments.command not in ANY_LIBRARY:
        try:
            refuse_newer(data_dir(), program=__version__)
        except UserError as error:
            output.failure(error.info)
            return FAILED
    if arguments.command is not system.serve:
        _quieten()
    try:
        code: int = arguments.command(arguments, output)
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `luthier-engine doctor | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILED
    except Exception as error:  # the process boundary
        info = error_info(error)
        output.failure(info)
        return exit_code(info)


def _quieten() -> None:
    """Libraries' remarks are not the command's output."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.setLevel(logging.WARNING)  # a run's log may say more than the terminal
    for name in ("transformers", "peft", "accelerate", "datasets", "py.warnings"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(True)
    warnings.simplefilter("ignore")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")


def build_parser() -> argparse.ArgumentParser:
    """All commands; also read by the documentation and by shell completion."""
    parser = argparse.ArgumentParser(prog="luthier-engine", description="The training engine of Luthier.")
    parser.add_argument("--version", action="version", version=f"luthier-engine {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_training(commands)
    _add_advice(commands)
    _add_data(commands)
    _add_results(commands)
    _add_evaluation(commands)
    _add_system(commands)
    runtimes.add_to(commands)
    return parser


def _add_training(commands: Parsers) -> None:
    it = commands.add_parser("run", help="train a recipe")
    _recipe(it)
    it.add_argument("--resume", action="store_true", help="go on from the newest good checkpoint")
    it.add_argument(
        "--overwrite", action="store_true", help="throw away the run that is in the output folder"
    )
    _json(it, "print the protocol's events, one a line")
    it.set_defaults(command=training.run_recipe)

    it = commands.add_parser("plan", help="memory, disk and time of a recipe, before it runs")
    _recipe(it)
    it.add_argument(
        "--changes",
        action="store_true",
        help="say also where it fits what would take less memory, and the price",
    )
    it.add_argument(
        "--dry-run",
        action="store_true",
        help="load the model, make one step on the longest batch, and correct the plan by what it took",
    )
    it.add_argument(
        "--anyway", action="store_true", help="with --dry-run: also where the plan says it does not fit"
    )
    _json(it)
    it.set_defaults(command=training.plan)

    it = commands.add_parser("import", help="a configuration of LLaMA-Factory, Axolotl or TRL as a recipe")
    it.add_argument("file", help="its YAML or JSON file")
    it.add_argument("--out", help="write the recipe to this file")
    _json(it)
    it.set_defaults(command=training.import_config)

    it = commands.add_parser("recipe", help="a recipe as a configuration or a script for other programs")
    _recipe(it)
    it.add_argument("--as", dest="form", required=True, metavar="FORM", help="llamafactory or script")
    it.add_argument("--out", required=True, metavar="FILE", help="write it to this file")
    _json(it)
    it.set_defaults(command=training.export_config)


def _add_advice(commands: Parsers) -> None:
    it = commands.add_parser("advise", help="stage, method and options for a model, its data and a goal")
    it.add_argument(
        "recipe", metavar="RECIPE", nargs="?", help="YAML or JSON file; or name --model and --data"
    )
    it.add_argument("--model", metavar="MODEL", help="folder of the base model; default: starter")
    it.add_argument("--data", metavar="FILE", action="append", default=[], help="a dataset file or folder")
    it.add_argument(
        "--goal", choices=GOALS, default="style", help="what the training is for (default: style)"
    )
    it.add_argument(
        "--set", action="append", default=[], metavar="A.B=C", dest="overrides", help="change one option"
    )
    it.add_argument("--out", metavar="FILE", help="write the proposed recipe to this file")
    _json(it)
    it.set_defaults(command=advice.advise)

    it = commands.add_parser(
        "search", help="trials of a recipe over chosen options, judged by the held-out loss"
    )
    it.add_argument("recipe", metavar="RECIPE", nargs="?", help="YAML or JSON file")
    it.add_argument(
        "--set", action="append", default=[], metavar="A.B=C", dest="overrides", help="change one option"
    )
    it.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="A.B=RANGE",
        help="vary an option: a.b=1e-5:1e-3:log, a.b=4,8,16, or a.b for what its declaration leaves",
    )
    it.add_argument("--trials", type=int, default=20, metavar="N", help="default: 20")
    it.add_argument(
        "--pruner", choices=PRUNERS, default="median", help="which trials end early (default: median)"
    )
    it.add_argument("--seed", type=int, default=42, help="of the proposals (default: 42)")
    it.add_argument("--out", metavar="DIR", help="default: a new folder among Luthier's searches")
    it.add_argument("--resume", metavar="DIR", help="go on with the search in this folder")
    _json(it)
    it.set_defaults(command=search.search)


def _add_data(commands: Parsers) -> None:
    parts = commands.add_parser("data", help="look at datasets").add_subparsers(
        required=True, metavar="COMMAND"
    )

    it = parts.add_parser("inspect", help="format, columns, rejected rows and statistics of dataset files")
    _files(it, "FILE", "dataset files, folders or archives")
    it.add_argument("--model", metavar="MODEL", help="also count tokens, as this model sees them")
    _json(it)
    it.set_defaults(command=data.inspect)

    it = parts.add_parser("build", help="clean, split and write a dataset with its card")
    _data(it)
    it.add_argument(
        "--steps", metavar="STEPS", help="auto, none, names of cleaning steps (a,b,c), or JSON with options"
    )
    it.add_argument("--licence", metavar="TEXT", default="", help="stands on the card")
    it.add_argument(
        "--name", metavar="NAME", default="", help="of the dataset; default: that of its first file"
    )
    _shape(it, "default: a new version among Luthier's datasets")
    it.set_defaults(command=data.build)

    it = parts.add_parser("export", help="write dataset files in another form or file type, as they are")
    _files(it, "FILE", "dataset files, folders or archives")
    _shape(it, "default: beside each file")
    it.add_argument("--overwrite", action="store_true", help="replace files that are there")
    it.set_defaults(command=data.export)

    it = parts.add_parser("preview", help="one row as it will be trained")
    _data(it)
    it.add_argument(
        "--model", metavar="MODEL", help="whose template and tokens; default: the recipe's, or starter"
    )
    it.add_argument("--row", type=int, default=0, metavar="N", help="number of the row, from 0")
    _json(it)
    it.set_defaults(command=data.preview)

    it = parts.add_parser(
        "statistics", help="rows, turns, languages, lengths in tokens, cleaning, split sizes"
    )
    _data(it)
    it.add_argument("--model", metavar="MODEL", help="count the tokens of files as this model sees them")
    _json(it)
    it.set_defaults(command=data.statistics)

    it = parts.add_parser("versions", help="the datasets that are kept")
    _json(it)
    it.set_defaults(command=data.versions)


def _add_results(commands: Parsers) -> None:
    it = commands.add_parser("merge", help="merge a run's adapter into its base model")
    it.add_argument("run", metavar="RUN", help="folder or id of a run")
    it.add_argument("--out", metavar="DIR", help="default: merged/ in the run's folder")
    it.add_argument("--dtype", choices=("auto", "float32", "bfloat16", "float16"), default="auto")
    it.add_argument("--shard-gb", type=float, default=5.0, metavar="GB", help="largest file (default: 5)")
    it.add_argument(
        "--bin", action="store_true", help="write pytorch_model.bin, for programs that read nothing newer"
    )
    it.add_argument("--weight", type=float, default=1.0, help="of the run's own adapter (default: 1)")
    it.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="RUN=WEIGHT",
        help="another run over the same base, merged along",
    )
    it.add_argument(
        "--combine",
        choices=("linear", "ties", "dare_linear", "dare_ties"),
        default="linear",
        help="how several changes become one (default: linear)",
    )
    it.add_argument(
        "--density",
        type=float,
        default=0.5,
        help="share of each change that ties and dare keep (default: 0.5)",
    )
    _json(it)
    it.set_defaults(command=results.merge)

    it = commands.add_parser("export", help="write a run's result for other programs")
    it.add_argument("run", metavar="RUN", help="folder or id of a run")
    it.add_argument(
        "--to", action="append", required=True, metavar="TARGET", help="adapter, merged, gguf:q8_0, ..."
    )
    it.add_argument("--out", metavar="DIR", help="default: exports/ in the run's folder")
    it.add_argument(
        "--no-verify", action="store_true", help="do not compare the export with the trained model"
    )
    _json(it)
    it.set_defaults(command=results.export)

    it = commands.add_parser("chat", help="talk to a model")
    it.add_argument(
        "model",
        metavar="MODEL",
        help="starter, a GGUF file, a model folder, a run, or URL#NAME of a server's model",
    )
    it.add_argument("--prompt", metavar="TEXT", help="answer once and end")
    it.add_argument("--system", metavar="TEXT", default="", help="system prompt")
    it.add_argument("--temperature", type=float, help="0: always the likeliest token")
    it.add_argument("--max-tokens", type=int, help="longest answer")
    it.add_argument("--seed", type=int, help="same seed, same answer")
    it.add_argument("--context", type=int, default=4096, metavar="TOKENS", help="length of the context")
    it.add_argument("--anyway", action="store_true", help="load it also where the memory seems too small")
    _json(it)
    it.set_defaults(command=results.chat)


def _add_evaluation(commands: Parsers) -> None:
    it = commands.add_parser("evaluate", help="what training changed, measured on held-out rows")
    it.add_argument("run", metavar="RUN", help="folder or id of a run")
    it.add_argument(
        "--answers", type=int, metavar="N", help="held-out rows to answer (default: 32, at most 64)"
    )
    it.add_argument("--max-tokens", type=int, metavar="N", help="longest answer (default: 96)")
    it.add_argument("--pattern", metavar="REGEX", help="a regular expression that answers should match")
    it.add_argument(
        "--probe",
        action=argparse.BooleanOptionalAction,
        help="ask general questions too, to see what was forgotten (default: yes)",
    )
    it.add_argument(
        "--judge",
        metavar="MODEL",
        help="let this model compare the answers in pairs: a path, a run, starter, or URL#NAME of a server's model",
    )
    it.add_argument(
        "--lm-eval",
        metavar="TASKS",
        help="ask tasks of lm-eval too, where it and their data are on this computer: names or YAML files, with commas",
    )
    it.add_argument(
        "--lm-eval-limit", type=int, metavar="N", help="rows of each of these tasks (default: all)"
    )
    it.add_argument("--html", metavar="FILE", help="write the report as one HTML page too")
    it.add_argument("--kept", action="store_true", help="show the report of last time, and measure nothing")
    it.add_argument("--language", choices=("en", "zh"), help="of the page (default: the system's)")
    _json(it)
    it.set_defaults(command=evaluation.evaluate)

    it = commands.add_parser("api", help="answer other programs of this computer as OpenAI's interface does")
    it.add_argument("model", metavar="MODEL", help="starter, a GGUF file, a model folder, or a run")
    it.add_argument("--port", type=int, default=8615, help="default: 8615; 0: any that is free")
    it.add_argument("--context", type=int, default=4096, metavar="TOKENS", help="length of the context")
    it.add_argument("--anyway", action="store_true", help="load it also where the memory seems too small")
    it.add_argument(
        "--no-token", action="store_true", help="let every program of this computer ask, without a token"
    )
    _json(it, "print the address and the token as one JSON object")
    it.set_defaults(command=api.api)


def _add_system(commands: Parsers) -> None:
    it = commands.add_parser("serve", help="speak the protocol on stdin and stdout")
    it.set_defaults(command=system.serve)

    it = commands.add_parser("doctor", help="look over this computer")
    _json(it)
    it.set_defaults(command=system.doctor)

    it = commands.add_parser("schema", help="every option, as JSON Schema")
    _json(it)
    it.set_defaults(command=system.schema)

    it = commands.add_parser("models", help="the models on this computer")
    it.add_argument("folders", nargs="*", metavar="FOLDER", help="further places to look")
    _json(it)
    it.set_defaults(command=models.models)

    it = commands.add_parser("download", help="fetch a model from a hub")
    it.add_argument("name", metavar="NAME", help="organisation/model, or organisation/model/file.gguf")
    it.add_argument("--revision", default="main", help="branch, tag or commit (default: main)")
    it.add_argument("--hub", choices=("hugging_face", "modelscope"), default="hugging_face")
    it.add_argument("--endpoint", default="", metavar="URL", help="a mirror of the hub")
    _json(it)
    it.set_defaults(command=models.download)

    it = commands.add_parser("convert", help="make a GGUF file or pickled weights trainable, once")
    it.add_argument("path", metavar="PATH", help="a GGUF file, or a model folder with .bin or .pt files")
    _json(it)
    it.set_defaults(command=models.convert)

    it = commands.add_parser(
        "allow-code",
        help="let the code in a model's folder run when it is loaded, or a Python file of rewards",
    )
    it.add_argument("folder", metavar="FOLDER", help="a model's folder, or a Python file of rewards")
    it.add_argument(
        "--digest", metavar="SHA256", help="allow exactly this code; without it, the code is shown"
    )
    it.add_argument("--withdraw", action="store_true", help="take the permission back")
    _json(it)
    it.set_defaults(command=models.allow_code)

    it = commands.add_parser("convert-here")  # the child of ``convert``, not listed
    it.add_argument("source")
    it.add_argument("target")
    _json(it)
    it.set_defaults(command=models.convert_here)

    it = commands.add_parser("starter", help="install the starter model")
    _json(it)
    it.set_defaults(command=system.starter)

    it = commands.add_parser("selftest", help="import, train, export and chat once, in a temporary folder")
    _json(it)
    it.set_defaults(command=system.selftest)

    it = commands.add_parser("starter-project", help="the whole path once, with the sample dataset")
    it.add_argument("--home", metavar="DIR", help="keep models and runs there")
    _json(it)
    it.set_defaults(command=system.starter_project)


def _recipe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", metavar="RECIPE", help="YAML or JSON file")
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=C", dest="overrides", help="change one option"
    )


def _files(parser: argparse.ArgumentParser, name: str, help: str) -> None:
    parser.add_argument("files", nargs="+", metavar=name, help=help)


def _data(parser: argparse.ArgumentParser) -> None:
    _files(parser, "RECIPE|FILE", "a recipe, dataset files, or a recipe and the files to run it on")
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=C", dest="overrides", help="change one option"
    )


def _shape(parser: argparse.ArgumentParser, out: str) -> None:
    parser.add_argument("--out", metavar="DIR", help=out)
    parser.add_argument("--type", metavar="TYPE", default="jsonl", help="jsonl, parquet or csv")
    parser.add_argument("--form", metavar="FORM", default="messages", help="messages, alpaca or sharegpt")
    parser.add_argument(
        "--no-guard",
        action="store_true",
        help="leave cells of a CSV that a spreadsheet would compute as they are",
    )
    _json(parser)


def _json(parser: argparse.ArgumentParser, help: str = "print one JSON object") -> None:
    parser.add_argument("--json", action="store_true", help=help)
