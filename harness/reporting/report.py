"""Reading results: leaderboards as table, CSV and picture, and the frames of a study."""

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from tasks.metrics import METRICS

from ..networks.network import Network
from ..trials.trial import splits_of
from . import figures

SHOWN = 200  # steps of a test sequence that the gate figure shows at most


class Report:
    """What a study found, never running anything itself.

    Args:
        baselines: per task, {what it is in words: its score on the test split}.
    """

    def __init__(self, study, baselines):
        self.study, self.baselines = study, baselines

    def leaderboard(self):
        """A row per task and variant, the best test score first within a task."""
        parts = []
        for t, task in enumerate(self.study.tasks):
            mine = [c for c in self.study.comparisons if c.task is task]
            rows = pd.DataFrame([c.row(self.baselines[t]) for c in mine])
            up = mine[0].metric.direction == "minimize"
            parts.append(rows.sort_values("test_mean", ascending=up, kind="stable"))
        return pd.concat(parts, ignore_index=True)

    def trials(self):
        """A row per trial: how it ended, its settings, its scores and costs."""
        rows = [
            {
                "task": c.task.name,
                "variant": c.variant.name,
                "trial": r["slot"],
                "state": r["state"],
                "reason": r["reason"],
                **{k: v for k, v in (r["best"] or {}).items()},
                **r["cost"],
                **{f"params.{k}": v for k, v in r["params"].items()},
            }
            for c in self.study.comparisons
            for r in c.search.records()
        ]
        return pd.DataFrame(rows)

    def write(self):
        """leaderboard.csv and .png, trials.csv, and a CSV and a PNG per task."""
        out, board = self.study.out, self.leaderboard()
        board.to_csv(out / "leaderboard.csv", index=False)
        self.trials().to_csv(out / "trials.csv", index=False)
        pages = []
        for t, task in enumerate(self.study.tasks):
            rows = board[board.task == task.name]
            rows.to_csv(out / f"leaderboard-{task.name}.csv", index=False)
            pages.append((rows, self.baselines[t]))
            figures.leaderboard([pages[-1]], out / f"leaderboard-{task.name}.png")
        figures.leaderboard(pages, out / "leaderboard.png")

    def tables(self):
        """The leaderboards, for the screen."""
        board = self.leaderboard()
        for t, task in enumerate(self.study.tasks):
            yield self._table(board[board.task == task.name], self.baselines[t])

    def _table(self, rows, baselines):
        first = rows.iloc[0]
        listed = ", ".join(f"{name} {value:.4g}" for name, value in baselines.items())
        better = "lower" if METRICS[first.metric].direction == "minimize" else "higher"
        table = Table(
            title=f"\n{first.task}: {first.metric}, {better} is better", title_justify="left",
            box=SIMPLE_HEAD,
            caption=f"baselines on test: {listed}\n", caption_justify="left", padding=(0, 1, 0, 0),
        )  # fmt: skip
        seeds = int(rows.seeds.max())
        table.add_column("variant", no_wrap=True)
        for name in ("best valid", f"test, {seeds} seeds", "baseline"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for name in ("parameters", "s/trial", "trials"):
            table.add_column(name, justify="right", no_wrap=True)
        for row in rows.itertuples():
            spread = "" if pd.isna(row.test_std) else f" ± {row.test_std:.2g}"
            if row.seeds_failed:
                spread += f" ({row.seeds_failed} of {row.seeds + row.seeds_failed} failed)"
            lost = [
                f"{n} {what}" for n, what in ((row.failed, "failed"), (row.pruned, "pruned")) if n
            ]
            table.add_row(
                row.variant, _number(row.valid), f"{_number(row.test_mean)}{spread}",
                _number(row.baseline), _verdict(row),
                f"{row.parameters:,}", f"{row.seconds_per_trial:.1f}",
                f"{row.trials}{' (' + ', '.join(lost) + ')' if lost else ''}",
            )  # fmt: skip
        return table

    def extra(self, c):
        """Metrics of a variant's parent run beyond its best trial's."""
        row = c.row(self.baselines[c.task_number])
        name = c.metric.name
        extra = {
            f"best/test_{name}_mean": row["test_mean"],
            f"best/test_{name}_std": row["test_std"],
        }
        return {**extra, f"best/baseline_{name}": row["baseline"]}

    def artifacts(self, c):
        """Certificate of a variant; figures, drawn once, and weights of its best trial."""
        record = c.search.best()
        folder, slot = c.folder("figures"), record["slot"]
        curves, gates = folder / f"curves-{slot:04d}.png", folder / f"gates-{slot:04d}.png"
        if not curves.exists():
            figures.curves(record, c, curves)
        weights = c.folder("weights", f"trial-{slot:04d}.npz")
        if weights.exists() and not gates.exists():
            network = Network.load(weights, backend="numpy")
            test = splits_of(c.task, self.study.seed).test
            steps = min(SHOWN, test.x.shape[1] if test.lengths is None else int(test.lengths[0]))
            figures.gates(network.states_over_time(test.x[0, :steps]), test.x[0, :steps], c, gates)
        return [p for p in (c.certificate, curves, gates, weights) if p.exists()]


def _verdict(row):
    if row.failed and row.failed == row.trials:
        return "all failed"
    return "" if row.beats_baseline or pd.isna(row.test_mean) else "does not beat it"


def _number(value):
    return "none" if pd.isna(value) else f"{value:.4g}"
