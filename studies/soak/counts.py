"""What has happened in a soak, in numbers and in words."""

from collections import Counter
from dataclasses import dataclass, field

from gatelab.foundation import origin


@dataclass
class Counts:
    """What has happened.

    Attributes:
        kills: {victim: how often}.
        with_checkpoints: kills while a trial at work had a checkpoint.
        studies: that came to their end and were compared.
        starts: of conductors.
        stopped: starts that ended with a line about the machine, to be started again.
        records, curves, weights, runs: that were compared.
        wrong: differences and other faults, in words.
    """

    kills: Counter = field(default_factory=Counter)
    with_checkpoints: int = 0
    studies: int = 0
    starts: int = 0
    stopped: int = 0
    records: int = 0
    curves: int = 0
    weights: int = 0
    runs: int = 0
    wrong: list[str] = field(default_factory=list)

    def compared(self, outcome, undisturbed):
        """Count a study that is over, and what is wrong with it."""
        self.studies += 1
        self.records += len(outcome.records)
        self.curves += sum(len(record["curves"]) for record in outcome.records.values())
        self.weights += len(outcome.weights)
        self.runs += sum(outcome.runs.values())
        found = outcome.differences(undisturbed)
        self.wrong += [f"study {self.studies}, {each}" for each in found]


def told(on, counts):
    """What was killed, what was compared, and what was wrong.

    Args:
        on: where the soak ran.
        counts: ``Counts``.
    """
    kills = [f"| {victim} | {count} |" for victim, count in sorted(counts.kills.items())]
    lines = [
        "", f"| killed, on {on} | times |", "|---|---:|", *kills,
        f"| together | {counts.kills.total()} |", "",
        f"{counts.with_checkpoints} of the kills came while a trial had a checkpoint.",
        f"{counts.studies} studies in {counts.starts} starts, of which {counts.stopped} stopped "
        "with a line that says why.",
        f"Compared with an undisturbed study: {counts.records} records with {counts.curves} "
        f"curves, {counts.weights} files of weights, {counts.runs} runs in MLflow.",
        *(f"WRONG: {each}" for each in counts.wrong),
        *([] if counts.wrong else ["Nothing differs."]),
        "", origin.line(),
    ]  # fmt: skip
    return "\n".join(lines)
