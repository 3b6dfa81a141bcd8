"""A task as figures, as a picture, as a page."""
