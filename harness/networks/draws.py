"""Named random streams: drawing from one stream never changes what another one yields."""

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Draws:
    """One generator per name, all derived from the same root seed.

    Attributes:
        root: the seed that all streams share.
        prefix: put in front of every name.
    """

    root: int
    prefix: str = ""

    @classmethod
    def from_rng(cls, rng: np.random.Generator) -> "Draws":
        """Streams whose root seed is drawn from ``rng``."""
        return cls(int(rng.integers(2**63)))

    def within(self, prefix: str) -> "Draws":
        """The same root with ``prefix`` appended to the prefix of all names."""
        return Draws(self.root, f"{self.prefix}{prefix}")

    def __call__(self, name: str) -> np.random.Generator:
        """A fresh generator for ``name``; every call starts at the beginning of its stream."""
        return np.random.default_rng([self.root, zlib.crc32(f"{self.prefix}{name}".encode())])
