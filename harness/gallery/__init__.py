"""Gallery: a page per cell and per task, generated from their source files by ``make docs``.

Not shipped: the docs are generated in a checkout.
"""
