"""Functions that compiled loops call: elementwise functions, products, reductions, masks."""
