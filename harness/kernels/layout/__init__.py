"""The order of computation and the layout of memory."""
