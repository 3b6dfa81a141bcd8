"""One training run: its settings, where they are drawn from, the loop."""
