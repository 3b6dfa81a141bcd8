"""Finding the runs of a study in MLflow: by tags of their own, not by the server's ids.

A run that was asked for and never confirmed may be there; one whose parent was deleted still is.
"""

STUDY = "study.id"
HOME = "study.home"  # where the study lives, as eight digits
PARENT = "mlflow.parentRunId"


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


def _quoted(name):
    return f"`{name}`" if "." in name else name
