"""Code generation: a program as NumPy source, and as the source of a compiled loop."""
