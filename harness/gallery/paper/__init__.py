"""The paper, docs/lstm.pdf: made from the cells, from the tests' oracles and from docs/results.

The text is in docs/paper, in Typst's language. It takes every equation and every number from
``facts``, so that none is typed twice.
"""
