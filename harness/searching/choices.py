"""Which configurations are trained again once the trials of a task have ended.

Every choice depends on validation scores only.
"""

from collections import defaultdict

SEEDS = 2  # fresh seeds per confirmed configuration


def to_repeat(records, metric, count):
    """The slots that are trained a second time, to measure the seed noise of a trial.

    Noise among bad configurations is of another size (some diverge), and verdicts rest on the
    better half of the draws. So the first of the better half are taken.

    Args:
        records: the trials of the reference.
        metric: the task's ``Metric``.
        count: most slots to choose.

    Returns:
        list of slots; [] if fewer than two draws can be repeated.
    """
    sign = 1 if metric.direction == "minimize" else -1
    complete = [record for record in records if record.state == "complete"]
    best = sorted(complete, key=lambda r: sign * r.score("valid", metric.name))
    slots = sorted(record.slot for record in best[: len(records) // 2])[:count]
    return slots if len(slots) > 1 else []


def to_confirm(records, reference, variant, metric, count, shared):
    """The configurations that a variant trains again, with fresh seeds.

    Each pair of the reference and another variant has its configurations, chosen alike for both.
    The reference trains those of all its pairs.

    Args:
        records: {variant: its trials} of one task.
        reference: name of the reference.
        variant: whose runs are asked for.
        metric: the task's ``Metric``.
        count: configurations per pair.
        shared: whether the cells share their draws, as under random search.

    Returns:
        {source: list of slots}: the cell whose trials have these slots, "" if draws are shared.
    """
    chosen = defaultdict(set)
    for other in records:
        if other != reference and variant in (other, reference):
            for source, slot in of_pair(records, reference, other, metric, count, shared):
                chosen[source].add(slot)
    return {source: sorted(slots) for source, slots in sorted(chosen.items())}


def of_pair(records, reference, other, metric, count, shared):
    """The configurations of one pair, as (source, slot).

    There are none if they would not come from the better half of the trials: a study of so few
    draws has no configuration that deserves to be confirmed.
    """
    pair = {name: records[name] for name in (reference, other)}
    if min(map(len, pair.values())) < 2 * count:
        return []
    from ..statistics import confirmation  # not before the trials: it loads pandas
    from ..trials.frames import draws_of

    choose = confirmation.choose_shared if shared else confirmation.choose_searched
    found = choose(draws_of(pair, metric.name), other, reference, count, metric.direction)
    return [*zip(found["source"], found["configuration"].astype(int), strict=True)]


def confirming(source, seed):
    """The key of confirming runs: cells with the same key share their seeds."""
    return " ".join(filter(None, ("confirm", source, str(seed))))
