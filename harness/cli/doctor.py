"""Check the files of a study, and mend what can be mended.

    gatelab doctor runs
    gatelab doctor runs --mend

Says of each file that is damaged or missing what it is made anew from; without --mend, nothing is
changed. --mend puts damaged files aside, never deletes them, and saves what can be read of them.

Ends with status 1 if something is left to be done.
"""

from pathlib import Path

import click

from ..foundation.shell import pasted
from . import options
from .words import command


@command("doctor", __doc__)
@click.argument("out", type=options.PATH, default=Path("runs"))
@click.option("--mend", is_flag=True, help="mend what can be mended")
def doctor(out, mend):
    from ..mending import doctor as doctors

    if mend:
        done = doctors.mend(out)
    else:
        done = [(finding, "") for finding in doctors.examine(out)]
    for finding, said in done:
        print(f"{finding.file}: {finding.wrong}; mended: {said}" if said else finding)
    left = [finding for finding, said in done if not said]
    if not done:
        print(f"{out}: nothing is wrong")
    elif any(finding.mend for finding in left):
        print(f"gatelab doctor {pasted(out)} --mend mends what can be mended")
    return 1 if left else 0
