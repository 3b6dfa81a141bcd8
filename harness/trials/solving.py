"""Sequences until solved: training until a paper's stop rule is met, not for a fixed budget."""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gatelab.tasks.framework.batches import Batch, StatefulStream, Stream
from gatelab.tasks.framework.errors import TaskError
from gatelab.tasks.framework.metrics import METRICS
from gatelab.tasks.framework.stopping import Examined, Tally, judge

from .. import variants
from ..networks.network import Network
from .descent import Descent, Diverged
from .space import keyed
from .trial import build, completed, splits_of, start

PAPERS = {"batch": 1, "schedule": "constant"}  # defaults, as in the papers
DRAWN = 256  # sequences drawn from a stream at once


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # divergence is checked for
def solve(task, variant, given, seed, rule=None, budget=None):
    """Train until the rule is met or its budget is spent, then measure the test split.

    Args:
        task: instance of a task.
        variant: class of the cell.
        given: {name: value} of settings and of the variant's own hyperparameters. Unlike in a
            study, ``batch`` is 1 and ``schedule`` is "constant" by default; a schedule ends with
            the budget. A rule that cuts sequences always takes them one at a time.
        seed: root of all draws: data, weights, dropout.
        rule: replaces the task's own ``stop``.
        budget: number of sequences, replaces the rule's.

    Returns:
        a dict for JSON: sequences, up to the end of the batch that met the rule; solved; reason, if
        training diverged; test, see ``tested``; parameters; settings, including the variant's own
        hyperparameters; seconds.

    Raises:
        TaskError: the task has no rule, and none is given.
    """
    rule = rule or task.stop
    if rule is None:
        raise TaskError(
            f"{task.name} has no stop rule; give one, such as tasks.framework.stopping.Recent"
        )
    run = _Run.of(task, variant, given, seed, rule, budget or rule.budget)
    started, reason = time.perf_counter(), None
    try:
        solved = run.to_the_end()
    except Diverged as error:
        solved, reason = False, str(error)
    seconds = time.perf_counter() - started
    return {
        "sequences": run.count,
        "solved": solved,
        "reason": reason,
        "test": tested(task, run.network, rule, run.splits.test),
        "parameters": int(run.network.size),
        "settings": {k: v for k, v in (given | run.settings).items() if v is not None},
        "seconds": seconds,
    }


def tested(task, network, rule, batch):
    """Results of a network on a batch.

    Args:
        task: instance of a task.
        network: Network.
        rule: the stop rule, which decides when a sequence is right.
        batch: Batch.

    Returns:
        {"wrong": number of wrong sequences, "of": number of sequences, "error": mean error,
        <the task's metric>: score}.
    """
    outputs = network.predict(batch.x, batch.lengths)
    judged = judge(rule, task.kind, outputs, batch)
    score = METRICS[task.metric].score(outputs, batch.y, batch.lengths)
    return {
        "wrong": int((~judged.right).sum()),
        "of": len(judged.right),
        "error": float(judged.error.mean()),
        task.metric: float(score),
    }


@dataclass
class _Run:
    """A network in training, and the number of sequences it has seen."""

    task: Any
    rule: Any
    budget: int
    settings: dict[str, Any]
    splits: Any
    network: Network
    descent: Descent
    streams: dict[str, np.random.Generator]
    count: int = 0
    tally: Tally = field(init=False)

    @classmethod
    def of(cls, task, variant, given, seed, rule, budget):
        own = {k: v for k, v in given.items() if k in variants.hyperparameters(variant)}
        cell = variant(**own)
        others = {k: v for k, v in given.items() if k not in own}
        settings: dict[str, Any] = completed(task, cell, PAPERS | others)
        streams = {
            name: np.random.default_rng(keyed(seed, 0, f"solve {name}"))
            for name in ("weights", "data", "dropout", "examined")
        }
        splits, network = splits_of(task, seed), build(task, cell, settings)
        start(network, settings, splits.train, streams["weights"])
        descent = Descent(network, settings, streams["dropout"])
        return cls(task, rule, budget, settings, splits, network, descent, streams)

    def __post_init__(self):
        self.tally = Tally(self.rule)

    def to_the_end(self):
        """Whether the rule was met within the budget."""
        looks = isinstance(self.rule, Examined)
        for judged in self._up_to_errors() if looks and self.rule.cut else self._whole():
            before, self.count = self.count, self.count + len(judged.right)
            if not looks:
                self.tally.add(judged)
            elif self.count // self.rule.every > before // self.rule.every:
                self.tally = self.examined()
            if self.tally.met:
                return True
            if self.count >= self.budget:
                return False
        raise AssertionError("training sequences never end")

    def examined(self):
        """The tally over fresh sequences; stops as soon as too many are wrong."""
        tally = Tally(self.rule)
        for part in self.rule.parts:
            tally = Tally(self.rule)
            while len(tally.right) < self.rule.of and not tally.lost:
                batch = self._fresh(part).rows(slice(self.rule.of - len(tally.right)))
                outputs = self.network.predict(batch.x, batch.lengths)
                tally.add(judge(self.rule, self.task.kind, outputs, batch))
            if not tally.met:
                break
        return tally

    def _fresh(self, part):
        rng = self.streams["examined"]
        if part == "train":
            return next(self.splits.train.batches(rng, min(self.rule.of, DRAWN)))
        return getattr(self.task.splits(rng), part)

    def _whole(self):
        """Train on whole sequences; yields the judgement of each batch."""
        size, train = self.settings["batch"], self.splits.train
        if isinstance(train, Stream):
            train = Stream(train.draw, at_once=max(DRAWN // size, 1))
        for batch in train.batches(self.streams["data"], size):
            found = self.learn(batch, batch.continues)
            yield judge(self.rule, self.task.kind, found.outputs, batch)

    def _up_to_errors(self):
        """Train on one sequence at a time up to its first error; yields how it ended.

        An endless stream starts afresh after an error, or once it is as long as a test sequence.
        """
        train, rng = self.splits.train, self.streams["data"]
        endless, most = isinstance(train, StatefulStream), self.splits.test.x.shape[1]
        pieces, steps = train.batches(rng, 1), 0
        while True:
            piece = next(pieces)
            outputs, _ = self.network.advance(piece.x, self.descent.state if steps else None)
            judged = judge(self.rule, self.task.kind, outputs, piece)
            piece = Batch(piece.x, piece.y, judged.until).cropped()
            self.learn(piece, follows=steps > 0)
            steps += piece.x.shape[1]
            if judged.right[0] and endless and steps < most:
                continue
            yield judged
            steps = 0
            pieces = train.batches(rng, 1) if endless else pieces

    def learn(self, batch, follows=False):
        """Make one update; returns the result of ``Network.gradient``."""
        counts = self.count, self.count + len(batch.x)
        spent = tuple(min(count / self.budget, 1) for count in counts)
        return self.descent.update(batch, spent, follows).found
