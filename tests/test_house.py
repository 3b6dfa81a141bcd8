"""The house: imports run downwards only, and nobody imports the folders by their own names."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: From the ground up. A file may import from its own room and from those before it.
FLOORS = """
    foundation errors
    variants.language variants
    tasks.framework tasks.data_files tasks.shared tasks.archives tasks.tables tasks.preparation
    tasks.user_data
    tasks.figures tasks.checks tasks
    calculus kernels diagram networks dynamics describing standalone export gallery
    trials serving certification statistics searching tracking reporting running
    watching replaying mending gallery.paper
    studies studies.bench studies.claims studies.soak cli
""".split()
#: Doors: they may look at any floor. The package's own names are imported at first use.
DOORS = ("gatelab", "gatelab.__main__", "__main__")
SCRIPTS = ("studies", "studies.bench", "studies.claims", "studies.soak", "cli")
#: For a user's convenience, a ``Network`` calls the writers that are above it, and a notebook,
#: which asks a cell itself how to show it, gets the equations that the calculus derives.
UPWARDS = {
    ("gatelab.networks.portable", "gatelab.export"),
    ("gatelab.networks.portable", "gatelab.standalone.loaded"),
    ("gatelab.variants.language.variant", "gatelab.describing.notebook"),
}
PACKAGES = {
    "harness": "gatelab",
    "tasks": "gatelab.tasks",
    "variants": "gatelab.variants",
    "studies": "gatelab.studies",
}


def _module(path):
    top, *rest = path.relative_to(ROOT).with_suffix("").parts
    return ".".join([PACKAGES[top], *(part for part in rest if part != "__init__")])


MODULES = {_module(path): path for top in PACKAGES for path in (ROOT / top).rglob("*.py")}


def room(module):
    """The room of a module, as ``FLOORS`` calls it: the longest name that it begins with."""
    inside = module.removeprefix("gatelab.")
    fitting = [name for name in FLOORS if f"{inside}.".startswith(f"{name}.")]
    return max(fitting, key=len, default=inside)


def imported(module):
    """The modules of ours that a module imports, inside functions as well."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            parts = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*parts, node.module] if node.module else parts)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                if full in MODULES or base in MODULES:
                    yield full if full in MODULES else base


@pytest.mark.parametrize("module", sorted(MODULES.keys() - set(DOORS)))
def test_imports_run_downwards(module):
    here = room(module)
    assert here in FLOORS, f"{module} is in no room that the list of floors knows"
    for other in imported(module):
        if (module, other) in UPWARDS:
            continue
        if other == "gatelab":  # a study is an ordinary script of a user's
            assert here in SCRIPTS, f"{module} imports the front door; name the room"
            continue
        assert FLOORS.index(room(other)) <= FLOORS.index(here), f"{module} imports {other}"


def test_no_floor_is_listed_twice_or_is_gone():
    assert len(set(FLOORS)) == len(FLOORS)
    assert {room(module) for module in MODULES} - set(DOORS) == set(FLOORS)


def test_every_exception_is_needed():
    assert all(other in imported(module) for module, other in UPWARDS)


def test_nothing_is_imported_by_a_folder_s_own_name():
    files = [p for top in (*PACKAGES, "tests") for p in (ROOT / top).rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            assert not {name.partition(".")[0] for name in names} & {*PACKAGES}, path
