"""Where the site departs from what Sphinx makes of the pages; `make site` builds it."""

import re
import sys

import pytest
from helpers.packages import needs
from helpers.processes import ROOT

needs("sphinx")


@pytest.fixture(autouse=True)
def extensions(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    yield
    for name in ("mathml", "github_markdown", "checkout_links"):
        sys.modules.pop(name, None)


def shown(formula):
    """Tags and letters of a formula's MathML, in their order."""
    from mathml import mathml

    pairs = re.findall(r"<(m\w+)|>([^\s<]+)<", mathml(formula, as_block=True))
    return " ".join(tag or letter for tag, letter in pairs).removeprefix("math ")


@pytest.mark.parametrize(
    ("formula", "tags"),
    [
        (r"\bar{a}_t", "msub mover mi a mo ˉ mi t"),
        (r"\frac12", "mfrac mn 1 mn 2"),
        (r"\tilde y_t", "msub mover mi y mo ~ mi t"),
        (r"\sum_i^n", "munderover mo ∑ mi i mi n"),
        (r"\underbrace{x}_{\text{words}}", "munder munder mi x mo ⏟ mtext words"),
    ],
)
def test_formulas_are_set_as_tex_sets_them(formula, tags):
    assert shown(formula) == tags


def test_a_formula_that_cannot_be_shown_stops_the_build():
    from sphinx.errors import ExtensionError

    with pytest.raises(ExtensionError, match="nosuch"):
        shown(r"\nosuch{x}")


def test_html_that_github_follows_is_followed_by_the_site():
    from github_markdown import convert

    source = ['<a id="janet"></a>\n\n<a href="gru.md"><img src="gru.svg"></a>']
    convert(None, "results/claims", source)
    assert source == ['(janet)=\n\n<a href="gru.html"><img src="gru.svg"></a>']


@pytest.mark.parametrize(
    ("path", "has_a_page"),
    [("variants", True), ("variants/gru.py", True), ("CHANGELOG.md", True), ("docs", False),
     ("variants/nosuch.py", False), ("harness/describing/speed.csv", False)],
)  # fmt: skip
def test_files_and_folders_of_the_checkout_have_pages(path, has_a_page):
    from checkout_links import shown

    assert shown(ROOT / path) == has_a_page


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_no_page_shows_a_directive_to_who_reads_it_on_github(path):
    assert not re.search(r"^[`:]{3,}\s*\{", path.read_text("utf-8"), re.M)


def test_the_list_of_all_pages_is_the_navigation_of_the_site():
    from github_markdown import convert

    listed = (ROOT / "docs" / "index.md").read_text("utf-8")
    source = [listed]
    convert(None, "index", source)
    assert source[0].startswith("```{include} ../README.md\n")
    parts = dict(re.findall(r":caption: (.*)\n\n((?:.+\n)+)```", source[0]))
    assert [*parts] == re.findall("^## (.*)", listed, re.M)
    shown = "".join(parts.values()).split()
    assert shown == re.findall(r"^\* .*\((.*)\.md\)", listed, re.M)
    tops = {page.stem for page in (ROOT / "docs").glob("*.md")} - {"index"}
    assert tops == {page for page in shown if "/" not in page}


def test_a_page_that_is_only_a_link_shows_the_file():
    from github_markdown import convert

    source = [(ROOT / "docs" / "changelog.md").read_text("utf-8")]
    convert(None, "changelog", source)
    assert source[0].startswith("```{include} ../CHANGELOG.md\n")


@pytest.mark.parametrize("folder", ["decisions", "learn"])
def test_the_first_page_of_a_folder_links_to_all_others(folder):
    text = (ROOT / "docs" / folder / "README.md").read_text("utf-8")
    pages = {page.name for page in (ROOT / "docs" / folder).glob("*.md")} - {"README.md"}
    assert pages <= {*re.findall(r"\]\(([\w.-]+)\)", text)}
