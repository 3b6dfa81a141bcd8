"""Workers on other machines must run the same software, or the numbers of a study would mix."""

from typing import Any

COMPARED = ("gatelab", "numpy", "numba")


def installed():
    """What this process would train with: {"python" or package: version; "files": their hash}.

    "files" tells apart checkouts of one version. A package that is not installed is None.
    """
    import hashlib
    import importlib.util
    import platform
    from importlib.metadata import PackageNotFoundError, version
    from pathlib import Path

    found = {"python": platform.python_version(), "files": None}
    for name in ("gatelab", "numpy", "numba"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    known = hashlib.sha256()
    for name in ("gatelab", "gatelab.tasks", "gatelab.variants") if found["gatelab"] else ():
        spec: Any = importlib.util.find_spec(name)
        folder = Path(spec.origin).parent
        for file in sorted(folder.rglob("*.py"), key=lambda file: file.relative_to(folder).parts):
            inside = file.relative_to(folder).as_posix()
            if not inside.startswith(("tasks/", "variants/", "studies/")):  # an installed gatelab
                known.update(f"{name} {inside}\n".encode() + file.read_bytes())
    return found | {"files": known.hexdigest()[:16]}


# Pickled by value, as if typed into the script: a worker without gatelab shall be able to say so.
installed.__module__ = "__main__"


def differences(there, here=None):
    """In words, how a worker's software differs from this process's: [] if it may be used.

    Args:
        there: ``installed()`` of the worker.
        here: of this process; None to look.
    """
    here = here or installed()
    said = [
        f"{name} {there[name] or 'is missing'} (here {here[name]})"
        for name in COMPARED
        if there[name] != here[name]
    ]
    # Classes that travel by value hold bytecode, which changes with every 3.x.
    if _minor(there["python"]) != _minor(here["python"]):
        said.append(f"Python {there['python']} (here {here['python']})")
    if not said and there["files"] != here["files"]:
        said.append(f"gatelab {there['gatelab']} with other files than here")
    return said


def _minor(python):
    return python.split(".")[:2]
