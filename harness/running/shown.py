"""A study that has not been run, as a line and as a table."""

from ..foundation import notebooks


def line(study):
    """Cells, tasks, budget and folder."""
    what = f"{_names(study.variants)} on {_names(study.tasks)}"
    return f"Study of {what}: {budget(study)}, in {study.out}"


def html(study):
    """The same as a table, with the settings and the search space."""
    rows = [
        ("tasks", _names(study.tasks)),
        ("cells", _names(study.variants)),
        ("compared with", study.plan.reference or study.variants[0].name),
        ("budget", f"{budget(study)}; {study.finals} fresh seeds for the best of each"),
        *(("set: " + name, value) for name, value in study.settings.items()),
        *(("searched: " + name, entry) for name, entry in _searched(study).items()),
        ("seed", study.seed),
        ("workers", study.cluster or study.workers),
        ("folder", study.out),
    ]
    return notebooks.table("Study", rows)


def budget(study):
    """Such as "20 trials of each cell, random search"."""
    if study.sampler == "fixed":
        return f"{study.trials} seeds of each cell, nothing searched"
    return f"{study.trials} trials of each cell, {study.sampler} search"


def _names(those):
    return ", ".join(each.name for each in those)


def _searched(study):
    """{setting: where it is searched}, of all rows."""
    found: dict[str, object] = {}
    for c in study.comparisons:
        found |= c.space
    return found
