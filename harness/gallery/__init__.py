"""Gallery: a page per cell and an index, made from the cells' own files; see ``make docs``."""

from .cell_pages import pages, write

__all__ = ["pages", "write"]
