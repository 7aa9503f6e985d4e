"""LLaMA-Factory's options and words beside ours, once for both directions: ``llama_factory`` reads configurations with
them and ``to_llama_factory`` writes some."""

from collections.abc import Mapping

# its option: our option
PLAIN = {
    "model_revision": "model.revision",
    "cutoff_len": "data.cutoff_len",
    "max_samples": "data.max_samples",
    "train_on_prompt": "data.train_on_prompt",
    "per_device_train_batch_size": "optim.per_device_train_batch_size",
    "gradient_accumulation_steps": "optim.gradient_accumulation_steps",
    "learning_rate": "optim.learning_rate",
    "num_train_epochs": "optim.num_train_epochs",
    "weight_decay": "optim.weight_decay",
    "max_grad_norm": "optim.max_grad_norm",
    "adam_beta1": "optim.adam_beta1",
    "adam_beta2": "optim.adam_beta2",
    "adam_epsilon": "optim.adam_epsilon",
    "output_dir": "run.output_dir",
    "run_name": "name",
    "seed": "run.seed",
    "logging_steps": "run.logging_steps",
    "save_total_limit": "run.save_total_limit",
}
LORA = {
    "lora_rank": "method.rank",
    "lora_alpha": "method.lora_alpha",
    "lora_dropout": "method.lora_dropout",
    "lora_target": "method.target_modules",
    "additional_target": "method.modules_to_save",
    "use_rslora": "method.use_rslora",
    "use_dora": "method.use_dora",
    "loraplus_lr_ratio": "method.loraplus_lr_ratio",
}
OFT = {
    "oft_block_size": "method.oft_block_size",
    "oft_target": "method.target_modules",
    "module_dropout": "method.module_dropout",
}
FREEZE = {
    "freeze_trainable_layers": "method.freeze_trainable_layers",
    "freeze_trainable_modules": "method.freeze_trainable_modules",
    "freeze_extra_modules": "method.freeze_extra_modules",
}
METHOD_OPTIONS: Mapping[str, Mapping[str, str]] = {"lora": LORA, "oft": OFT, "freeze": FREEZE, "full": {}}
OBJECTIVE_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "sft": {
        "neftune_noise_alpha": "objective.neftune_noise_alpha",
        "label_smoothing_factor": "objective.label_smoothing",
    },
    "dpo": {
        "pref_beta": "objective.beta",
        "pref_ftx": "objective.sft_weight",
        "dpo_label_smoothing": "objective.label_smoothing",
        "simpo_gamma": "objective.simpo_gamma",
    },
    "kto": {
        "pref_beta": "objective.beta",
        "kto_chosen_weight": "objective.desirable_weight",
        "kto_rejected_weight": "objective.undesirable_weight",
    },
    "ppo": {
        "ppo_epochs": "objective.num_iterations",
        "ppo_target": "objective.kl_target",
        "max_new_tokens": "objective.max_completion_tokens",
    },
}

# its word: our word; where several of its words say the same, the first one is written
STAGES = {"sft": "sft", "pt": "pt", "dpo": "dpo", "kto": "kto", "rm": "rm", "ppo": "ppo"}
METHODS = {"lora": "lora", "full": "full", "freeze": "freeze", "oft": "oft"}
OPTIMIZERS = {
    "adamw_torch": "adamw", "adamw_torch_fused": "adamw", "adamw_hf": "adamw", "adamw_8bit": "adamw_8bit",
    "adamw_bnb_8bit": "adamw_8bit", "paged_adamw_8bit": "paged_adamw_8bit", "lion_32bit": "lion", "lion_8bit": "lion_8bit",
    "adafactor": "adafactor", "sgd": "sgd", "schedule_free_adamw": "schedule_free_adamw",
}  # fmt: skip
SCHEDULES = {
    word: word for word in ("linear", "cosine", "constant", "constant_with_warmup", "warmup_stable_decay")
}
LOSSES = {"sigmoid": "sigmoid", "hinge": "hinge", "ipo": "ipo", "orpo": "orpo", "simpo": "simpo"}
KERNELS = {"auto": "auto", "disabled": "eager", "sdpa": "sdpa", "fa2": "flash_attention_2"}
MIXES = {
    "concat": "concatenate",
    "interleave_under": "interleave_under",
    "interleave_over": "interleave_over",
    "interleave_once": "interleave_once",
}


def turned(words: Mapping[str, str]) -> dict[str, str]:
    """Ours to theirs; the first of several words that say the same."""
    return {ours: theirs for theirs, ours in reversed(list(words.items()))}
