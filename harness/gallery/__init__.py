"""Gallery: a page per cell and per task, made from their own files; see ``make docs``.

Not shipped: docs are made in a checkout.
"""
