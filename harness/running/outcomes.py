"""How a job on another machine ended, as a dict of plain values: nothing of it is pickled.

{"value": JSON of a record or a number}
{"raised": name of the class, "said": its message}
{"died": why}
{"handed back": True}
"""

import json
from dataclasses import replace
from typing import Any

from ..errors import CertificationError, MachineError, StudyError
from ..foundation.errors import first_line
from ..trials.checkpoints import HandedBack
from ..trials.record import Record
from .pool import DIED, death

HANDED_BACK: dict[str, Any] = {"handed back": True}
RAISED = {each.__name__: each for each in (StudyError, MachineError, CertificationError)}


class Died(DIED[0]):
    """The process of a job on another machine has died."""


def of(job, pool):
    """Call ``job()``, which waits for a process of ``pool``; a broken pool starts a new one."""
    try:
        value = job()
    except HandedBack:
        return dict(HANDED_BACK)
    except DIED as error:
        pool.stop(now=True)
        return {"died": death(error)}
    except Exception as error:
        known = type(error).__name__ in RAISED
        said = str(error) if known else f"{type(error).__name__}: {first_line(error)}"
        return {"raised": type(error).__name__ if known else "StudyError", "said": said}
    if isinstance(value, Record):
        return {"value": json.dumps({"record": value.to_json()})}
    return {"value": json.dumps(value)}


def settle(future, ended, weights=None):
    """Give a future what ``of`` told of its job.

    Args:
        future: of the job.
        ended: the dict.
        weights: path of the weights here; on the other machine it may have been another one.
    """
    if future.done():
        return
    if "value" in ended:
        value = json.loads(ended["value"])
        if isinstance(value, dict) and "record" in value:
            value = Record.from_json(value["record"])
            value = replace(value, weights=weights if value.weights else None)
        future.set_result(value)
    elif "died" in ended:
        future.set_exception(Died(ended["died"]))
    elif "raised" in ended:
        future.set_exception(RAISED[ended["raised"]](ended["said"]))
    else:
        future.set_exception(HandedBack())
