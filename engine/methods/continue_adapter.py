"""Further training of an adapter that is there already."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.models.guard import check_adapter

if TYPE_CHECKING:
    from torch import nn

    from engine.models.facts import BaseFacts

# kinds whose saved weights are all that was trained, and that PEFT opens for training again
CONTINUED = ("LORA", "IA3", "VERA", "LOHA", "LOKR", "OFT", "LN_TUNING")
WEIGHTS = "adapter_model.safetensors"


class ContinueAdapter(Method, kind="continue", title="Continue an adapter"):
    """Trains an adapter further, from Luthier or from any other PEFT program, with the options it was made with."""

    reference: ClassVar[str] = ""
    same_for_all_blocks: ClassVar[bool] = False

    adapter_path: str = option(
        title="Adapter",
        tier=Tier.BASIC,
        widget="path",
        picks="folder",
        help="Folder of the adapter, with adapter_config.json and adapter_model.safetensors.",
    )

    def refusal(self, base: "BaseFacts") -> str | None:
        """Folders that hold no adapter, and kinds that cannot be taken up again."""
        folder = Path(self.adapter_path)
        if folder.is_dir():
            try:
                check_adapter(folder)
            except UserError as error:
                return f"{error.info.message}."
        kind = str(_config(folder).get("peft_type", ""))
        if not kind or not (folder / WEIGHTS).is_file():
            return f"{folder} holds no adapter: it needs adapter_config.json and {WEIGHTS}."
        if kind not in CONTINUED:
            return f"An adapter of the kind {kind} is not saved in a form that training could go on from."
        return super().refusal(base)

    def reads_files(self) -> tuple[Path, ...]:
        """The adapter's description and its weights."""
        return Path(self.adapter_path) / "adapter_config.json", Path(self.adapter_path) / WEIGHTS

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Put the adapter into ``model``, open for training.

        Raises:
            UserError: ``RECIPE_INVALID`` when it was made for another base.
        """
        import torch
        from peft import PeftModel

        torch.manual_seed(seed)
        check_adapter(Path(self.adapter_path))
        try:
            wrapped = PeftModel.from_pretrained(cast(Any, model), self.adapter_path, is_trainable=True)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                f"The adapter in {self.adapter_path} does not fit this base model: {first}",
                hint="Choose the base model that the adapter was made for.",
                recipe_path="method.adapter_path",
            ) from None
        return cast("nn.Module", wrapped)


def _config(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
