"""Read tables as people bring them: text, cells, numbers, time; refuse to guess."""

from .layout import Cells
from .pieces import Piece
from .reading import Reading
from .table import Table, read

__all__ = ["Cells", "Piece", "Reading", "Table", "read"]
