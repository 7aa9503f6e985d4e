"""LM Studio: a GGUF where that program looks for models, by publisher and name."""

from pathlib import Path

from engine.export.base import ExportContext
from engine.export.gguf import write_gguf
from engine.export.gguf_target import GgufTarget
from engine.export.placing import link_or_copy
from engine.export.reference import Reference
from engine.export.verify import Replay, open_replay
from engine.models.inspect import lm_studio_folders

PUBLISHER = "luthier"


class LmStudio(GgufTarget, kind="lm_studio", title="LM Studio"):
    """A folder as LM Studio orders models; where it is installed the model is in its list afterwards."""

    def write(self, context: ExportContext) -> Path:
        """The GGUF under publisher and name."""
        file = write_gguf(context, self.type)
        folder = context.work / f"{context.name}-lm-studio-{self.type}"
        place = folder / PUBLISHER / context.name
        place.mkdir(parents=True)
        file.rename(place / file.name)
        return folder

    def replay(self, result: Path, context: ExportContext, reference: Reference) -> Replay:
        """Through llama.cpp, which is LM Studio's engine."""
        (file,) = result.rglob("*.gguf")
        return open_replay(file, engine="llama.cpp", tuned=context.tuned, reference=reference)

    def deliver(self, path: Path, context: ExportContext) -> str:
        """A hard link in LM Studio's own folder, or a copy where that is on another disk."""
        models = next((folder for folder in lm_studio_folders() if folder.is_dir()), None)
        if models is None:
            return "Copy its contents into LM Studio's folder of models."
        (file,) = path.rglob("*.gguf")
        target = models / file.relative_to(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with context.job.phase("deliver", "lm_studio"):
            part = target.with_name(f".{target.name}.part")
            part.unlink(missing_ok=True)
            link_or_copy(file, part)
            part.replace(target)
        return f"LM Studio has it as {PUBLISHER}/{context.name}."
