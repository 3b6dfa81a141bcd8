"""The hyperparameter search: everything that uses Optuna."""
