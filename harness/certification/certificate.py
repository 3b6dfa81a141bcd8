"""The result of certification: per check, the measured value and the bound."""

from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True)
class Certificate:
    """The certificate of a cell that passed all checks.

    Attributes:
        variant: the cell's name.
        equations: hash of the derived program.
        settings: the hyperparameters that the cell was certified with.
        measured: {check: largest relative difference}; for the last check, the largest magnitude.
        allowed: {check: upper bound}.
        versions: {package: version} of the software that was used.
        processor: the type of processor that was used.
        warnings: one line per value, input, state or hyperparameter that has no effect.
    """

    variant: str
    equations: str
    settings: dict = field(default_factory=dict)
    measured: dict[str, float] = field(default_factory=dict)
    allowed: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    processor: str = ""
    warnings: list[str] = field(default_factory=list)

    def __repr__(self):
        return str(self)

    def _repr_html_(self):
        return f"<pre>{escape(str(self))}</pre>"

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
