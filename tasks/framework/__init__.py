"""The framework of tasks: the base class, batches, scores, the registry."""
