"""What a training run followed from; with its record, that is enough to run it again."""

import json

TAG = "replay"  # of a run in MLflow
LONGEST = 4500  # characters; some servers take no longer tags


def of_row(study, about, task, variant):
    """What all runs of a variant on a task have in common.

    Args:
        study: contents of the study's ``study.json``.
        about: contents of its ``about.json``.
        task, variant: names.

    Returns:
        {"task": {option: its value as Python writes it}, "data": hash of the task's data, "cell":
        what tells the cell from others, "given": names of the settings that the study set or
        searched; all others follow from these}.
    """
    options = dict(study["tasks"][task])
    given = {*study["settings"], *about["spaces"].get(f"{task}/{variant}", {})}
    return {
        "data": options.pop("data"), "task": options, "cell": study["variants"][variant],
        "given": sorted(given),
    }  # fmt: skip


def of_run(row, record, search=""):
    """What one run followed from, as a dict for JSON.

    Args:
        row: from ``of_row``.
        record: of the run.
        search: "" for a trial, else as Optuna names what followed the trials: "best 3", "again".
    """
    given = {name: record.params[name] for name in row["given"] if name in record.params}
    return row | {"given": given, "key": key_of(search), "versions": record.versions}


def key_of(search):
    """What keys the random draws of a run, beside its seed and its slot; see ``running.rounds``."""
    return "final" if search.startswith("best ") else search or "trial"


def tag(row, record, search=""):
    """The tags with which MLflow's run alone is enough; {} if that would be too long for a tag."""
    text = json.dumps(of_run(row, record, search))
    return {TAG: text} if len(text) <= LONGEST else {}
