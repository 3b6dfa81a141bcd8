"""What a study shows in its log while it runs, and when it ends: scores, texts, data, models."""

from pathlib import Path

from ..calculus import text
from ..calculus.program import derive
from ..reporting import artifacts, notes, standing
from ..reporting.rows import Row, best_of
from ..tracking import datasets
from . import weights


class Publication:
    """Keeps the log's view of a study up to date.

    Args:
        study: the study.
        facts: ``TaskFacts`` of its tasks.
        tracker: its open ``Tracker``.
        parents: {comparison: the variant's run}.
        session: how the study is being run; see ``about.session``.
    """

    def __init__(self, study, facts, tracker, parents, session):
        self.study, self.facts, self.tracker, self.parents = study, facts, tracker, parents
        self.session = session

    def begin(self, splits):
        """Say what is compared on what.

        Args:
            splits: of each task, in the study's order.
        """
        for task, data in zip(self.study.tasks, splits, strict=True):
            rows, used = self.study.of_task(task), datasets.of_splits(task, data)
            self.tracker.views(task.name, rows[0].metric.name, rows[0].metric.direction)
            for c in rows:
                self.tracker.log_data(self.parents[c], used)
            self._describe_task(rows)

    def ended(self, c):
        """A trial of a comparison has ended: show the best so far, every few seconds."""
        if self.tracker.due(self.parents[c]):
            self._show(c)
            self._describe_task(self.study.of_task(c.task))

    def finish(self):
        """Show the results and end the variants' runs; register the best networks."""
        for c in self.study.comparisons:
            self._finish(c, self._row(c))
        for task in self.study.tasks:
            rows = {c.variant.name: c for c in self.study.of_task(task)}
            best = best_of([self._row(c) for c in rows.values()])
            if best:
                self.tracker.crown(self.parents[rows[best.variant]])

    def interrupt(self):
        """The study stops early: leave the best so far, marked as unfinished."""
        for c in self.study.comparisons:
            self._show(c)
        for task in self.study.tasks:
            self._describe_task(self.study.of_task(task))

    def describe(self, ledger, page=None):
        """Describe all experiments and runs with their verdicts.

        Args:
            ledger: ``Ledger`` of the folder.
            page: path of the report, which is attached to the first run; or None.
        """
        link, verdicts = self._attached(page), {}
        for row in ledger.verdicts().itertuples():
            verdicts.setdefault(row.task, {})[row.variant] = row
        for task in self.study.tasks:
            rows, said = self.study.of_task(task), verdicts.get(task.name, {})
            self._describe_task(rows, [*said.values()], link)
            for c in rows:
                self._describe_run(c, said.get(c.variant.name), link)

    def links(self):
        """{"task/variant": address of its run}, of the runs that exist."""
        found = {c.name: self.tracker.link(run) for c, run in self.parents.items()}
        return {name: link for name, link in found.items() if link}

    def _attached(self, page):
        """The address of the report inside MLflow, once it is attached; None without one."""
        if page is None or Path(page).suffix != ".html":
            return None
        first = self.parents[self.study.comparisons[0]]
        self.tracker.attach_page(first, page)
        return self.tracker.page_link(first)

    def _show(self, c):
        row = self._row(c)
        progress = f"{len(row.records)} of {self.study.trials} trials"
        score = notes.best_so_far(row)
        self.tracker.show_parent(self.parents[c], row.best, score, progress=progress)
        self._describe_run(c)

    def _finish(self, c, row):
        run, best = self.parents[c], row.best
        self.tracker.finish_parent(
            run, best, artifacts.of_best(c), standing.extra(row), standing.baseline(row),
            notes.score(row),
        )  # fmt: skip
        kept = best and weights.find(best, self.study.out)
        if kept and kept.exists():
            self.tracker.log_model(run, kept, c.variant)

    def _describe_task(self, rows, verdicts=(), page=None):
        study = self.study
        protocol = notes.protocol(study.sampler, study.trials, study.finals)
        markdown = notes.experiment(
            [self._row(c) for c in rows], study.plan.reference, protocol, self._made(), verdicts,
            page, self._unfinished(rows),
        )  # fmt: skip
        self.tracker.describe(rows[0].task.name, markdown)

    def _describe_run(self, c, verdict=None, page=None):
        equations = text.equations(derive(c.variant()))
        markdown = notes.run(self._row(c), equations, verdict, page, self._unfinished([c]))
        word = verdict.verdict if verdict is not None else None
        if word and self._unfinished(self.study.of_task(c.task)):
            word = f"{word} (unfinished)"
        self.tracker.describe_run(self.parents[c], markdown, word)

    def _row(self, c):
        searched = self.study.sampler != "fixed"
        facts = self.facts[c.task_number]
        return Row(facts, c.variant.name, c.search.records(), searched, c.ended("final"))

    def _made(self):
        versions = ", ".join(f"{name} {each}" for name, each in self.session["versions"].items())
        return {
            "command": f"`{self.session['command']}`",
            "commit": self.session["commit"],
            "versions": versions,
            "seed": str(self.study.seed),
        }

    def _unfinished(self, rows):
        """How far some comparisons are, in words; "" if all their trials have ended."""
        ended, asked = sum(len(c.search.records()) for c in rows), len(rows) * self.study.trials
        return f"{ended} of {asked} trials" if ended < asked else ""
