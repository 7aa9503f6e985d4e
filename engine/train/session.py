"""One training session in memory: model, optimizer, random state, and how they go into a checkpoint and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from engine.contract.recipe import RecipeBase
from engine.data.examples import Example
from engine.data.pack import Batch, make_batch
from engine.kernels.names import HEAD
from engine.methods.base import Method
from engine.models.load import let_go_of_files, load_base, pick_device
from engine.objectives.base import Objective
from engine.train.allocator import leave_no_crumbs
from engine.train.checkpoint import LoopState, Snapshot
from engine.train.combination import check_combination
from engine.train.optim import build_optimizer
from engine.train.optimizers import Optimizers

if TYPE_CHECKING:
    import torch
    from accelerate import Accelerator
    from torch import nn


@dataclass(slots=True)
class Session:
    """What a training step works on. ``names`` are the trained parameters in the model's order."""

    recipe: RecipeBase
    accelerator: "Accelerator"
    model: "nn.Module"
    method: Method
    objective: Objective
    optimizer: Optimizers
    trained: "dict[str, nn.Parameter]"
    random_at_step_start: "dict[str, torch.Tensor]"

    @property
    def device(self) -> "torch.device":
        """Where the model computes."""
        return self.accelerator.device

    def batch(self, examples: Sequence[Example], *, pad_id: int) -> Batch:
        """``examples`` as one micro-batch where the model computes."""
        return make_batch(examples, packing=self.recipe.data.packing, pad_id=pad_id, device=self.device)

    def snapshot(self, state: LoopState, *, random: "dict[str, torch.Tensor] | None" = None) -> Snapshot:
        """A checkpoint's content; ``random`` replaces the present random state (a step broken off)."""
        return Snapshot(
            weights={name: parameter.data for name, parameter in self.trained.items()},
            optimizer=self.optimizer.state_tensors(self.trained),
            random=random if random is not None else random_state(),
            state=state,
            method=self.method.state(self.model),
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Continue exactly where ``snapshot`` was taken."""
        self.restore_weights(snapshot)
        self.optimizer.restore(self.trained, snapshot.optimizer)
        set_random_state(snapshot.random)

    def restore_weights(self, snapshot: Snapshot) -> None:
        """Take only the trained weights of ``snapshot``, and what the method keeps of them."""
        import torch

        with torch.no_grad():
            for name, parameter in self.trained.items():
                parameter.copy_(snapshot.weights[name])
        self.method.restore(self.model, snapshot.method)


def open_session(recipe: RecipeBase) -> Session:
    """Load the base, apply the method and build the optimizer; the same recipe gives the same session.

    Raises:
        UserError: the base model cannot be loaded, or a thread count, method or quantization does not fit it.
    """
    check_combination(recipe)
    leave_no_crumbs()
    import torch
    from accelerate import Accelerator

    if recipe.run.num_threads is not None:
        torch.set_num_threads(recipe.run.num_threads)
    torch.manual_seed(recipe.run.seed)
    device = pick_device()
    bf16 = (
        device.type == "cuda"
        and torch.cuda.is_bf16_supported()
        and recipe.model.dtype in ("auto", "bfloat16")
    )
    accelerator = Accelerator(cpu=device.type == "cpu", mixed_precision="bf16" if bf16 else "no")
    method, objective = cast(Method, recipe.method), cast(Objective, recipe.objective)
    model = method.apply(_base_for(recipe, method, accelerator.device), seed=recipe.run.seed)
    if recipe.model.quantization != "none" or method.rewrites_base:
        let_go_of_files(model)
    objective.prepare(model, seed=recipe.run.seed)
    if recipe.model.gradient_checkpointing:
        options = {"use_reentrant": False}
        cast(Any, model).gradient_checkpointing_enable(gradient_checkpointing_kwargs=options)
    model.train()
    groups = method.parameter_groups(model, learning_rate=recipe.optim.learning_rate)
    return Session(
        recipe=recipe,
        accelerator=accelerator,
        model=model,
        method=method,
        objective=objective,
        optimizer=build_optimizer(groups, recipe.optim, embeddings=_ends_of(model)),
        trained={name: p for name, p in model.named_parameters() if p.requires_grad},
        random_at_step_start=random_state(),
    )


def _base_for(recipe: RecipeBase, method: Method, device: "torch.device") -> "nn.Module":
    """The base model; whole-model methods hold float32 weights unless the recipe names a type."""
    section = recipe.model
    if not method.adapter and section.dtype == "auto":
        section = section.model_copy(update={"dtype": "float32"})
    return load_base(section, device=device)


def _ends_of(model: "nn.Module") -> set[int]:
    """Ids of the parameters that stand at the model's ends: the embedding, the output head, an objective's head."""
    causal = cast(Any, model)
    parts = (causal.get_input_embeddings(), causal.get_output_embeddings(), getattr(model, HEAD, None))
    return {id(parameter) for part in parts if part is not None for parameter in part.parameters()}


def random_state() -> "dict[str, torch.Tensor]":
    """The state of torch's generators by device (uint8)."""
    import torch

    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states |= {f"cuda{index}": state for index, state in enumerate(torch.cuda.get_rng_state_all())}
    return states


def set_random_state(states: "dict[str, torch.Tensor]") -> None:
    """Bring torch's generators back to ``states``; devices that are not here are passed over."""
    import torch

    torch.set_rng_state(states["cpu"])
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            if f"cuda{index}" in states:
                torch.cuda.set_rng_state(states[f"cuda{index}"], index)
