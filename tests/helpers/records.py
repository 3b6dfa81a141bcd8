"""Records of trials that nobody has run."""

from gatelab.trials.record import Record


def make_record(state="complete", **given):
    """A record that says nothing but what is given."""
    usual = {"slot": 0, "seed": 0, "params": {}, "processor": "some, avx2", "versions": {}}
    return Record(state, **usual | given)
