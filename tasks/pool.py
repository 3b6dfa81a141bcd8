"""A stream drawn for several updates at once."""

from .data import Stream

AT_ONCE = 16  # updates


class Pool(Stream):
    """A stream for generators that walk through time step by step.

    A walk takes NumPy hardly longer for 500 sequences than for 30: what is drawn together is
    dealt out in batches, each cropped to its longest sequence.
    """

    def _fresh(self, rng, size):
        while True:
            drawn = self.draw(rng, AT_ONCE * size)
            for start in range(0, AT_ONCE * size, size):
                yield drawn.rows(slice(start, start + size)).cropped()
