"""Descriptions of experiments and runs, which MLflow shows as Markdown.

The texts come from the caller. MLflow shows the first line of an experiment's description even when
it is folded, so the answer stands there.
"""

from ..foundation.markdown import fence, table

TAG = "mlflow.note.content"
LONGEST = 7900  # characters; MLflow allows 8000 in a run's tag


def experiment(answer, question, protocol, verdicts, made, page=None, unfinished=None):
    """The description of a task's experiment.

    Args:
        answer: one sentence; it is what a reader sees first.
        question: what is compared, on what, by which metric.
        protocol: how: draws, selection, test, multiplicity.
        verdicts: [(variant, score, sentence)], a row per cell.
        made: {what: text}: command, versions, seed, commit, digest of the data.
        page: address of the report, or None.
        unfinished: how far the study is, such as "12 of 40 trials"; None if it is finished.

    Returns:
        Markdown.
    """
    rows = [tuple(map(_cell, row)) for row in verdicts]
    return cut(
        _joined(
            f"**{_mark(unfinished)}{answer}**{_link(page)}",
            f"**Question.** {question}",
            f"**Protocol.** {protocol}",
            table(("cell", "test score", "verdict"), rows) if rows else "",
            _list("How it was made", made),
        )
    )


def run(equations, sentence, costs, page=None, unfinished=None):
    """The description of a cell's run.

    Args:
        equations: the cell's, as lines of text.
        sentence: its verdict.
        costs: {what: text}, such as {"weights": "13,273"}.
        page, unfinished: see ``experiment``.

    Returns:
        Markdown.
    """
    return cut(
        _joined(
            f"**{_mark(unfinished)}{sentence}**{_link(page)}",
            "Its best trial: " + ", ".join(f"{what} {text}" for what, text in costs.items())
            if costs
            else "",
            fence("text", equations.strip()),
        )
    )


def cut(text):
    """The text, up to a whole line, if it is longer than MLflow allows."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rpartition("\n")[0]
    return f"{kept}\n" + ("```\n" if kept.count("```") % 2 else "") + "\n(cut)"


def _joined(*parts):
    return "\n\n".join(part for part in parts if part) + "\n"


def _mark(unfinished):
    return f"Unfinished ({unfinished}), so far: " if unfinished else ""


def _link(page):
    return f" · [the report]({page})" if page else ""


def _list(title, items):
    lines = [f"* {what}: {text}" for what, text in items.items()]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""


def _cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")
