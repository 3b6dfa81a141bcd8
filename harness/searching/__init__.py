"""The search for hyperparameters: all that knows Optuna."""
