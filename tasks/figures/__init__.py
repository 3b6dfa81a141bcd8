"""A task in figures and as a picture."""
