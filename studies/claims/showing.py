"""What ``gatelab claims`` does: list the claims, run them, write the page."""

from pathlib import Path

from gatelab.errors import ClaimError

from . import draws, reading, telling, trying
from .claim import SURE

RESULTS = Path(__file__).parents[2] / "docs" / "results" / "claims"  # in a checkout


def show(out):
    """Print a line per claim: name, state and what was said."""
    claims = [reading.find(name) for name in reading.names()]
    rows = [(c.name, _state(c, Path(out)), f"[{c.sure}] {c.title}") for c in claims]
    wide = [max(len(row[k]) for row in rows) for k in (0, 1)]
    for name, state, title in rows:
        print(f"{name:{wide[0]}}  {state:{wide[1]}}  {title}")
    print("quotation: " + ", ".join(f"[{key}] {words}" for key, words in SURE.items()))


def _state(claim, out):
    """The outcome of the run in ``out``, or else that of the draws which the checkout holds."""
    if kept := draws.read(claim, out / claim.name):
        return telling.state(claim, kept.draws)
    if (out / claim.name / trying.NOTE).exists():
        return "begun"
    kept = draws.read(claim, RESULTS)
    return f"{telling.state(claim, kept.draws)} (docs/results)" if kept else "not run"


def run(names, out, workers, quiet):
    """Run the claims with these names as far as they have not been run, and print what came out."""
    for claim in [reading.find(name) for name in names]:  # refuses before the first study begins
        found = trying.run(claim, Path(out) / claim.name, workers, quiet)
        if not quiet:
            print(telling.said(claim, found))


def run_all(out, workers, quiet):
    """Run all claims; one that cannot be run is said to, and left out."""
    for name in reading.names():
        try:
            run([name], out, workers, quiet)
        except ClaimError as error:
            print(f"left out: {error}")


def write(path, out):
    """Write the page, and beside it, in a folder of its name, the draws that it rests on.

    Draws that ``out`` has replace those that are there.
    """
    folder = Path(path).with_suffix("")
    if Path(path).suffix != ".md":
        raise ClaimError(f"the page is Markdown; write {folder.name}.md in place of {path}")
    folder.mkdir(parents=True, exist_ok=True)
    claims = [reading.find(name) for name in reading.names()]
    for claim in claims:
        if draws.read(claim, out / claim.name):
            made = draws.path_of(claim, out / claim.name).read_text("utf-8")
            draws.path_of(claim, folder).write_text(made, "utf-8")
    page = telling.page([(claim, draws.read(claim, folder)) for claim in claims])
    Path(path).write_text(page, "utf-8")
