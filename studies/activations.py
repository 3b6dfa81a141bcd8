"""Does squish, or another activation, beat tanh and sigmoid in an LSTM if all are tuned alike?

Every activation takes the place of tanh in the cell, then that of sigmoid in the gates. Robertson
(2022), github.com/Preston-Robertson/Custom-LSTM, who proposed squish, ran each once on the rows of
MNIST, without a search, and concluded that squish, "properly tuned", could win. Here every LSTM is
searched with the same draws, and p of squish is searched as well; verdicts are those of
``gatelab.statistics``. Small digits stand in for MNIST; adding is a task that requires memory.
"""

from gatelab import Study, tasks
from gatelab.errors import StudyError
from gatelab.foundation import origin
from gatelab.foundation.errors import unknown
from gatelab.foundation.markdown import table
from gatelab.reporting.words import body, interval, quantity
from gatelab.variants import configured, hyperparameters
from gatelab.variants.lstm_activations import ACTIVATIONS, LSTMActivations

from .scatter import scatter
from .telling import p_value

PLACES = ("cell_activation", "gate_activation")
TASKS = (
    tasks.make("digits", order="rows", name="digits_rows"),
    tasks.make(
        "adding", length=25, epochs=20, min_updates=2000, name="adding_25"
    ),  # short, for 13 cells
)
FINALS = 5
HEAD = (
    "cell", "gates", "verdict", "difference [95%]", "p", "could have seen", "failed",
    "best settings, fresh seeds",
)  # fmt: skip


def lstm(**activations):
    """The LSTM with these activations; of its own hyperparameters only squish's p is searched."""
    p = {"squish_p": LSTMActivations.search["squish_p"]}

    class Searched(configured(LSTMActivations, **activations)):
        search = p if "squish" in activations.values() else {}

    return Searched


def lstms(activations):
    """The usual LSTM, then each activation in the cell, then each in the gates."""
    usual = hyperparameters(LSTMActivations)
    changed = [(place, a) for place in PLACES for a in activations if a != usual[place]]
    return [lstm(), *(lstm(**{place: a}) for place, a in changed)]


def rows(result, cells):
    """Yield (task, rows with the columns of HEAD), the usual LSTM first."""
    usual, *others = cells
    for task, board in result.leaderboard.groupby("task", sort=False):
        tuned = {row.variant: score(row) for row in board.itertuples()}
        found = result.verdicts[result.verdicts.task == task].set_index("variant", drop=False)
        lines = [(*functions(usual), "", "", "", "", "", tuned[usual.name])]
        for cls in others:
            lines.append((*functions(cls), *decision(found.loc[cls.name]), tuned[cls.name]))
        yield task, lines


def decision(row):
    """The verdict on an LSTM, with its numbers, as text."""
    return (
        row.verdict, interval(row.difference, row.low, row.high), p_value(row.p),
        quantity(row.smallest), f"{row.failed} of {row.draws}",
    )  # fmt: skip


def score(row):
    """The test score of the best settings over fresh seeds, as text."""
    lost = f" ({row.seeds_failed} seeds failed)" if row.seeds_failed else ""
    return f"{row.test_mean:.4g} ± {row.test_std:.2g}{lost}"


def functions(cls):
    """The names of the activations: (the cell's, the gates')."""
    return tuple(getattr(cls, place) for place in PLACES)


def conclusions(result, cells, task):
    """A sentence for squish in the cell, and one for squish in the gates."""
    found = result.verdicts[result.verdicts.task == task].set_index("variant", drop=False)
    for cls in cells[1:]:
        if "squish" in functions(cls):
            where = "cell" if functions(cls)[0] == "squish" else "gates"
            yield f"squish in the {where}: {body(found.loc[cls.name])}."


def show(result, cells, out):
    """Print the tables and what they say about squish; write them and a picture to ``out``."""
    parts = []
    for task, lines in rows(result, cells):
        parts += [f"{task}:", table(HEAD, lines), *conclusions(result, cells, task)]
    text = "\n\n".join([*parts, origin.line()])
    (out / "activations.md").write_text(text + "\n")
    scatter(result, {c.name: label(c) for c in cells}, out / "activations.png")
    print(text)


def label(cls):
    """How an LSTM differs from the usual one, as text."""
    usual, names = hyperparameters(LSTMActivations), functions(cls)
    changed = [
        f"{name} {part}"
        for place, name, part in zip(PLACES, names, ("cell", "gates"), strict=True)
        if name != usual[place]
    ]
    return ", ".join(changed) or "{} cell, {} gates".format(*names)


def run(activations, trials, out, workers):
    """Run the study as far as it has not been run, and show its tables.

    Args:
        activations: to compare with tanh and sigmoid; all if there are none.
    """
    for name in activations:
        if name not in ACTIVATIONS:
            raise unknown("activation", name, ACTIVATIONS, StudyError)
    cells = lstms(activations or ACTIVATIONS)
    study = Study(
        TASKS, cells, trials, "random", finals=FINALS, workers=workers, out=out, page=False
    )
    show(study.run(), cells, study.out)
