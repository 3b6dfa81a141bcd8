"""How fast is the engine, and what do search and tracking cost? Run by ``make bench``."""
