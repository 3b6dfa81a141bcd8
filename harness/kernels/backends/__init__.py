"""Execution of a rendering: plain NumPy, and the compiled loop with its cache."""
