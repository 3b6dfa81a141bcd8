"""A cell as a file of its own, for another framework."""
