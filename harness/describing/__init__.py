"""Descriptions of cells and tasks, as text: docstrings, sizes, initial values."""
