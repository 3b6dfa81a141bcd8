"""A cell in words and figures: its docstring, its sizes, where its parameters start."""
