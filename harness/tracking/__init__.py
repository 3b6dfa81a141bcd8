"""The log of a study: everything that uses MLflow."""
