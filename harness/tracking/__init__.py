"""The log of a study: all that knows MLflow."""
