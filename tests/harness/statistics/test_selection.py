"""Which draws are kept."""

import numpy as np

from gatelab.statistics.selection import best_shared

INF = np.inf


def test_by_the_better_of_the_two_and_alike_when_swapped():
    first = np.array([5.0, 1.0, 4.0, 9.0, 2.0])
    second = np.array([0.0, 8.0, 3.0, 7.0, 6.0])
    assert best_shared(first, second, 2).tolist() == [0, 1]  # min: 0 1 3 7 2
    assert best_shared(first, second, 4).tolist() == [0, 1, 4, 2]
    assert best_shared(second, first, 4).tolist() == [0, 1, 4, 2]


def test_a_failure_in_one_cell_ranks_by_the_other_and_in_both_last():
    first = np.array([INF, 3.0, INF, 2.0])
    second = np.array([1.0, INF, INF, 5.0])
    assert best_shared(first, second, 4).tolist() == [0, 3, 1, 2]


def test_ties_stay_in_order():
    assert best_shared(np.ones(6), np.ones(6), 3).tolist() == [0, 1, 2]
    assert best_shared(np.ones(1), np.ones(1), 0).tolist() == []
