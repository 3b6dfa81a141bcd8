"""Read tables as people bring them: text, cells, numbers, time; refuse to guess."""

from .layout import Cells
from .reading import Reading
from .table import Piece, Table, read

__all__ = ["Cells", "Piece", "Reading", "Table", "read"]
