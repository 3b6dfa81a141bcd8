"""What figures are held to, and whether they kept to it."""

from dataclasses import dataclass, field

LSTM, EAGER, JAX, LIMIT = "torch.nn.LSTM", "torch eager", "jax.lax.scan", "arithmetic limit"
GOALS = {
    LSTM: 1.0,  # times the cell's work, where that is above an LSTM's
    LIMIT: 1.5,  # for a cell that cannot keep to the first
    EAGER: 0.6,
    "first training step": 3.0,  # seconds
    "the same, cached": 0.3,  # seconds
    "memory of a worker": 600.0,  # megabytes
    "search and tracking": 0.08,  # of the wall time
    "drawing a batch": 0.05,  # of an update
}


@dataclass
class Verdicts:
    """How many figures kept to each goal."""

    counts: dict = field(default_factory=dict)

    def count(self, goal, met):
        good, all_ = self.counts.get(goal, (0, 0))
        self.counts[goal] = (good + met, all_ + 1)

    def mark(self, goal, value, text):
        """The text of a figure, marked if it misses its goal."""
        met = value <= GOALS[goal]
        self.count(goal, met)
        return f"[green]{text}[/green]" if met else f"[bold red]{text} ✗[/bold red]"

    def line(self):
        """How many goals were met, of each kind."""
        missed = sum(total - good for good, total in self.counts.values())
        parts = [f"{goal} {good} of {total}" for goal, (good, total) in self.counts.items()]
        return f"within goals: {', '.join(parts)}; {f'{missed} missed' if missed else 'all met'}"


def judged(row):
    """(goal, met): what a row of ``steps`` is held to, and whether it kept to it.

    The LSTM's time, times the cell's work where that is above an LSTM's; if it takes longer and
    has a reason, its own arithmetic limit.
    """
    if row[LSTM] <= GOALS[LSTM] * max(1.0, row["work"]):
        return LSTM, True
    if reason(row):
        return LIMIT, row[LIMIT] <= GOALS[LIMIT]
    return LSTM, False


def reason(row):
    """Why a cell may need longer than its multiply-adds say; empty for most."""
    counts = {
        "a chain of {} products": row["chain"] if row["chain"] > 1 else 0,
        "{} functions of all units": row["over_units"],
    }
    return ", ".join(text.format(n) for text, n in counts.items() if n)
