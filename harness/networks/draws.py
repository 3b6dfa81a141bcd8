"""Random numbers by name: what is drawn under one name moves nothing drawn under another."""

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Draws:
    """A generator per name, all from one root; ``within`` puts a prefix before the names."""

    root: int
    prefix: str = ""

    @classmethod
    def by(cls, rng: np.random.Generator) -> "Draws":
        """With a root that ``rng`` draws."""
        return cls(int(rng.integers(2**63)))

    def within(self, prefix: str) -> "Draws":
        """The same root, names that begin with one more prefix."""
        return Draws(self.root, f"{self.prefix}{prefix}")

    def __call__(self, name: str) -> np.random.Generator:
        """The generator of a name, at its beginning."""
        return np.random.default_rng([self.root, zlib.crc32(f"{self.prefix}{name}".encode())])
