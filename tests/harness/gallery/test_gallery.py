"""The gallery: it is what the cells say now, it can be read on GitHub, its links lead somewhere."""

import re
from functools import cache

import pytest
from helpers.processes import ROOT

from gatelab import variants
from gatelab.calculus import latex
from gatelab.calculus.program import derive
from gatelab.describing.about import FAMILIES, family, formula, words
from gatelab.gallery import cell_page as page
from gatelab.gallery import cell_pages as files
from gatelab.gallery import writing
from gatelab.gallery.__main__ import PARTS, main
from gatelab.gallery.docstrings import prose
from gatelab.networks.layer import Layer
from gatelab.variants import Variant, configured, exp, maximum, minimum, sigmoid, tanh

FOLDER = ROOT / "docs" / "cells"
OWN = [n for n in variants.names() if variants.get(n).__module__.startswith("gatelab.variants.")]
each_cell = pytest.mark.parametrize("name", OWN)


@cache
def made():
    return files.pages()


def test_the_committed_gallery_is_fresh():
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.*")}
    stale = sorted(n for n in made().keys() | there.keys() if made().get(n) != there.get(n))
    assert not stale, f"stale in docs/cells: {', '.join(stale)}; run make docs"


def test_every_cell_has_a_page_a_drawing_and_a_row():
    assert made().keys() == {"README.md", *(f"{n}{end}" for n in OWN for end in (".md", ".svg"))}
    index = made()["README.md"]
    for name in OWN:
        assert index.count(f"**[{name}]({name}.md)**") == 1
        assert index.count(f'<a href="{name}.md"><img src="{name}.svg"') == 1
    assert re.findall(r"^## (.*)$", index, re.M) == list(FAMILIES)


@each_cell
def test_a_cell_says_what_it_is_when_it_is_used_and_where_it_is_from(name):
    said = words(variants.get(name))
    assert re.fullmatch(r"[A-Za-z`+][^\n]{20,110}[.]", said.summary)
    assert said.notes
    assert said.used
    assert re.search(r"\((19|20)\d\d\)", said.citation)
    page = made()[f"{name}.md"]
    for part in (said.summary, said.used, said.citation):
        assert prose(part, OWN) in page


@each_cell
def test_links_lead_somewhere(name):
    links = re.findall(r"\]\((?!http)([^)\s]+)\)", made()[f"{name}.md"] + made()["README.md"])
    known = {"../verification.md", "../../variants"}
    assert {link for link in links if link.startswith("..")} <= known | {
        f"../../variants/{path.name}" for path in (ROOT / "variants").glob("*.py")
    }
    assert (ROOT / "docs" / "verification.md").exists()
    assert {link for link in links if not link.startswith("..")} <= made().keys()


@each_cell
def test_the_mathematics_is_what_github_sets(name):
    """MathJax without what GitHub refuses: \\operatorname, align* in a block, macros, comments."""
    (block,) = re.findall(r"```math\n(.*?)\n```", made()[f"{name}.md"], re.S)
    assert block.startswith("\\begin{aligned}\n")
    assert block.endswith("\n\\end{aligned}")
    allowed = {
        "begin", "end", "tanh", "sigma", "odot", "frac", "left", "right", "mathrm", "mathit", "top",
        "max", "min", "exp", "log", "sqrt", "text", "cdot", "leq", "geq",
    } | set(latex.GREEK)  # fmt: skip
    assert set(re.findall(r"\\([a-zA-Z]+)", block)) <= allowed
    assert set(re.findall(r"\\(?:begin|end)\{(.*?)\}", block)) <= {"aligned", "cases"}
    assert "%" not in block
    assert block.count("{") == block.count("}")
    assert block.count(" &= ") == len(block.splitlines()) - 2


@each_cell
def test_what_a_page_tells_to_type_exists(name):
    page = made()[f"{name}.md"]
    for other in re.findall(r"with another option: (\S+)", page):
        assert variants.get(other) is not variants.get(name)
        derive(variants.get(other)())
    assert f"--variants {'gru' if name == 'standard' else 'standard'} {name} " in page


@each_cell
def test_the_formula_counts_parameters(name):
    for D, H in ((3, 5), (7, 4)):
        layer = Layer(variants.get(name), D, H, backend="numpy")
        python = re.sub(r"(\d+) (?=[HD])", r"\1*", formula(layer.program))
        python = python.replace("HD", "H*D").replace("HH", "H*H")
        assert eval(python, {"H": H, "D": D}) == layer.size


# -- families, words ---------------------------------------------------------------------------


def test_families():
    kinds = {n: family(derive(variants.get(n)()), words(variants.get(n)).summary) for n in OWN}
    assert kinds["peephole"] == kinds["slstm"] == "LSTMs"
    assert kinds["gru"] == kinds["mut1"] == "GRUs"
    gated = ["lem", "cfn", "sgu", "nas_cell", "rhn", "fast_grnn"]
    assert {kinds[n] for n in gated} == {"Other gated cells"}
    plain = ["rnn", "indrnn", "cornn", "unicornn", "scrn", "antisymmetric"]
    assert {kinds[n] for n in plain} == {"Cells without gates"}


class Clipped(Variant):
    def step(self, p, x, h):
        return (minimum(maximum(p.W_z @ x, 0), 1) * h + tanh(p.R_h @ h),)


class Constant(Variant):
    def step(self, p, x, h):
        return (sigmoid(p.s_a) * h + tanh(p.R_h @ h + p.W_h @ x) * exp(p.R_e @ h),)


def test_a_gate_is_what_it_does():
    assert family(derive(Clipped()), "Nothing said.") == "Other gated cells"
    assert family(derive(Constant()), "Nothing said.") == "Cells without gates"


def test_words_of_a_docstring():
    class Told:
        """A cell.

        Not another
        one.

        Used never.

        Citation: One, Two, Three (2001), Title (2nd edition), arXiv:1.
        """

    class Silent(Variant):
        pass

    said = words(Told)
    assert (said.summary, said.notes, said.used) == (
        "A cell.",
        ("Not another one.",),
        "Used never.",
    )
    assert said.citation == "One, Two, Three (2001), Title (2nd edition), arXiv:1."
    assert said.source == "One et al. (2001)"
    silent = words(Silent)
    assert (silent.summary, silent.notes, silent.used, silent.source) == ("", (), "", "")


def test_prose_keeps_its_characters():
    shown = prose("a_b * c < d | ``gru`` and ``x|y`` [e]", ["gru"])
    assert shown == r"a\_b \* c \< d \| [`gru`](gru.md) and `x\|y` \[e\]"


# -- on disk -----------------------------------------------------------------------------------


@pytest.fixture
def made_once(monkeypatch):
    monkeypatch.setitem(PARTS, "cells", made)
    monkeypatch.setitem(
        PARTS, "tasks", lambda: {"README.md": "# Tasks", "here.md": "", "no.md": None}
    )


def test_only_what_changed_is_written_and_only_our_files_go(tmp_path, capsys, made_once):
    assert main([str(tmp_path)]) == 0
    cells, tasks = capsys.readouterr().out.splitlines()
    assert cells == f"{tmp_path / 'cells'}: {len(made())} files written, 0 removed"
    left = "2 files written, 0 removed; left, for their data is not here: no"
    assert tasks == f"{tmp_path / 'tasks'}: {left}"
    folder = tmp_path / "cells"
    (folder / "gru.svg").write_text("<svg/>")
    (folder / "gone.md").write_text(made()["gru.md"], encoding="utf-8")
    (folder / "gone.svg").write_text(made()["gru.svg"], encoding="utf-8")
    (folder / "notes.md").write_text("# My own notes")
    assert writing.write(folder, made()) == (["gru.svg"], ["gone.md", "gone.svg"], [])
    assert (folder / "notes.md").exists()
    assert writing.write(folder, made()) == ([], [], [])


def test_a_picture_goes_with_its_page_and_what_cannot_be_made_stays(tmp_path):
    page = made()["gru.md"]
    for name, text in [("gone.md", page), ("gone.png", ""), ("mine.png", ""), ("lost.md", page)]:
        (tmp_path / name).write_text(text, encoding="utf-8")
    made_here = {"here.png": b"1", "lost.md": None, "lost.png": None}
    written = writing.write(tmp_path, made_here)
    assert written == (["here.png"], ["gone.md", "gone.png"], ["lost.md", "lost.png"])
    assert {path.name for path in tmp_path.iterdir()} == {"here.png", "mine.png", "lost.md"}


def test_a_folder_that_cannot_be_made(tmp_path, capsys, made_once):
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.startswith("error: cannot write")


def test_another_cell_is_another_page(monkeypatch):
    """What a page shows comes from the class, not from a list."""
    deeper = configured(variants.get("rhn"), depth=2)
    assert page.page(deeper, OWN) != made()["rhn.md"]


def test_cells_of_others_are_left_to_them():
    @variants.register("somebody_elses")
    class Elses(Constant):
        pass

    assert "somebody_elses.md" not in files.pages()
