"""The tables of a study: as CSV files in its folder, and as HTML for a notebook."""

import html as escaping

from . import figures, words

#: Columns of the leaderboard that a notebook shows.
BOARD = [
    "task", "variant", "metric", "valid", "test_mean", "test_std", "seeds", "baseline",
    "beats_baseline", "parameters", "seconds_per_trial", "trials", "failed",
]  # fmt: skip


def write(ledger):
    """Write leaderboard, trials, runs, verdicts and effects as CSV, and the leaderboard's picture.

    Returns:
        list of the paths.
    """
    frames = {
        "leaderboard": ledger.leaderboard(),
        "trials": ledger.trials(),
        "runs": ledger.runs(),
        "verdicts": said(ledger.verdicts()),
        "effects": ledger.effects(),
    }
    paths = []
    for name, frame in frames.items():
        paths.append(ledger.out / f"{name}.csv")
        frame.to_csv(paths[-1], index=False)
    return [*paths, *_boards(ledger)]


def _boards(ledger):
    pages = {}
    for task in ledger.tasks:
        if ledger.of_task(task.name):
            rows = ledger.board(task.name)
            pages[task.name] = (rows, task.baselines)
            rows.to_csv(ledger.out / f"leaderboard-{task.name}.csv", index=False)
            figures.leaderboard([pages[task.name]], ledger.out / f"leaderboard-{task.name}.png")
    figures.leaderboard([*pages.values()], ledger.out / "leaderboard.png")
    return [ledger.out / "leaderboard.png"]


def said(verdicts):
    """The verdicts with a last column, the sentence that says each."""
    return verdicts.assign(sentence=[words.sentence(row) for row in verdicts.itertuples()])


def html(ledger):
    """The answer and the leaderboard as HTML, for a notebook."""
    items = "".join(f"<li>{escaping.escape(line)}</li>" for line in _lines(ledger))
    board = ledger.leaderboard()[BOARD]
    table = board.to_html(index=False, float_format=_short, border=0)
    return f"<ul>{items}</ul>\n{table}"


def text(ledger):
    """The answer and the leaderboard as plain text."""
    board = ledger.leaderboard()[BOARD]
    return "\n".join([*_lines(ledger), "", board.to_string(index=False, float_format=_short)])


def _lines(ledger):
    answers = [words.sentence(row) for row in ledger.verdicts().itertuples()]
    return [*filter(None, [ledger.unfinished()]), *answers]


def _short(x):
    return f"{x:.4g}"
