"""A cell's test score and its interval, as MLflow metrics.

MLflow has no error bars. It does draw one metric against another, so the interval is three points
of ``interval/<score>``, its two ends and the score itself, all above the cell's own place
``interval/cell``: a vertical line per cell, in the cell's colour, on a logarithmic axis for errors.
"""

import math
from dataclasses import dataclass

FIRST = "answer"  # A section that MLflow, which sorts sections by name, shows before all others.


@dataclass(frozen=True)
class Score:
    """A test score to compare cells by.

    Attributes:
        metric: its name, such as "mse".
        value: the score, in the metric's unit; NaN if it cannot be given.
        low, high: ends of its interval; NaN if it has none.
        direction: "minimize" or "maximize".
    """

    metric: str
    value: float
    low: float = math.nan
    high: float = math.nan
    direction: str = "minimize"

    @property
    def key(self):
        return f"test_{self.metric}"

    @property
    def has_interval(self):
        return all(map(math.isfinite, (self.value, self.low, self.high)))

    def metrics(self):
        """{metric: number} for the first section.

        Errors also have their decimal logarithm: bars of .0001 and .0003 both read 0.00.
        """
        name = f"{FIRST}/{self.key}"
        found = {name: self.value}
        if self.has_interval:
            found |= {f"{name}_low": self.low, f"{name}_high": self.high}
        if self.direction == "minimize" and self.value > 0:
            found[f"{name}_log10"] = math.log10(self.value)
        return found

    def points(self, place):
        """[(metric, value, step)] of the interval, or of the score alone, drawn above ``place``."""
        known = [*enumerate((self.low, self.high, self.value), 1)]  # the last is the latest
        steps = [(step, value) for step, value in known if math.isfinite(value)]
        return [
            *((f"interval/{self.key}", value, step) for step, value in steps),
            *(("interval/cell", place, step) for step, _ in steps),
        ]
