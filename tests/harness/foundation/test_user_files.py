"""Files of people's own: imported, or refused with their line."""

import sys

import pytest
from helpers.refusals import refused

from gatelab import GatelabError, variants
from gatelab.foundation.user_files import import_file
from gatelab.variants import VariantError

CELL = """from gatelab.variants import Variant, register, tanh


@register("{}")
class Own(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h)
"""


@pytest.fixture(autouse=True)
def modules_as_they_were():
    before, path = dict(sys.modules), [*sys.path]
    yield
    sys.path[:] = path
    for name in sys.modules.keys() - before.keys():
        if name.startswith("imported_"):
            del sys.modules[name]


def write(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_what_a_file_registers_has_its_name_and_the_path_is_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "own.py", CELL.format("own_one"))
    assert import_file("own.py") == str(tmp_path / "own.py")
    assert variants.get("own_one").__name__ == "Own"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1\n\nint('x')\n", r"^bad\.py:3: ValueError: invalid literal for int"),
        ("x = 1\ndef f(:\n", r"^bad\.py:2: SyntaxError: "),
        ("x = 1\n  y = 2\n", r"^bad\.py:2: IndentationError: unexpected indent$"),
        ("\nimport no_such_module\n", r"^bad\.py:2: ModuleNotFoundError: No module named"),
        ("\ndef f():\n    raise OSError('a\\nb')\n\nf()\n", r"^bad\.py:3: OSError: a b$"),
        ("import sys\nsys.exit(3)\n", r"^bad\.py:2: SystemExit: 3$"),
        ("x = '\0'\n", r"^bad\.py.*(SyntaxError|ValueError): .*null"),
    ],
    ids=["raises", "syntax", "indent", "import", "two lines", "exits", "null"],
)
def test_a_file_that_fails_is_named_with_its_line_and_the_reason(
    text, complaint, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "bad.py", text)
    with refused(GatelabError, complaint):
        import_file("bad.py")
    assert "imported_bad" not in sys.modules


def test_a_refusal_of_our_own_keeps_its_type_and_gets_the_line(tmp_path):
    file = write(tmp_path / "bad.py", CELL.format("gru"))
    with refused(VariantError, r"bad\.py:4: the name 'gru' is taken by gatelab\.variants\.gru"):
        import_file(file)
    assert variants.get("gru").__module__ == "gatelab.variants.gru"


def test_a_step_s_own_line_stands_once(tmp_path):
    traced = "\nfrom gatelab.calculus.program import derive\nderive(Own())\n"
    file = write(
        tmp_path / "own.py", CELL.format("odd").replace("tanh(", "abs(h > 0) * (") + traced
    )
    with refused(VariantError, r"^own\.py:7: "):
        import_file(file)


def test_a_file_that_is_not_python_s_is_refused(tmp_path):
    for path, complaint in (
        (tmp_path, "no file"),
        (write(tmp_path / "a.txt", "1"), "not a Python"),
    ):
        with refused(GatelabError, complaint):
            import_file(path)


def test_files_of_one_name_in_two_folders_do_not_replace_each_other(tmp_path):
    for folder in ("a", "b"):
        import_file(write(tmp_path / folder / "cell.py", CELL.format(f"cell_{folder}")))
    assert variants.get("cell_a").__module__ != variants.get("cell_b").__module__
    with refused(VariantError, "the name 'cell_a' is taken"):
        import_file(write(tmp_path / "c" / "cell.py", CELL.format("cell_a")))


def test_a_file_may_be_imported_again_when_it_has_changed(tmp_path):
    file = tmp_path / "cell.py"
    import_file(write(file, CELL.format("changing")))
    old = variants.get("changing")
    import_file(write(file, CELL.format("changing").replace("tanh(p", "-tanh(p")))
    assert variants.get("changing") is not old


def test_a_file_may_import_what_lies_beside_it_and_hides_nothing(tmp_path):
    write(tmp_path / "beside_the_cell.py", "from gatelab.variants import tanh as squash\n")
    write(tmp_path / "fractions.py", "raise ImportError('not this one')\n")
    beside = "from fractions import Fraction\nfrom beside_the_cell import squash\n"
    file = write(tmp_path / "own.py", beside + CELL.format("sided").replace("tanh(p", "squash(p"))
    import_file(file)
    assert variants.get("sided").__name__ == "Own"


def test_a_file_called_like_a_module_of_python_s_leaves_that_alone(tmp_path):
    import random

    import_file(write(tmp_path / "random.py", CELL.format("at_random")))
    assert sys.modules["random"] is random
