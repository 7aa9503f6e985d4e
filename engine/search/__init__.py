"""Hyperparameter search: Optuna proposes options, the training loop tries them, held-out rows decide."""
