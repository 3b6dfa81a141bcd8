"""What certification leaves behind: per check, what was measured and what is allowed."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Certificate:
    """A cell that passed.

    Attributes:
        variant: its name; equations: the identity of its derived statements.
        settings: the hyperparameters it was certified with.
        measured: per check the largest relative difference that was seen, in the last one the
            largest number; allowed: the bound it kept.
        versions: of what computed it; processor: the kind that it was computed on.
        warnings: a line for all that the step computes, takes or keeps to no purpose.
    """

    variant: str
    equations: str
    settings: dict = field(default_factory=dict)
    measured: dict[str, float] = field(default_factory=dict)
    allowed: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    processor: str = ""
    warnings: list[str] = field(default_factory=list)

    def __str__(self):
        settings = ", ".join(f"{k} = {v!r}" for k, v in self.settings.items())
        made_with = [*(f"{k} {v}" for k, v in self.versions.items()), self.processor]
        width = max(map(len, self.measured), default=0)
        rows = [
            f"  {name:{width}}  {_number(self.measured[name]):>9}  {_number(bound):>9}"
            for name, bound in self.allowed.items()
        ]
        head = f"  {'check':{width}}  {'measured':>9}  {'allowed':>9}"
        title = f"{self.variant}{f' ({settings})' if settings else ''}: certified"
        identity = f"  equations {self.equations}, {', '.join(made_with)}"
        warnings = [f"  warning: {warning}" for warning in self.warnings]
        return "\n".join([title, identity, *warnings, "", head, *rows])


def _number(value):
    return "0" if value == 0 else f"{value:.1e}"
