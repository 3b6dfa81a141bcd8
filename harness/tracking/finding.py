"""Finding the runs of a study in MLflow: by tags of their own, not by the server's ids.

A run that was asked for and never confirmed may be there; one whose parent was deleted still is.
"""

from types import SimpleNamespace

STUDY = "study.id"
HOME = "study.home"  # where the study lives, as eight digits
PARENT = "mlflow.parentRunId"
SETTLED = (PARENT, "state", "slot", "optuna.trial", "search", "round")  # tags that ``short`` keeps


def condition(**tags):
    """MLflow's search condition for runs with all of these tags; those that are None are left out.

    Args:
        tags: {name: value}; "__" in a name stands for a dot. No value has a quote in it.
    """
    known = {name.replace("__", "."): value for name, value in tags.items() if value is not None}
    return " and ".join(f"tags.{_quoted(name)} = '{value}'" for name, value in known.items())


def trials(study, **tags):
    """The condition for all runs of a study but its variants' own; see ``condition``."""
    return f"{condition(study__id=study, **tags)} and tags.kind != 'study'"


def place(found):
    """(search, number in Optuna) of a run in MLflow: no other run of its variant has both.

    The search is "" for a trial, else as Optuna names what followed the trials: "best 3", "again".
    """
    tags = found.data.tags
    return tags.get("search", tags.get("round", "")), tags.get("optuna.trial")


def round_of(search):
    """What a search is called in MLflow: "final" for all that train a best trial again."""
    return "final" if search.startswith("best ") else search


def short(run_id, status, start_time, tags):
    """What ``settling`` asks of a run, in MLflow's form: a study may have very many.

    Args:
        run_id, status, start_time: as in MLflow's ``RunInfo``.
        tags: {name: value}, of which those in ``SETTLED`` are kept.
    """
    return SimpleNamespace(
        info=SimpleNamespace(run_id=run_id, status=status, start_time=start_time),
        data=SimpleNamespace(tags={name: tags[name] for name in SETTLED if name in tags}),
    )


def _quoted(name):
    return f"`{name}`" if "." in name else name
