"""From the folder of a study to its page: a Markdown file, its draws as CSV, and a picture."""

from pathlib import Path

from gatelab.foundation import origin
from gatelab.reporting.ledger import Ledger
from gatelab.trials.record import versions

from . import drawn


def publish(out, path, variants, written, picture):
    """Write ``path`` and, beside it, the draws and the picture; print the page.

    Args:
        out: folder of the study, which may be unfinished, or running.
        path: of the Markdown file; the others have the suffixes .csv and .png.
        variants: names of the cells, the reference first.
        written: (draws, planned draws) -> the text of the page.
        picture: (draws, path) -> None; draws the picture.

    Raises:
        StudyError: the folder holds no study, or no draw that all its cells share.
    """
    made = origin.line()  # before anything is written, which would change the checkout
    ledger, path = Ledger.read(out), Path(path)
    metrics = {task.name: task.metric.name for task in ledger.tasks}
    draws = drawn.draws_of(ledger.trials(), ledger.runs(), metrics, [*variants])
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.write(draws, path.with_suffix(".csv"))
    picture(draws, path.with_suffix(".png"))
    text = f"{written(draws, ledger.plan['draws'])}\n\n{made}\n"
    path.write_text(text, encoding="utf-8")
    print(text)


def reproduced(command, seed):
    """A sentence: what runs the study, with which seed and which versions."""
    with_ = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"`gatelab {command}` runs the study or continues it, with seed {seed}; "
        f"`gatelab {command} --write FILE` makes this page. All numbers can be computed again from "
        f"[the draws]({command}.csv). {with_[0].upper()}{with_[1:]}."
    )
