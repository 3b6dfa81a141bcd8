"""The first study: five cells on a synthetic and a real task.

    gatelab first

Takes a few minutes on two cores; run again, it continues where it stopped. The study is an
ordinary script, studies/first.py: copy it and change it.
"""

from .ending import NOT_ALL_LOGGED, continuing
from .words import command


@command("first", __doc__)
def first():
    from gatelab.studies.first import study

    with continuing():
        return NOT_ALL_LOGGED if study().run().unsent else 0
