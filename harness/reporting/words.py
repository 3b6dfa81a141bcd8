"""The words of the answers: the terminal, MLflow, the page and CSV files all say the same."""

import math

from ..statistics import BETTER, EQUAL, OPEN, WORSE

#: Colours of the verdicts on a terminal.
STYLES = {BETTER: "green", WORSE: "red", EQUAL: "blue", OPEN: "yellow"}


def sentence(row):
    """The answer of one comparison, as a sentence without a full stop.

    Args:
        row: of ``Result.verdicts`` (from ``itertuples``, or a Series).
    """
    return f"{head(row)}: {body(row)}"


def head(row):
    """ "gru against standard on adding"."""
    return f"{row.variant} against {row.reference} on {row.task}"


def body(row):
    """What follows the colon: the verdict, its numbers, what it costs."""
    return ", ".join(filter(None, (_decision(row), _failures(row), _weights(row), _speed(row))))


def _decision(row):
    if row.verdict == OPEN:
        return f"{OPEN}: {_open(row)}"
    if row.verdict == EQUAL:
        return (
            f"{EQUAL} within {quantity(row.margin)} {row.metric}, difference "
            f"{interval(row.difference, row.low, row.high)}, {_p(row.p_equal)}"
        )
    if not math.isfinite(row.difference):
        who = row.reference if row.verdict == BETTER else row.variant
        return f"{row.verdict}: most trials of {who} that were compared failed, {_p(row.p)}"
    gain = (row.difference, row.low, row.high)
    if (row.direction == "minimize") == (row.verdict == BETTER):
        gain = (-row.difference, -row.high, -row.low)
    return f"{row.verdict} by {interval(*gain)} {row.metric}, {_p(row.p)}"


def _open(row):
    if row.reason:
        return row.reason
    parts = [f"difference {interval(row.difference, row.low, row.high)} {row.metric}", _p(row.p)]
    if math.isfinite(row.smallest):
        parts.append(f"could have seen {quantity(row.smallest)}")
    return ", ".join(parts) + _more_draws(row)


def _more_draws(row):
    """How many draws would show a difference as large as the one found, or decide in any case."""
    if not math.isfinite(row.needed):
        return ""
    if not row.to_show < row.needed:  # within the margin there is nothing to show
        return f" (about {_rounded(row.needed)} draws would decide it)"
    shown, any_case = _rounded(row.to_show), _rounded(row.needed)
    return (
        f" (about {shown} draws would show a difference this large, {any_case} decide in any case)"
    )


def _p(p):
    return f"{_p_of(p)} (Holm)"


def _p_of(p):
    return "p < .001" if p < 0.001 else f"p = {p:.2g}".replace("0.", ".", 1)


def _failures(row):
    if not (row.failed or row.failed_reference):
        return ""
    return (
        f"{row.failed:.0f} of {row.draws:.0f} trials failed ({row.reference}: "
        f"{row.failed_reference:.0f}; {_p_of(row.p_failures)}, McNemar)"
    )


def _weights(row):
    ratio = row.weights_ratio
    if math.isnan(ratio) or abs(ratio - 1) < 0.02:
        return ""
    if ratio >= 2:
        return f"{ratio:.1f} times the weights"
    return f"{100 * abs(ratio - 1):.0f}% {'fewer' if ratio < 1 else 'more'} weights"


def _speed(row):
    ratio = row.speed_ratio
    if math.isnan(ratio) or 0.9 < ratio < 1.1:
        return ""
    return f"{ratio:.1f} times as fast" if ratio > 1 else f"takes {1 / ratio:.1f} times as long"


def over_tasks(ledger):
    """The answer over all tasks of a study as a sentence; "" where there is nothing to say.

    Args:
        ledger: ``ledger.Ledger``.
    """
    found = ledger.across()
    if found is None:
        return ""
    tasks = f"over all {len(found.tasks)} tasks"
    if found.reason:
        return f"{tasks}: {OPEN}: {found.reason}"
    said = [f"{row.variant} {row.verdict}" for row in found.verdicts.itertuples()]
    return f"{tasks}, against {ledger.reference}: {', '.join(said)}"


def interval(value, low, high):
    """ "1.7e-4 [0.9e-4, 2.6e-4]": three numbers in one form, to two digits of the width."""
    known = [abs(each) for each in (value, low, high) if math.isfinite(each)]
    power = _power(max(known, default=0.0))
    ends = [each for each in (low, high) if math.isfinite(each)]
    width = (max(ends) - min(ends)) / 2 if len(ends) == 2 else max(known, default=0.0)
    digits = min(max(1 - _order(width / 10**power), 0), 9)
    first, *rest = (_fixed(each, power, digits) for each in (value, low, high))
    return f"{first} [{', '.join(rest)}]"


def quantity(value):
    """A size to two digits, such as "1.7e-4" or "0.021"."""
    if not math.isfinite(value):
        return _fixed(value, 0, 0)
    power = _power(abs(value))
    return _fixed(value, power, min(max(1 - _order(abs(value) / 10**power), 0), 9))


def _fixed(value, power, digits):
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "-∞" if value < 0 else "∞"
    return f"{value / 10**power:.{digits}f}" + (f"e{power}" if power else "")


def _power(size):
    """The power of ten to write; 0 for sizes that read well without one."""
    return 0 if size == 0 or 1e-3 <= size < 1e5 else _order(size)


def _order(size):
    return math.floor(math.log10(size)) if size > 0 else 0


def _rounded(draws):
    """Draws to two digits, rounded up: more would be a pretence."""
    step = 10 ** max(_order(draws) - 1, 0)
    return int(math.ceil(draws / step) * step)
