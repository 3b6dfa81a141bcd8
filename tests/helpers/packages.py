"""Packages: some may be missing; some bring cells and tasks of their own."""

import pytest

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"


def needs(*packages):
    """Skip a test where a package is not installed; return the first."""
    found = [
        pytest.importorskip(each, reason=f"{each} is not installed: nothing to compare with")
        for each in packages
    ]
    return found[0]


def install(folder, name, source, entry, group="gatelab.variants"):
    """Lay a package of one module down as an installer does, its entry point included.

    Args:
        folder: where packages lie; it belongs on the path of the process that is to find it.
        entry: what the entry point names, ``module:attribute`` or ``module``.
    """
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / f"{name}.py").write_text(source)
    (about / "METADATA").write_text(METADATA.format(name=name))
    (about / "entry_points.txt").write_text(f"[{group}]\n{name} = {entry}\n")
