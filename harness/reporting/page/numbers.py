"""Numbers as a reader likes them: few digits, short exponents, words for what is no number."""

import math

import numpy as np

NONE = "–"


def number(value, digits=3):
    """A score or a size: "1.71e-4", "0.0312", "12,400"; a dash for NaN, "∞" for infinity."""
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return NONE
    if isinstance(value, bool | np.bool_ | str):
        return str(value)
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if 1e3 <= abs(value) < 1e6:
        return f"{value:,.0f}"
    if value == 0 or 1e-3 <= abs(value) < 1e3:
        return f"{value:.{digits}g}"
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return f"{float(mantissa):g}e{int(power)}"


def spread(mean, deviation):
    """ "2.11e-4 ± 1.3e-4"; the mean alone if there is no deviation."""
    return number(mean) + ("" if math.isnan(deviation) else f" ± {number(deviation, 2)}")


def percent(share):
    """A share in percent, without digits that no sample supports."""
    if math.isnan(share):
        return NONE
    return f"{100 * share:.2g}%" if 0 < share < 0.1 else f"{100 * share:.0f}%"


def count(n, what, plural=None):
    """ "1 trial", "12 trials", "no trials"."""
    many = plural or f"{what}s"
    return f"{f'{n:,}' if n else 'no'} {many}" if n != 1 else f"1 {what}"


def listed(words, last="and"):
    """ "a, b and c"."""
    words = [str(word) for word in words]
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def short(text, longest=28):
    """A name that fits a legend: of a long one both ends."""
    text, half = str(text), longest // 2
    return text if len(text) <= longest else f"{text[: half - 1]}…{text[-half:]}"
