"""A task's figures and its picture."""
