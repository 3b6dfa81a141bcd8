"""The runs of ``gatelab solve``, which count sequences until a task's stop rule is met."""

import sys

from gatelab.studies.jobs import Job, results
from gatelab.studies.protocols import counts_of, in_words, said, worst

from .. import tasks, variants
from ..certification import certified
from ..errors import StudyError
from ..foundation.markdown import table
from ..foundation.user_files import import_file
from ..running.checks import count
from ..trials.settings import complete
from ..trials.solving import solve

HEAD = ("task", "cell", "sequences, median (least to most)", "failed", "tested then, worst seed")


def solved(task, variant, settings, budget, seed, files):
    """Run one task, cell and seed in a worker, from names and files; returns the record."""
    for file in files:
        import_file(file)
    return solve(tasks.make(task), variants.get(variant), settings, seed, budget=budget)


def jobs(task_texts, cells, settings, budget, seeds, files):
    """A Job for every task, cell and seed; refuses those that no worker could run."""
    for text in task_texts:
        if (task := tasks.make(text)).stop is None:
            ruled = [name for name in tasks.names() if tasks.make(name).stop is not None]
            raise StudyError(f"{task.name} has no stop rule; those that have: {', '.join(ruled)}")
        for name in cells:
            own = variants.hyperparameters(variants.get(name))
            complete({key: value for key, value in settings.items() if key not in own})
            for seed in range(seeds):
                given = {"task": text, "variant": name, "settings": settings, "seed": seed}
                given |= {"budget": budget, "files": files}
                yield Job(f"{text}, {name}, seed {seed}", solved, given, files)


def admit(cls, settings):
    """Refuse a cell that fails its certification, as a study does."""
    own = {k: v for k, v in settings.items() if k in variants.hyperparameters(cls)}
    for warning in certified(cls(**own)).warnings:
        print(f"warning: {cls.name}: {warning}", file=sys.stderr)


def row(task, variant, records):
    """A row of the table, with the columns of HEAD."""
    return task, variant, *in_words(counts_of(records)), worst(records)


def show(task_texts, cells, settings, budget, seeds, workers, out, files):
    """Run the remaining jobs and print the table."""
    seeds, workers = count("seeds", seeds), count("workers", workers)
    budget = None if budget is None else count("budget", budget)
    listed = list(jobs(task_texts, cells, settings, budget, seeds, files))
    for name in cells:
        admit(variants.get(name), settings)
    found = results(listed, out, workers, said)
    groups = {}
    for job in listed:
        groups.setdefault((job.given["task"], job.given["variant"]), []).append(found[job.name])
    print(table(HEAD, [row(task, name, records) for (task, name), records in groups.items()]))
