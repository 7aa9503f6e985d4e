"""What a run's folder says before its first step: whether it is the same run, and which rows are held out."""

import json
from dataclasses import asdict
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase
from engine.data.examples import Prepared
from engine.registry import load_recipe


def check_same_run(recipe: RecipeBase, run_dir: Path) -> None:
    """Refuse to resume with another model, method or objective than the run began with."""
    saved_path = run_dir / "recipe.yaml"
    if not saved_path.is_file():
        return
    saved = load_recipe(saved_path)
    for section in ("model", "method", "objective"):
        if getattr(saved, section) != getattr(recipe, section):
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                f"The run in {run_dir} was started with another {section}",
                hint=f"Resume with the same {section}, or start a new run in another folder.",
                recipe_path=section,
            )


def write_held_out(run_dir: Path, data: Prepared) -> None:
    """Keep the held-out questions, for whoever asks the model later."""
    rows = [asdict(item) for item in data.held_out]
    (run_dir / "heldout.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
