"""Does squish, or another activation, beat tanh and sigmoid in an LSTM if all are tuned alike?

Every activation takes the place of tanh in the cell, then that of sigmoid in the gates. Robertson
(2022), github.com/Preston-Robertson/Custom-LSTM, who proposed squish, ran each once on the rows of
MNIST, without a search, and concluded that squish, "properly tuned", could win. Here every LSTM is
searched with the same draws, and p of squish is searched as well. Small digits stand in for MNIST;
adding is a task that requires memory.
"""

from gatelab import Study, tasks
from gatelab.errors import StudyError
from gatelab.foundation import origin
from gatelab.foundation.errors import unknown
from gatelab.foundation.markdown import table
from gatelab.tasks.framework.metrics import METRICS
from gatelab.variants import configured, hyperparameters
from gatelab.variants.lstm_activations import ACTIVATIONS, LSTMActivations

from .scatter import scatter
from .verdicts import paired, score, verdict

PLACES = ("cell_activation", "gate_activation")
TASKS = (
    tasks.make("digits", order="rows", name="digits_rows"),
    tasks.make(
        "adding", length=25, epochs=20, min_updates=2000, name="adding_25"
    ),  # short, for 13 cells
)
FINALS = 5
HEAD = (
    "cell", "gates", "trials better : worse", "failed", "median difference",
    "test, mean ± spread", "than tanh and sigmoid",
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
    """Yield (task, rows with the columns of HEAD), the usual LSTM first, then the best."""
    usual, *others = cells
    for task, board in result.leaderboard.groupby("task", sort=False):
        trials = result.trials[result.trials.task == task]
        first = board[board.variant == usual.name].iloc[0]
        lines = [(*functions(usual), "", f"{first.failed}", "", score(first), "")]
        for row in board[board.variant != usual.name].itertuples():
            cls = next(c for c in others if c.name == row.variant)
            pairs = paired(trials, row.variant, usual.name, METRICS[row.metric])
            better, worse, median = pairs
            lines.append(
                (*functions(cls), f"{better} : {worse}", f"{row.failed}", f"{median:+.2g}",
                 score(row), verdict(row, first))
            )  # fmt: skip
        yield task, lines


def functions(cls):
    """The names of the activations: (the cell's, the gates')."""
    return tuple(getattr(cls, place) for place in PLACES)


def conclusions(lines):
    """A sentence for squish in the cell, and one for squish in the gates."""
    for line in sorted((line for line in lines if "squish" in line[:2]), reverse=True):
        where = "cell" if line[0] == "squish" else "gates"
        wins = "wins" if line[-1] == "better" else "does not win"
        yield (
            f"squish in the {where} {wins}: tuned, {line[-1]}; at equal settings better in "
            f"{line[2].replace(' : ', ' trials, worse in ')}."
        )


def show(result, cells, out):
    """Print the tables and what they say about squish; write them and a picture to ``out``."""
    parts = []
    for task, lines in rows(result, cells):
        parts += [f"{task}:", table(HEAD, lines), *conclusions(lines)]
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
    study = Study(TASKS, cells, trials, "random", finals=FINALS, seed=0, workers=workers, out=out)
    show(study.run(), cells, study.out)
