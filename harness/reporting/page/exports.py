"""The study's tables as LaTeX and CSV, ready for a paper; and the methods paragraph as text."""

import textwrap

import pandas as pd

from .. import words
from .methods import paragraph
from .numbers import number, spread

#: What LaTeX reads as commands.
SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "∞": r"$\infty$",
    "±": r"$\pm$",
    "–": "--",
}


def write(view, out):
    """Write leaderboard.tex, verdicts.tex and methods.txt, and their CSV where they are missing.

    Returns:
        {what: path} for the page's list of files.
    """
    made = {}
    board, verdicts = leaderboard(view), answers(view)
    for name, frame, caption in (
        (
            "leaderboard",
            board,
            "Test scores of each cell's best configuration, retrained: a description.",
        ),
        ("verdicts", verdicts, f"Each cell against {view.reference}: paired differences on test."),
    ):
        if len(frame):
            path = out / f"{name}.tex"
            path.write_text(latex(frame, caption, f"tab:{name}"), encoding="utf-8")
            made[f"{name}.tex"] = path
    for name, frame in (("leaderboard", view.leaderboard), ("verdicts", view.verdicts)):
        path = out / f"{name}.csv"
        if not path.exists() and len(frame):
            frame.to_csv(path, index=False)
    (out / "methods.txt").write_text(textwrap.fill(paragraph(view), 98) + "\n", encoding="utf-8")
    return made


def leaderboard(view):
    """The leaderboard with few columns and rounded texts."""
    rows = []
    for row in view.leaderboard.itertuples():
        rows.append({
            "task": row.task, "cell": row.variant, "metric": row.metric,
            "test": spread(row.test_mean, row.test_std), "weights": number(int(row.parameters)),
            "s per trial": number(row.seconds_per_trial),
        })  # fmt: skip
    return pd.DataFrame(rows)


def answers(view):
    """The verdicts with few columns and rounded texts."""
    return pd.DataFrame(
        {
            "task": row.task,
            "cell": row.variant,
            "verdict": row.verdict,
            "difference [95%]": words.interval(row.difference, row.low, row.high),
            "p (Holm)": number(row.p, 2),
            "draws": number(row.draws),
        }
        for row in view.verdicts.itertuples()
    )


def latex(frame, caption, label):
    """A frame of texts as a LaTeX table with booktabs' rules."""
    lines = [" & ".join(map(escaped, row)) + r" \\" for row in frame.itertuples(index=False)]
    return "\n".join([
        r"% \usepackage{booktabs}",
        r"\begin{table}",
        rf"  \caption{{{escaped(caption)}}}",
        rf"  \label{{{label}}}",
        rf"  \begin{{tabular}}{{{'l' * len(frame.columns)}}}", r"    \toprule",
        "    " + " & ".join(map(escaped, frame.columns)) + r" \\", r"    \midrule",
        *(f"    {line}" for line in lines),
        r"    \bottomrule", r"  \end{tabular}", r"\end{table}", "",
    ])  # fmt: skip


def escaped(text):
    """A text in which LaTeX finds no commands."""
    return "".join(SPECIAL.get(sign, sign) for sign in str(text))
