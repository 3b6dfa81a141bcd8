"""The goals of the bench, and whether figures meet them."""

from dataclasses import dataclass, field

LSTM, EAGER, JAX, LIMIT = "torch.nn.LSTM", "torch eager", "jax.lax.scan", "arithmetic limit"
GOALS = {
    LSTM: 1.0,  # multiplied by the cell's work, if that is above an LSTM's
    LIMIT: 1.5,  # for a cell that cannot meet the first goal
    EAGER: 0.6,
    "first training step": 3.0,  # seconds
    "the same, cached": 0.3,  # seconds
    "memory of a worker": 600.0,  # megabytes
    "search and tracking": 0.07,  # of two-second trials, which is 1.5% of ten-second ones
    "search and tracking on servers": 0.134,  # which is 3% of ten-second ones
    "drawing a batch": 0.05,  # of an update
    "time on two workers": 1 / 1.9,  # of that on one
}


@dataclass
class Verdicts:
    """Counts how many figures met each goal."""

    counts: dict = field(default_factory=dict)

    def count(self, goal, met):
        good, all_ = self.counts.get(goal, (0, 0))
        self.counts[goal] = (good + met, all_ + 1)

    def mark(self, goal, value, text):
        """The text of a figure, coloured, and marked if it misses its goal."""
        met = value <= GOALS[goal]
        self.count(goal, met)
        return f"[green]{text}[/green]" if met else f"[bold red]{text} ✗[/bold red]"

    def line(self):
        """One line: how many figures met each goal."""
        if not self.counts:
            return "no goals for what was measured"
        missed = sum(total - good for good, total in self.counts.values())
        parts = [f"{goal} {good} of {total}" for goal, (good, total) in self.counts.items()]
        return f"within goals: {', '.join(parts)}; {f'{missed} missed' if missed else 'all met'}"


def judged(row):
    """(goal, met): the goal that applies to a row of ``steps``, and whether it is met.

    The goal is the LSTM's time, multiplied by the cell's work if that is above an LSTM's. A cell
    that takes longer for a known reason is compared with its own arithmetic limit.
    """
    if row[LSTM] <= GOALS[LSTM] * max(1.0, row["work"]):
        return LSTM, True
    if reason(row):
        return LIMIT, row[LIMIT] <= GOALS[LIMIT]
    return LSTM, False


def reason(row):
    """Why a cell may take longer than its multiply-adds suggest; empty for most cells."""
    counts = {
        "a chain of {} products": row["chain"] if row["chain"] > 1 else 0,
        "{} functions of all units": row["over_units"],
    }
    return ", ".join(text.format(n) for text, n in counts.items() if n)
