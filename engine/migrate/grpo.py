"""TRL's options of GRPO, which its own configurations and Axolotl's have under the same names."""

from typing import Any

from engine.migrate.base import Draft

TELLTALE = ("num_generations", "max_completion_length", "reward_funcs", "num_iterations", "epsilon_high")
LOSSES = ("grpo", "dr_grpo", "dapo")
_PLAIN = {
    "beta": "beta",
    "epsilon": "epsilon",
    "epsilon_high": "epsilon_high",
    "num_iterations": "num_iterations",
    "num_generations": "num_generations",
    "max_completion_length": "max_completion_tokens",
    "use_bias_correction_kl": "unbiased_kl",
}
_REASONS = {
    **dict.fromkeys(
        ("temperature", "top_p", "top_k", "min_p", "repetition_penalty"),
        "Answers are drawn from the model's own probabilities, as the method assumes.",
    ),
    "reward_funcs": "Choose among the rewards of the objective, or name a Python file with a function reward.",
    "reward_weights": "Each reward of the objective has its own weight.",
    "use_vllm": "The model that is trained gives the answers itself.",
}


def grpo_options(draft: Draft, loss: Any) -> None:
    """Make ``draft`` one of GRPO; what TRL takes where nothing is said is written out, where ours is another."""
    theirs = {"kind": "grpo", "beta": 0.0, "loss": "dapo", "max_completion_tokens": 256, "unbiased_kl": True}
    draft.put("objective", theirs)
    if loss in LOSSES:
        draft.put("objective.loss", loss)
    elif loss is not None:
        draft.skip("loss_type", loss, "This loss has no counterpart.")
    below = draft.left.get("epsilon")
    if below is not None and draft.left.get("epsilon_high") is None:
        draft.put("objective.epsilon_high", below)
    for name, option in _PLAIN.items():
        draft.move(name, f"objective.{option}")
    draft.move("scale_rewards", "objective.scale_rewards", _scaled)
    judge = draft.take("reward_model_name_or_path")
    if judge:
        draft.put("objective.reward_model", str(judge))
        draft.put("objective.exact_match", 0.0)
    for name in list(draft.left):
        if name in _REASONS and draft.left[name] is not None:
            draft.skip(name, draft.left[name], _REASONS[name])


def _scaled(value: Any) -> bool:
    return {"group": True, "none": False, True: True, False: False}[value]
