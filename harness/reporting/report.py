"""The report on a study: leaderboards, tables of trials, figures, and what MLflow shows."""

import pandas as pd

from ..networks.network import Network
from ..trials.record import Baseline, column
from ..trials.trial import splits_of
from . import confusions, figures, samples, screen, standing

SHOWN = 200  # most steps of a test sequence in the figure of the gates


class Report:
    """The results of a study, read from its records; trains nothing.

    Args:
        study: the study.
        baselines: per task, {description of the baseline: its score on the test split}.
        further: per task, {description of the baseline: {score: value}}; see
            ``Task.further_scores``.
    """

    def __init__(self, study, baselines, further):
        self.study, self.baselines, self.further = study, baselines, further

    def leaderboard(self):
        """The leaderboards of all tasks, each sorted best first; see ``standing.ranked``.

        Returns:
            frame, a row per task and variant. Scores that a task does not have, such as
            ``test_macro_f1_mean``, are NaN.
        """
        return pd.concat([self._board(t) for t in range(len(self.study.tasks))], ignore_index=True)

    def _board(self, t):
        mine = [c for c in self.study.comparisons if c.task is self.study.tasks[t]]
        rows = pd.DataFrame([standing.row(c, self.baselines[t]) for c in mine])
        return standing.ranked(rows, mine[0].metric)

    def trials(self):
        """Frame with a row per trial: how it ended, its settings, scores and costs."""
        rows = [
            {
                "task": c.task.name,
                "variant": c.variant.name,
                "trial": r.slot,
                "state": r.state,
                "reason": r.reason,
                **({} if r.epoch is None else {"epoch": r.epoch}),
                **{column(key): score for key, score in r.best.items()},
                **r.cost,
                **{f"params.{name}": value for name, value in r.params.items()},
            }
            for c in self.study.comparisons
            for r in c.search.records()
        ]
        return pd.DataFrame(rows)

    def write(self):
        """Write leaderboard.csv and .png, trials.csv, and a CSV and a PNG per task."""
        out = self.study.out
        self.leaderboard().to_csv(out / "leaderboard.csv", index=False)
        self.trials().to_csv(out / "trials.csv", index=False)
        pages = []
        for t, task in enumerate(self.study.tasks):
            rows = self._board(t)
            rows.to_csv(out / f"leaderboard-{task.name}.csv", index=False)
            pages.append((rows, self.baselines[t]))
            figures.leaderboard([pages[-1]], out / f"leaderboard-{task.name}.png")
        figures.leaderboard(pages, out / "leaderboard.png")

    def tables(self):
        """Yield each task's leaderboard as a table for the screen."""
        for t, (baselines, further) in enumerate(zip(self.baselines, self.further, strict=True)):
            mine = [c for c in self.study.comparisons if c.task_number == t]
            reasons = {c.variant.name: standing.why_all_failed(c) for c in mine}
            yield screen.table(
                self._board(t), baselines, further, self.study.tasks[t].has_validation, reasons
            )

    def extra(self, c):
        """{metric: value} for a variant's parent run, beside those of its best trial."""
        row = standing.row(c, self.baselines[c.task_number])
        name = c.metric.name
        extra = {
            f"best/test_{name}_mean": row["test_mean"],
            f"best/test_{name}_std": row["test_std"],
        }
        return {**extra, f"best/baseline_{name}": row["baseline"]}

    def baseline(self, c):
        """The best baseline and whether the variant's final runs beat it; None if unknown."""
        row = standing.row(c, self.baselines[c.task_number])
        if pd.isna(row["test_mean"]):
            return None
        name, score, beaten = (row[k] for k in ("baseline_name", "baseline", "beats_baseline"))
        return Baseline(name, score, beaten)

    def artifacts(self, c):
        """Paths of a variant's certificate and of its best trial's weights, figures and samples.

        Figures and samples that do not exist yet are made.
        """
        record = c.search.best()
        folder, slot = c.folder("figures"), record.slot
        curves, gates = folder / f"curves-{slot:04d}.png", folder / f"gates-{slot:04d}.png"
        if not curves.exists():
            figures.curves(record, c, curves)
        weights = c.folder("weights", f"trial-{slot:04d}.npz")
        if weights.exists() and not gates.exists():
            network = Network.load(weights, backend="numpy")
            test = splits_of(c.task, self.study.seed).test
            steps = min(SHOWN, test.x.shape[1] if test.lengths is None else int(test.lengths[0]))
            figures.gates(network.states_over_time(test.x[0, :steps]), test.x[0, :steps], c, gates)
        written = confusions.of_best(c, record) + samples.of_best(c, slot, weights)
        return [p for p in (c.certificate, curves, gates, weights, *written) if p.exists()]
