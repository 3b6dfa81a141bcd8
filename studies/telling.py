"""Numbers of a page as text."""

import math


def plain(value, sign=False):
    """A score to three decimals; "-" if it is unknown."""
    if math.isnan(value):
        return "-"
    return f"{value:+.3f}" if sign else f"{value:.3f}"


def interval(value, low, high):
    """ "+0.021 [-0.004, +0.050]"; only the value if the interval has no end."""
    if math.isinf(low) and math.isinf(high):
        return plain(value, True)
    return f"{plain(value, True)} [{plain(low, True)}, {plain(high, True)}]"


def p_value(p):
    """ "0.032"; "< 0.001"; "-" if it is unknown."""
    if math.isnan(p):
        return "-"
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def p_said(p):
    """ "p = 0.032" or "p < 0.001"."""
    text = p_value(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def percent(share):
    """ "42%"; "-" if it is unknown."""
    return "-" if math.isnan(share) else f"{100 * share:.0f}%"
