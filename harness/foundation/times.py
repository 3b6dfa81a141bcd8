"""Points in time and durations as text."""

import math
from datetime import UTC, datetime


def now():
    """The time now, as ISO 8601 has it, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def spell(seconds):
    """A duration in seconds as text, such as "3 min 05 s"."""
    seconds = math.ceil(seconds) if seconds < 1 else round(seconds)  # "0 s" would be no time
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    return (
        f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
    )
