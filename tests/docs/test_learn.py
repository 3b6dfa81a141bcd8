"""The course: each notebook runs in a new kernel, and says what it said when it was committed."""

import re
from functools import cache

import pytest
from helpers.packages import needs
from helpers.processes import ROOT

from gatelab.gallery import notebooks

needs("nbclient", "nbformat", "ipykernel")

LEARN = ROOT / "docs" / "learn"
NOTEBOOKS = sorted(LEARN.glob("*.ipynb"))
PAGES = [*NOTEBOOKS, *sorted(LEARN.glob("*.md"))]
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


@cache
def committed(path):
    return notebooks.read(path)


def prose(path):
    """The text of a page, without a notebook's code."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = committed(path).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def anchors(text):
    """The names by which GitHub and the site link to a text's headings."""
    kept = (re.sub(r"[^\w\- ]", "", head.lower()) for head in re.findall(r"^#+ (.*)", text, re.M))
    return {head.strip().replace(" ", "-") for head in kept}


def parts(text, mark):
    return re.split(rf"^\*\*{mark} \d+[:.*]", text, flags=re.M)[1:]


@each
def test_a_notebook_says_what_it_said_and_its_solutions_hold(path):
    """The solutions run at its end, where a reader tries them."""
    notebook = notebooks.read(path)
    hidden = notebooks.solutions(notebook)
    added = notebooks.with_code(notebook, hidden)
    now = notebooks.said(notebooks.run(added, LEARN))
    assert {name: now[name] for name in notebooks.said(committed(path))} == notebooks.said(
        committed(path)
    )


@each
def test_a_committed_notebook_was_run_from_top_to_bottom_and_is_small(path):
    code = [cell for cell in committed(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, len(code) + 1)]
    kinds = {output.output_type for cell in code for output in cell.outputs}
    assert kinds <= {"stream", "display_data", "execute_result"}
    assert "stderr" not in {output.get("name") for cell in code for output in cell.outputs}
    assert path.stat().st_size < 600_000


@each
def test_a_notebook_ends_with_questions_and_exercises(path):
    text = prose(path)
    assert "<summary>Answers</summary>" in text
    exercises = parts(text, "Exercise")
    assert len(exercises) >= 3
    for exercise in exercises:
        assert exercise.count("<summary>Hint</summary>") == 1
        assert exercise.count("<summary>Solution</summary>") == 1
    assert len(notebooks.solutions(committed(path))) == len(exercises)
    assert all(notebooks.solutions(committed(path)))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    links = LINK.findall(prose(path))
    assert links
    for file, anchor in links:
        target = (path.parent / file) if file else path
        assert target.exists(), file
        if anchor:
            assert anchor in anchors(prose(target)), f"{file}#{anchor}"


def test_the_glossary_is_in_order_and_each_notebook_uses_it():
    words = re.findall(r"^## (.*)", prose(LEARN / "glossary.md"), re.M)
    assert words == sorted(words, key=str.lower)
    assert len(words) == len({*words})
    for path in NOTEBOOKS:
        assert any(file == "glossary.md" and anchor for file, anchor in LINK.findall(prose(path)))


def test_the_first_page_lists_every_notebook():
    listed = [file for file, _ in LINK.findall(prose(LEARN / "README.md"))]
    assert [file for file in listed if file.endswith(".ipynb")] == [p.name for p in NOTEBOOKS]
