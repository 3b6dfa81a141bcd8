"""Writes the page and the files beside it."""

from functools import cache
from pathlib import Path

from ...errors import StudyError
from . import answers, cells, contents, exports, made
from .numbers import listed
from .view import View

FIGURES = "figures/report"  # in the study's folder


def write(ledger, path=None):
    """Write the page of a study, its figures as PDF and PNG, and its tables as LaTeX and CSV.

    Args:
        ledger: ``ledger.Ledger`` of a finished, unfinished or running study.
        path: of the page; ``out/report.html`` if None.

    Returns:
        Path of the page.

    Raises:
        StudyError: the folder cannot be written.
    """
    out = Path(ledger.out)
    path = Path(path) if path else out / "report.html"
    try:
        # Files for a paper take longer than the page, and are of use at the end.
        view = View(ledger, out / FIGURES if ledger.finished else None)
        exports.write(view, out)
        path.write_text(html(view), encoding="utf-8")
    except OSError as error:
        raise StudyError(f"cannot write the page to {path.parent}: {error.strerror}") from None
    return path


def html(view):
    """The text of the page."""
    dynamics = cells.dynamics_of(view)
    return _template().render(
        title=title(view),
        unfinished=view.ledger.unfinished(),
        summary=made.summary(view),
        lead=answers.lead(view),
        glance=answers.glance(view),
        answers=answers.of_all(view),
        sections=contents.sections(view, dynamics),
        cells=cells.described(view, dynamics),
        made=made.section(view),
        looks=view.looks,
        links=links(view),
        figures_at=FIGURES if view.files else "",
        files=[*files(view)],
    )


def title(view):
    """ "gru and rnn against standard on adding": names in full as long as a line holds them."""
    others = [v for v in view.variants if v != view.reference]
    cells = listed(others) if len(others) <= 3 else f"{len(others)} cells"
    tasks = (
        listed(t.name for t in view.tasks) if len(view.tasks) <= 3 else f"{len(view.tasks)} tasks"
    )
    return (
        f"{cells} against {view.reference} on {tasks}" if others else f"{view.reference} on {tasks}"
    )


def links(view):
    """{(task, variant): address of its run in MLflow}, of those that are known."""
    kept = view.ledger.about.get("mlflow") or {}
    runs = kept.get("runs", {})
    rows = ((row.task.name, row.variant) for row in view.ledger.rows)
    return {pair: runs["/".join(pair)] for pair in rows if _is_web(runs.get("/".join(pair)))}


def _is_web(address):
    return isinstance(address, str) and address.startswith(("http://", "https://"))


def files(view):
    """(name, what it is) of the files beside the page that exist."""
    for name, what in (
        ("verdicts.csv", "the verdicts, all columns"),
        ("verdicts.tex", "the verdicts for a paper"),
        ("leaderboard.csv", "the leaderboard, all columns"),
        ("leaderboard.tex", "the leaderboard for a paper"),
        ("trials.csv", "every trial"),
        ("runs.csv", "final, repeated and confirming runs, seed by seed"),
        ("effects.csv", "what stands beside the verdicts"),
        ("methods.txt", "the methods paragraph"),
    ):
        if (Path(view.ledger.out) / name).exists():
            yield name, what


@cache
def _template():
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("gatelab.reporting.page"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("page.html")
