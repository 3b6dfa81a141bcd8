"""A study: variants x tasks x trials. All arguments are checked before anything is written."""

from contextlib import contextmanager
from dataclasses import replace

from gatelab.tasks import TaskError
from gatelab.tasks.framework.metrics import METRICS
from gatelab.variants.language.variant import initial_values

from .. import tasks as task_registry
from .. import variants as variant_registry
from ..calculus.program import derive
from ..errors import StudyError
from ..foundation.errors import first_line
from ..foundation.notebooks import no_widgets
from ..networks.initialisation import forget_biases
from ..reporting.facts import TaskFacts
from ..reporting.plan import Plan
from ..searching.asked import entry, prunes
from ..searching.described import title
from ..trials import space
from ..trials.identity import digest
from ..trials.settings import DEFAULTS, check_space, effective
from ..trials.trial import completed, splits_of
from . import checks, shown, structures
from .comparison import Comparison
from .interrupts import Interrupts
from .ownership import owned
from .pool import Pool


class Study:
    """Compares variants on tasks under equal conditions.

    Every variant gets the same budget, search space (plus its own hyperparameters), data and
    seeds; under random search also the same draws.

    Args:
        tasks: names or files, with options as in "adding:length=20" and "load.csv:window=48";
            classes; instances.
        variants: names, with options as in "rhn:depth=5"; classes.
        trials: budget per task and variant. Running the study again continues up to it.
        sampler: "random", "tpe", "gp" or "cmaes", a sampler of Optuna's, or a function of
            the seed that returns one. Under random search the cells share their draws, and are
            compared draw by draw; the trials of the others are described, not decided by.
        seed: root of all random draws; the same seed gives the same numbers.
        workers: number of processes, each with one BLAS thread.
        out: folder of the databases and the report.
        settings: {name: value} of hyperparameters that are not searched.
        seeds: number of seeds to train with the given settings, instead of a search.
        search: {name: entry} that overrides the search space.
        pruning: whether hopeless trials are stopped early; None means with "tpe" or a pruner only.
        pruner: "median", "hyperband" or "halving", a pruner of Optuna's, or a function of the seed
            that returns one; None for "median", from the middle of a training on.
        finals: number of fresh seeds with which each cell's best configuration is trained again.
            Their mean describes a cell; it decides nothing.
        reference: name of the variant that the others are compared with; None for the first.
        margin: largest difference on test that counts as equal, in the metric's unit; None for
            half the standard deviation of a trial's seed noise.
        noise_draws: number of the reference's draws that are trained twice, to measure that noise.
        confirm: number of configurations that are trained again, with fresh seeds, in both cells
            of each comparison; only where so many can be chosen.
        tracking_uri: URI of an MLflow server, instead of ``out/mlflow.db``; by default the one in
            the environment variable MLFLOW_TRACKING_URI, unless that names a local file.
        page: whether to write ``out/report.html`` at the end; ``gatelab report`` writes it, too.
        quiet: whether to show no progress on the screen.
        storage: address of a PostgreSQL database for the trials, instead of ``out/optuna.db``; None
            for that in the environment variable GATELAB_STORAGE, if it is set.
        cluster: address of a Dask scheduler, or the path of its ``scheduler.json``: its workers
            train, as many at once as they have threads; ``workers`` then counts no trials.
        patience_seconds: a trial that makes no progress for so long is ended, started once more,
            and then failed; None for 30 minutes, or 20 times the estimate if that is longer.
        checkpoint_seconds: working time after which a trial writes a checkpoint.
        log_wait: seconds to wait at most, at the end, until MLflow has everything.
        retry_failed: whether trials that failed by an error are trained again; those that diverged
            would diverge again.
        as_copy: whether ``out`` is a copy of a study's folder that becomes a study of its own.

    Raises:
        StudyError, VariantError, TaskError: an argument is invalid; nothing has been written.
    """

    def __init__(
        self, tasks, variants, trials=20, sampler="random", seed=0, workers=2, out="runs",
        settings=None, seeds=None, search=None, pruning=None, finals=3, reference=None,
        margin=None, noise_draws=10, confirm=8, tracking_uri=None, page=True, quiet=False,
        storage=None, cluster=None, patience_seconds=None, checkpoint_seconds=30, log_wait=60,
        retry_failed=False, as_copy=False, pruner=None,
    ):  # fmt: skip
        self.trials = (
            checks.count("trials", trials) if seeds is None else checks.count("seeds", seeds)
        )
        self.seed, self.workers = checks.count("seed", seed, 0), checks.count("workers", workers)
        self.searcher = checks.sampler(sampler, self.seed, seeds)
        self.sampler = title(entry(self.searcher))
        self.pruner = checks.pruner(pruner, self.seed, pruning, seeds)
        self.out, self.finals = checks.folder(out), checks.count("finals", finals, 0)
        self.pruning, self.tracking_uri = pruning, checks.tracking_uri(tracking_uri)
        self.page, self.quiet = page, quiet
        self.storage = checks.storage(storage, self.tracking_uri)
        self.cluster = checks.cluster(cluster)
        self.patience_seconds = checks.seconds("patience_seconds", patience_seconds)
        self.checkpoint_seconds = checks.seconds("checkpoint_seconds", checkpoint_seconds)
        self.retry_failed, self.as_copy = retry_failed, as_copy
        self.log_wait = checks.seconds("log_wait", log_wait, or_zero=True)
        self.settings, self.entries = (
            checks.named("settings", settings),
            checks.named("search", search),
        )
        checks.not_both(self.settings, self.entries, seeds)
        checks.can_decide(self.sampler, self.pruning, self.pruner)
        self.tasks = [task_registry.make(t) for t in checks.some("tasks", tasks)]
        self.variants = [variant_registry.get(v) for v in checks.some("variants", variants)]
        checks.names("task", [t.name for t in self.tasks])
        checks.can_search(self.tasks, self.sampler)
        self.plan = Plan(
            checks.reference(reference, [v.name for v in self.variants]), checks.margin(margin),
            self.trials, checks.count("noise_draws", noise_draws, 0),
            checks.count("confirm", confirm, 0),
        )  # fmt: skip
        for variant in self.variants:
            if not variant_registry.is_registered(variant):
                raise StudyError(f"{variant.__name__} has no name; write @register('my_cell')")
            derive(variant())
        checks.names("variant", [v.name for v in self.variants], more=":=,+")
        self.comparisons = [
            self._comparison(t, v)
            for t in range(len(self.tasks))
            for v in range(len(self.variants))
        ]
        checks.can_forget(self.comparisons, {**self.settings, **self.entries})
        checks.can_draw(self.comparisons, self.searcher)

    def _comparison(self, t, v):
        task, variant = self.tasks[t], self.variants[v]
        own, open_ = variant_registry.hyperparameters(variant), variant_registry.left_open
        others = {h for w in self.variants for h in open_(w)} - {*open_(variant)}
        found = space.resolve(
            DEFAULTS, task.search, self.entries, variant.search, open_(variant), others,
            self.settings,
        )  # fmt: skip
        fixed = {k: v for k, v in self.settings.items() if k in DEFAULTS or k in open_(variant)}
        for name in own.keys() & found.keys():
            for value in found[name] if isinstance(found[name], list) else found[name][:2]:
                variant(**{name: value})
        check_space(found)
        cells = [variant(**own) for own in structures.of_cell(variant, found, fixed)]
        if not any(map(forget_biases, cells)):
            found.pop("forget_bias", None)
            fixed.pop("forget_bias", None)
        self._check_structures(task, variant, found, fixed)
        return Comparison(
            task, variant, found if self.sampler != "fixed" else {}, fixed, (t, v), self
        )

    def _check_structures(self, task, variant, found, fixed):
        """Build every structure a trial may draw, as far as is cheap, so that none fails later."""
        settings = {k: v for k, v in fixed.items() if k in DEFAULTS}
        sizes = found.get("parameters", ())
        sizes = sizes if isinstance(sizes, list) else sizes[:1]  # the low end of a range
        least = [{"parameters": size} for size in sizes] or [{}]
        for own in structures.of_cell(variant, found, fixed):
            cell = variant(**own)
            for chosen in structures.of_network(found):
                for size in least:
                    given = completed(task, cell, effective(settings | chosen | size))
                    derive(cell, (), bool(given["layer_norm"]))  # refuses what cannot be normalised
            if settings.get("zoneout") or "zoneout" in found:
                derive(cell, ("zoneout",))  # refuses cells whose states cannot be averaged

    def __repr__(self):
        return f"<{shown.line(self)}>"

    def _repr_html_(self):
        return shown.html(self)

    def run(self):
        """Run what is left of the budget, and write the results to ``out``.

        Returns:
            Result.

        Raises:
            StudyError: the folder cannot be written, is in use or holds a study with other
                settings, or a cell fails its certification; the message gives the details. Nothing
                but the folder's lock is written then.
            KeyboardInterrupt: after Ctrl-C; all finished trials are kept.
        """
        splits = [self._checked_splits(task) for task in self.tasks]
        for comparison in self.comparisons:
            checks.can_read(comparison, splits[comparison.task_number].train)
        interrupts = Interrupts()
        with owned(self.out), interrupts, self._processes() as pool:
            with no_widgets():
                from .conductor import Conductor  # loads Optuna, while the processes start

            facts = [_facts(*pair) for pair in zip(self.tasks, splits, strict=True)]
            conductor = Conductor(self, facts, self.identity(splits), splits, interrupts, pool)
            conductor.run()
        from ..reporting.result import Result  # not before trials train: it loads pandas and SciPy

        return replace(Result.load(self.out, self.storage), unsent=conductor.unsent)

    @contextmanager
    def _processes(self):
        """This machine's workers, starting, which takes a second or two; None with a cluster."""
        if self.cluster is not None:
            yield None
            return
        pool = Pool.of(self)
        try:
            pool.open()
            yield pool
        finally:
            pool.close()

    def of_task(self, task):
        """The comparisons of a task."""
        return [c for c in self.comparisons if c.task is task]

    def _checked_splits(self, task):
        try:
            task_registry.check_task(task)
            return splits_of(task, self.seed)
        except TaskError:
            raise
        except (Exception, SystemExit) as error:  # from a user's own code, or from pickle
            reason = f"{type(error).__name__}: {first_line(error)}"
            raise StudyError(f"task {task.name} cannot be used: {reason}") from error

    def identity(self, splits):
        """Everything that determines the numbers; a study continues only if its folder agrees."""
        return {
            "seed": self.seed,
            "sampler": entry(self.searcher),
            "pruning": prunes(self.searcher, self.pruning, self.pruner),
            **({"pruner": self.pruner.entry} if self.pruner else {}),
            "settings": self.settings,
            "search": self.entries,
            "defaults": DEFAULTS,
            "spaces": {c.name: {k: repr(v) for k, v in c.space.items()} for c in self.comparisons},
            "tasks": {
                t.name: {k: repr(v) for k, v in t.options().items()} | {"data": digest(s)}
                for t, s in zip(self.tasks, splits, strict=True)
            },
            "variants": {v.name: cell_identity(v) for v in self.variants},
        }


def cell_identity(variant):
    """What tells a cell from others: a study continues with the same cells only."""
    return {
        "equations": derive(variant()).identity, "forget": variant.forget,
        "values": initial_values(variant()) | variant_registry.hyperparameters(variant),
    }  # fmt: skip


def _facts(task, splits):
    return TaskFacts(
        task.name, METRICS[task.metric], dict(task.baselines(splits)),
        task.further_baselines(splits), task.has_validation, digest(splits),
        {name: repr(value) for name, value in task.options().items()}, task.kind,
        task.notes,
    )  # fmt: skip
