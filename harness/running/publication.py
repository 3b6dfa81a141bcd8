"""What a study shows in its log while it runs, and when it ends: scores, texts, data, models."""

from pathlib import Path

from ..reporting import notes, standing
from ..reporting.rows import best_of
from . import weights


class Publication:
    """Keeps the log's view of a study up to date.

    Args:
        told: what there is to tell: ``told.Running`` or ``told.Kept``.
        tracker: a ``Tracker``.
        parents: {"task/variant": the variant's run}.
        session: how the study is being run; see ``about.session``.
    """

    def __init__(self, told, tracker, parents, session):
        self.told, self.tracker, self.parents, self.session = told, tracker, parents, session

    def begin(self, data):
        """Say what is compared on what.

        Args:
            data: {task: list of ``datasets.Data``}.
        """
        for task in self.told.tasks:
            rows = self.told.rows(task)
            self.tracker.views(task, rows[0].metric.name, rows[0].metric.direction)
            for row in rows:
                self.tracker.log_data(self.parents[row.name], data.get(task, ()))
            self._describe_task(rows)

    def ended(self, task, variant):
        """A trial has ended: show the best so far, every few seconds."""
        if self.tracker.due(self.parents[f"{task}/{variant}"]):
            rows = self.told.rows(task)
            self._show(next(row for row in rows if row.variant == variant))
            self._describe_task(rows)

    def finish(self):
        """Show the results and end the variants' runs; register the best networks."""
        for rows in map(self.told.rows, self.told.tasks):
            for row in rows:
                self._finish(row)
            if best := best_of(rows):
                self.tracker.crown(self.parents[best.name])

    def interrupt(self):
        """The study stops early: leave the best so far, marked as unfinished."""
        for rows in map(self.told.rows, self.told.tasks):
            for row in rows:
                self._show(row)
            self._describe_task(rows)

    def describe(self, ledger, page=None):
        """Describe all experiments and runs with their verdicts.

        Args:
            ledger: ``Ledger`` of the folder.
            page: path of the report, which is attached to the first run; or None.
        """
        link, verdicts = self._attached(page), {}
        for row in ledger.verdicts().itertuples():
            verdicts.setdefault(row.task, {})[row.variant] = row
        for task in self.told.tasks:
            rows, said = self.told.rows(task), verdicts.get(task, {})
            self._describe_task(rows, [*said.values()], link)
            for row in rows:
                self._describe_run(row, rows, said.get(row.variant), link)

    def links(self):
        """{"task/variant": address of its run}, of the runs that exist."""
        found = {name: self.tracker.link(run) for name, run in self.parents.items()}
        return {name: link for name, link in found.items() if link}

    def _attached(self, page):
        """The address of the report inside MLflow, once it is attached; None without one."""
        if page is None or Path(page).suffix != ".html":
            return None
        first = next(iter(self.parents.values()))
        self.tracker.attach_page(first, page)
        return self.tracker.page_link(first)

    def _show(self, row):
        progress = f"{len(row.records)} of {self.told.trials} trials"
        score = notes.best_so_far(row)
        self.tracker.show_parent(self.parents[row.name], row.best, score, progress=progress)
        self._describe_run(row, [row])

    def _finish(self, row):
        run, best = self.parents[row.name], row.best
        self.tracker.finish_parent(
            run, best, self.told.files(row), standing.extra(row), standing.baseline(row),
            notes.score(row), self._unfinished([row]) or "finished",
        )  # fmt: skip
        path, cell = best and weights.find(best, self.told.out), self.told.cell(row.variant)
        if path and path.exists() and cell:
            self.tracker.log_model(run, path, cell)

    def _describe_task(self, rows, verdicts=(), page=None):
        told = self.told
        protocol = notes.protocol(told.sampler, told.trials, told.finals)
        markdown = notes.experiment(
            rows, told.reference, protocol, self._made(), verdicts, page, self._unfinished(rows)
        )
        self.tracker.describe(rows[0].task.name, markdown)

    def _describe_run(self, row, rows, verdict=None, page=None):
        equations = self.told.equations(row.variant)
        markdown = notes.run(row, equations, verdict, page, self._unfinished([row]))
        word = verdict.verdict if verdict is not None else None
        if word and self._unfinished(rows):
            word = f"{word} (unfinished)"
        self.tracker.describe_run(self.parents[row.name], markdown, word)

    def _made(self):
        versions = ", ".join(f"{name} {each}" for name, each in self.session["versions"].items())
        return {
            "command": f"`{self.session['command']}`",
            "commit": self.session["commit"],
            "versions": versions,
            "seed": str(self.told.seed),
        }

    def _unfinished(self, rows):
        """How far some rows are, in words; "" if all their trials have ended."""
        ended, asked = sum(len(row.records) for row in rows), len(rows) * self.told.trials
        return f"{ended} of {asked} trials" if ended < asked else ""
