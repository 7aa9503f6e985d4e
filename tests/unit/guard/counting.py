"""What the guard counts: things that cost time or memory on every machine, none of which is measured in seconds.

    python tests/unit/guard/counting.py            # what is counted now, beside the table
    python tests/unit/guard/counting.py --renew    # write the table anew

Renew the table when a change costs more on purpose, or when something has become cheaper, and say in the commit what and why.
Operators, FLOPs and bytes are those of one step on a random two-layer model; modules are those that are loaded when a
program can first answer.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
TABLE = Path(__file__).with_name("figures.json")
STEPS, COUNTED = 6, 3  # of the run, and the step that is counted (the first ones also set things up)

MODULES = {
    "engine_version": """
from engine.__main__ import main
try:
    main(["--version"])
except SystemExit:
    pass
""",
    "engine_answers": """
from engine.contract.messages import GetSchema, Hello
from engine.server import serve
asked = serve.questions()
asked["hello"].answer(Hello())
asked["schema"].answer(GetSchema())
""",
    "engine_run_opened": """
from engine.registry import parse_recipe, schema_reply
from engine.server import serve
serve.task_openers()
parse_recipe(schema_reply().default_recipe)
""",
    "window_shown": """
import os
from pathlib import Path
(Path(os.environ["LUTHIER_HOME"]) / "preferences.ini").write_text("[General]\\nwelcomed=true\\n")
from app.main import build
app = build([])
app.window.show()
app.window.repaint()
""",
}


def modules(name: str, home: Path) -> int:
    """Modules that are loaded at the end of a program of ``MODULES``."""
    home.mkdir(parents=True, exist_ok=True)
    code = (
        MODULES[name]
        + "\nimport os, sys\nos.write(2, f'modules={len(sys.modules)}\\n'.encode())\nos._exit(0)\n"
    )
    environment = {**os.environ, "LUTHIER_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return int(done.stderr.rpartition("modules=")[2])


def recipe_of(folder: Path, model: Path, method: dict[str, Any]) -> Any:
    """The same rows and the same steps for every method."""
    from engine.registry import parse_recipe

    rows = [
        {"instruction": f"Say {number}", "output": "It is " + "very " * number + "."} for number in range(24)
    ]
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    return parse_recipe(
        {
            "model": {"path": str(model)},
            "data": {"sources": [{"path": str(folder / "rows.json")}], "cutoff_len": 64, "shuffle": False},
            "method": method,
            "objective": {"kind": "sft"},
            "optim": {"max_steps": STEPS, "per_device_train_batch_size": 4, "gradient_accumulation_steps": 2},
            "run": {"num_threads": 1, "save_steps": 0, "eval_steps": 0},
        }
    )


def step(folder: Path, model: Path, method: dict[str, Any]) -> dict[str, int]:
    """Operators, FLOPs and the most bytes of one step of a whole run, and the events of that run."""
    from torch.utils.flop_counter import FlopCounterMode

    from engine.contract.messages import Event
    from engine.kernels.ledger import Ledger
    from engine.server.job import LiveJob
    from engine.train import loop

    folder.mkdir(parents=True, exist_ok=True)
    figures: dict[str, int] = {}
    events: list[Event] = []
    usual: Callable[[loop.Trainer], None] = loop.Trainer._step

    def counted(self: loop.Trainer) -> None:
        number = self.state.step
        if number == COUNTED:
            with operators() as calls:
                usual(self)
            figures["operators"] = calls.count
        elif number == COUNTED + 1:
            with FlopCounterMode(display=False) as flops:
                usual(self)
            figures["flops"] = flops.get_total_flops()
        elif number == COUNTED + 2:
            weights = {item.untyped_storage()._cdata for item in self.session.model.parameters()}
            with Ledger(weights) as ledger:
                usual(self)
            figures["bytes"] = ledger.highest(0, ledger.mark())[0]
        else:
            usual(self)

    loop.Trainer._step = counted  # type: ignore[method-assign]
    try:
        job = LiveJob(
            "guard", sinks=[events.append], clock=lambda: 0.0
        )  # still, so that nothing is thinned by time
        loop.train(recipe_of(folder, model, method), run_dir=folder / "run", resume=False, job=job)
    finally:
        loop.Trainer._step = usual  # type: ignore[method-assign]
    return {**figures, "events": len(events)}


def operators() -> Any:
    """Counts the calls of torch's operators while inside."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Operators(TorchDispatchMode):
        count = 0

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            self.count += 1
            return func(*args, **(kwargs or {}))

    return Operators()


METHODS: dict[str, dict[str, Any]] = {
    "lora": {"kind": "lora", "rank": 4},
    "full": {"kind": "full"},
}


def everything(folder: Path) -> dict[str, int]:
    """All figures by name."""
    sys.path.insert(0, str(ROOT))
    from tests.unit.export.tiny import make_base

    model = make_base(folder / "tiny")
    figures = {f"modules.{name}": modules(name, folder / "home" / name) for name in MODULES}
    for name, method in METHODS.items():
        figures |= {f"{name}.{what}": count for what, count in step(folder / name, model, method).items()}
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--renew", action="store_true")
    with tempfile.TemporaryDirectory() as work:
        figures = everything(Path(work))
    known = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    for name, count in figures.items():
        print(f"{name:30} {count:>12} {known.get(name, '-'):>12}")
    if parser.parse_args().renew:
        TABLE.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
