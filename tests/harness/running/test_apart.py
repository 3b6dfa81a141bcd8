"""A job whose process died: who is a suspect, and when it counts as failed."""

from types import SimpleNamespace

import pytest

from gatelab.errors import MachineError
from gatelab.running.dispatch import ATTEMPTS, Dispatch, Job
from gatelab.running.order import Order
from gatelab.running.pool import DIED


class Workers:
    """Stands for a pool whose processes die alone, or together."""

    def __init__(self, apart):
        self.apart = apart

    def lost(self, futures):
        return [] if self.apart else futures


def dispatched(apart):
    """A dispatch with one job that has died and one at work; the first; what has ended."""
    ended = []
    given = Dispatch(
        SimpleNamespace(seed=0), Workers(apart), None,
        SimpleNamespace(ended=lambda *_: None), None,
        lambda job, record: ended.append(record),
    )  # fmt: skip
    SimpleNamespace(name="adding/gru")
    one, other = (
        Job(
            SimpleNamespace(name="adding/gru"),
            None,
            SimpleNamespace(slot=k),
            Order(k, 0, 0, {}, k, "trial"),
            None,
        )
        for k in (1, 2)
    )
    given.at_work["future"] = other
    return given, one, other, ended


def test_where_processes_die_alone_nobody_else_is_a_suspect():
    given, one, other, _ = dispatched(apart=True)
    given._died(one, DIED[0]("killed"))
    assert (given.waiting, given.suspects) == ([one], [])
    assert [*given.at_work.values()] == [other]


def test_where_they_die_together_all_are():
    given, one, other, _ = dispatched(apart=False)
    given._died(one, DIED[0]("killed"))
    assert (given.waiting, given.suspects) == ([], [one, other])


@pytest.mark.parametrize("apart", [True, False])
def test_a_job_that_kills_its_process_alone_three_times_has_failed(apart):
    given, one, _, ended = dispatched(apart)
    given.at_work.clear()
    for _ in range(ATTEMPTS):
        assert ended == []
        given._died(one, DIED[0]("killed"))
    assert ended[0].state == "failed"
    assert ended[0].reason == f"its process died {ATTEMPTS} times: killed"


KILLED = DIED[0]("A worker was terminated.\n\nThe exit codes of the workers are {SIGKILL(-9)}")
CRASHED = DIED[0]("A worker was terminated.\n\nThe exit codes of the workers are {SIGSEGV(-11)}")


@pytest.mark.parametrize("apart", [True, False])
def test_what_kills_three_times_is_the_machine_and_the_slot_stays_open(apart):
    given, one, _, ended = dispatched(apart)
    given.at_work.clear()
    for _ in range(ATTEMPTS - 1):
        given._died(one, KILLED)
    given.suspects, given.waiting = [], []  # it has been given out again
    with pytest.raises(MachineError, match=r"adding/gru, trial 1: .* killed 3 times .*SIGKILL"):
        given._died(one, KILLED)
    assert ended == []
    assert given.jobs() == [one]  # ``Conductor._abandon`` opens its slot


def test_a_crash_is_the_cell_s_and_kills_before_it_do_not_count():
    given, one, _, ended = dispatched(apart=True)
    given.at_work.clear()
    for error in (KILLED, CRASHED, KILLED, CRASHED):
        given._died(one, error)
    assert ended == []
    given._died(one, CRASHED)
    assert [record.reason for record in ended] == ["its process died 3 times: SIGSEGV"]
