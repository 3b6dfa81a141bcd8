"""The language that cells are written in: symbols, operations, the class, the registry."""
