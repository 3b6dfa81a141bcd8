"""The settings of one training run, in one table from which everything else is derived.

A row gives a setting's name, default, admissible values and meaning and, if it has an effect only
for some values of another setting, which these are. ``space.SPACE`` lists the settings that a study
searches by default.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import numpy as np

from ..errors import StudyError
from ..foundation.errors import unknown
from ..networks.initialisation import SCHEMES
from .kinds import NUMBER, POSITIVE, RATE, SHARE, SWITCH, WHOLE, Kind, one_of
from .optimizers import DECAY, OPTIMIZERS, SCHEDULES, WITH_MOMENTUM


class Part(Enum):
    """The part of a training run that a setting belongs to."""

    TRAINING = auto()
    SIZE = auto()
    SHAPE = auto()  # ``stack.Wiring``: with the size it determines a network's parameters
    NOISE = auto()  # ``dropout.Rates``: noise during training


@dataclass(frozen=True)
class Needs:
    """The condition under which a setting has an effect.

    Attributes:
        other: name of another setting.
        among: values of it for which the setting has an effect.
        because: the reason, for error messages.
    """

    other: str
    among: tuple[Any, ...]
    because: str

    def met(self, chosen):
        """Whether the condition can hold, given {name: value or entry of a search space}."""
        value = chosen.get(self.other)
        value = DEFAULTS[self.other] if value is None else value
        values = value if isinstance(value, list) else [value]
        return any(each in self.among for each in values)


@dataclass(frozen=True)
class Setting:
    """A row of the table. None as default means: decided by the task or the cell, or none."""

    name: str
    default: Any
    kind: Kind
    means: str = field(repr=False)
    part: Part = Part.TRAINING
    needs: Needs | None = None
    usual: Callable[[dict[str, Any]], Any] | None = None  # other settings -> what None means


_TABLE = (
    Setting("lr", 3e-3, POSITIVE, "learning rate, to which the schedule is applied"),
    Setting("hidden", 32, WHOLE, "units per layer", Part.SIZE,
            Needs("parameters", (None,), "parameters solves hidden")),
    Setting("parameters", None, WHOLE,
            "instead of hidden: weights to train; the units are solved for each cell", Part.SIZE),
    Setting("layers", 1, WHOLE, "levels, each over the outputs of the one below", Part.SHAPE),
    Setting("bidirectional", False, SWITCH, "a second layer reads backwards", Part.SHAPE),
    Setting("residual", False, SWITCH,
            "levels above the first add their input to their output", Part.SHAPE),
    Setting("projection", None, WHOLE, "size of each level's output after a linear map",
            Part.SHAPE),
    Setting("layer_norm", False, SWITCH, "normalise every pre-activation", Part.SHAPE),
    Setting("embedding", None, WHOLE,
            "size of the inputs after a linear map: of symbols, their embeddings", Part.SHAPE),
    Setting("batch", 32, WHOLE, "sequences per update"),
    Setting("optimizer", "adam", one_of(OPTIMIZERS), "how a gradient becomes a step"),
    Setting("momentum", 0.9, SHARE, "share of the last step that is kept",
            needs=Needs("optimizer", WITH_MOMENTUM, "only sgd and nesterov have momentum")),
    Setting("weight_decay", None, RATE,
            "each update takes lr times this share off every weight, biases too, beside the step "
            "and whatever the optimizer: decoupled, Loshchilov and Hutter (2019); with adamw .01 "
            "(as torch's AdamW), else 0", usual=lambda given: DECAY.get(given["optimizer"], 0.0)),
    Setting("schedule", "linear", one_of(SCHEDULES), "of the learning rate, over the updates"),
    Setting("warmup", 0.0, SHARE, "of the updates, while the learning rate rises in a line from 0; "
            "the schedule runs over the rest"),
    Setting("clip", 1.0, RATE, "most that the gradient's global norm may be; 0 for no clipping"),
    Setting("input_dropout", 0.0, SHARE, "of x, per step and feature", Part.NOISE),
    Setting("input_noise", 0.0, RATE, "standard deviation of Gaussian noise on what the lowest "
            "level reads: x, or its embedding", Part.NOISE),
    Setting("output_dropout", 0.0, SHARE, "of each level's outputs", Part.NOISE),
    Setting("recurrent_dropout", 0.0, SHARE,
            "of what recurrent matrices see, one mask per sequence", Part.NOISE),
    Setting("zoneout", 0.0, SHARE, "of the states' new values, which stay old", Part.NOISE),
    Setting("init", "uniform", one_of(SCHEMES), "where weights start, unless the cell demands it"),
    Setting("forget_bias", None, NUMBER, "where the biases of forget gates start",
            needs=Needs("init", tuple(name for name in SCHEMES if name != "chrono"),
                        "init chrono sets the forget biases")),
    Setting("epochs", None, WHOLE, "evaluations on validation: passes, of a data set"),
    Setting("updates", None, WHOLE, "overrides epochs: the budget counted in updates"),
    Setting("patience", None, WHOLE, "epochs without a better validation loss before stopping"),
)  # fmt: skip

SETTINGS = {setting.name: setting for setting in _TABLE}
DEFAULTS = {name: setting.default for name, setting in SETTINGS.items()}


def of(*parts):
    """The names of the settings of these parts."""
    return tuple(name for name, setting in SETTINGS.items() if setting.part in parts)


SHAPES = of(Part.SHAPE)
#: Settings that are arguments of ``networks.Network`` under the same names.
SHAPING = of(Part.SHAPE, Part.NOISE)


def complete(given):
    """All settings: the given values, and defaults for the others.

    Args:
        given: {name: value}. Of a counted setting, 64.0 and NumPy's 64 become 64.

    Returns:
        {name: value}; None for settings that have no effect given the others.

    Raises:
        StudyError: an unknown name (close matches are listed), a value out of range, or a value
            for a setting without effect, such as ``hidden`` beside ``parameters``.
    """
    for name in given:
        if name not in SETTINGS:
            raise unknown("hyperparameter", name, SETTINGS, StudyError)
    settings = DEFAULTS | {name: _taken(name, value) for name, value in given.items()}
    refuse_idle(settings, {name for name, value in given.items() if value is not None})
    meant = {
        name: setting.usual(settings)
        for name, setting in SETTINGS.items()
        if setting.usual and settings[name] is None
    }
    return settings | meant | dict.fromkeys(idle(settings))


def idle(chosen):
    """The settings that cannot have an effect, whatever is drawn.

    Args:
        chosen: {name: value or entry of a search space}; defaults for the others.

    Returns:
        {name: Needs}.
    """
    needs = {name: setting.needs for name, setting in SETTINGS.items() if setting.needs}
    return {name: each for name, each in needs.items() if not each.met(chosen)}


def refuse_idle(chosen, asked):
    """Refuse settings that were asked for and can have no effect.

    Args:
        chosen: {name: value or entry of a search space}; defaults for the others.
        asked: names of the settings asked for.

    Raises:
        StudyError: the first of them, with the reason.
    """
    for name, needs in idle(chosen).items():
        if name in asked:
            raise StudyError(f"{needs.because}; drop {name}, or change {needs.other}")


def effective(given):
    """The given values without those that have no effect given the others."""
    without = idle(given)
    return {name: value for name, value in given.items() if name not in without}


def check_space(space):
    """Refuse ranges and choices from which an invalid value could be drawn.

    Args:
        space: {name: entry}.

    Raises:
        StudyError: a value is invalid; the message names the entry and the reason.
    """
    for name in DEFAULTS.keys() & space.keys():
        entry = space[name]
        try:
            for value in entry if isinstance(entry, list) else entry[:2]:
                _taken(name, value)
                counted = SETTINGS[name].kind.counted and isinstance(entry, tuple)
                if counted and not isinstance(value, int):
                    raise StudyError(f"{name} is counted; write both ends as whole numbers")
        except StudyError as error:
            raise StudyError(f"search space: {name} = {entry!r}: {error}") from None


def _taken(name, value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if value is None and DEFAULTS[name] is None:
        return None
    kind = SETTINGS[name].kind
    if not kind.admits(value):
        raise StudyError(f"{name} is {value!r}; {kind.wanted}")
    return int(value) if kind.counted else value  # pyright: ignore[reportArgumentType]
