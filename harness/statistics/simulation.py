"""Simulated studies whose truth is known: two cells under random search with shared draws."""

from dataclasses import dataclass

import numpy as np

OPTIMUM = (0.3, 0.3)
MIRRORED = (-0.3, -0.3)
CURVATURE = (4.0, 1.5)
#: A training fails if the first hyperparameter (a learning rate, say) is farther out than this, on
#: the side of the cell's optimum.
DIVERGING = 0.6
#: Of the variance of a test score over seeds, so much is in the validation score too.
COMMON = 0.8


@dataclass(frozen=True)
class Surface:
    """What two cells make of two hyperparameters, uniform in [-1, 1], and of a seed.

    Losses are quadratic about an optimum of height zero. Seeds add noise with standard deviation
    ``noise``, most of it common to the validation and the test score of a trial.
    """

    name: str
    shift: float = 0.0  # added to every loss of the variant, in standard deviations of the noise
    optimum: tuple = OPTIMUM  # of the variant
    narrow: float = 1.0  # the variant's curvature, in that of the reference
    failing: float = 0.0  # share of trainings that fail by chance, besides those that diverge
    step: float = 0.0  # scores come in multiples of it, as an accuracy does: ties
    heavy: bool = False  # Student's t with 3 degrees of freedom instead of normal noise
    noise: float = 0.05

    def losses(self, u):
        """(studies, 2, draws), losses without noise of the reference and of the variant.

        Args:
            u: (studies, draws, 2), hyperparameters.
        """
        centres = np.array([OPTIMUM, self.optimum])
        curvatures = np.array([CURVATURE, CURVATURE]) * np.array([[1.0], [self.narrow]])
        away = u[:, None] - centres[:, None]
        clean = (away**2 * curvatures[:, None]).sum(axis=-1)
        clean[:, 1] += self.shift * self.noise
        if self.failing:
            clean[u[:, None, :, 0] * np.sign(centres[:, :1]) > DIVERGING] = np.inf
        return clean

    def scores(self, clean, rng):
        """Validation and test losses of one training each, shaped as ``clean``; inf: it failed."""
        common, valid, test = self._draw(rng, (3, *clean.shape)) * self.noise
        own = np.sqrt(1 - COMMON)
        common = common * np.sqrt(COMMON)
        failed = rng.random(clean.shape) < self.failing
        return tuple(
            np.where(failed, np.inf, self._rounded(clean + common + own * noise))
            for noise in (valid, test)
        )

    def _draw(self, rng, shape):
        return rng.standard_t(3, shape) / np.sqrt(3) if self.heavy else rng.normal(size=shape)

    def _rounded(self, losses):
        return np.round(losses / self.step) * self.step if self.step else losses


@dataclass(frozen=True)
class Studies:
    """Many studies of two cells; arrays are (studies, 2, draws), the reference first."""

    surface: Surface
    clean: np.ndarray
    valid: np.ndarray
    test: np.ndarray

    @classmethod
    def of(cls, surface, studies, draws, rng):
        clean = surface.losses(rng.uniform(-1, 1, (studies, draws, 2)))
        return cls(surface, clean, *surface.scores(clean, rng))

    def retrained(self, configurations, seeds, rng):
        """Test losses of configurations trained again in both cells.

        Args:
            configurations: (studies, 2, k), draws that each of the cells is trained at.

        Returns:
            (studies, 2, k, seeds)
        """
        clean = np.take_along_axis(self.clean, configurations, axis=2)
        return self.surface.scores(np.repeat(clean[..., None], seeds, axis=-1), rng)[1]
