"""Several series and gaps in one table: no window crosses, splits lie where they are said to."""

import numpy as np
import pytest
from helpers.drawing import rng
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab.tasks import TaskError
from gatelab.tasks.tables import Piece, Table
from gatelab.tasks.user_data.series import Series


def table(pieces):
    """Column 0 says which row it is."""
    row = np.arange(pieces[-1].stop, dtype=float)
    load = rng().standard_normal(len(row))
    return Table(("row", "load"), np.stack([row, load], 1), None, pieces)


def rows_of(task, split):
    """(first row read, first row forecast, last row forecast) of every window of a split."""
    train = task.seen()[""]
    read = split.x[..., 0] * train[:, 0].std() + train[:, 0].mean()
    first = np.rint(read[:, 0]).astype(int)
    assert (np.diff(np.rint(read)) == 1).all()
    ahead = first + task.window
    return first, ahead, ahead + task.horizon - 1


class Together(Series):
    """All series on one scale, so that column 0 says which row it is."""

    def seen(self):
        return {"": np.concatenate([*super().seen().values()])}


def made(pieces, kind=Together, **options):
    given = table(pieces)
    return kind(given.values, given.names, ["load"], table=given, **options)


def cut(lengths, names):
    edges = np.cumsum([0, *lengths])
    return tuple(map(Piece, names, edges.tolist(), edges[1:].tolist()))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=9),
    st.sampled_from(["within", "before"]),
    st.integers(1, 3),
    st.data(),
)
def test_no_window_crosses_from_one_piece_or_split_into_another(lengths, history, stride, data):
    names = sorted(data.draw(st.lists(st.sampled_from("ab"), min_size=len(lengths),
                                      max_size=len(lengths))))  # fmt: skip
    pieces = cut([30, *lengths, 90], ["a", *names, "b"])
    task = made(pieces, window=4, horizon=2, stride=stride, history=history)
    splits = task.splits(rng())
    owner = np.concatenate([np.full(p.stop - p.start, i) for i, p in enumerate(pieces)])
    place = np.empty(len(owner), int)  # 0, 1, 2: the split of a row
    for name in "ab":
        rows = np.flatnonzero([pieces[i].series == name for i in owner])
        edges = [len(rows) * 3 // 5, len(rows) * 4 // 5]
        place[rows] = np.searchsorted(edges, np.arange(len(rows)), "right")
    total = 0
    for k, split in enumerate((splits.train.batch, splits.valid, splits.test)):
        first, ahead, last = rows_of(task, split)
        assert (owner[first] == owner[last]).all()
        assert (place[ahead] == k).all()
        assert (place[last] == k).all()
        if history == "within":
            assert (place[first] == k).all()
        total += len({*ahead.tolist()})
    if stride == 1 and history == "before":  # every row that can be the first ahead is one
        usable = [p for p in pieces if p.stop - p.start >= 6]
        assert total >= sum(p.stop - p.start - 5 for p in usable) - 2 * len(pieces)


def test_stacked_series_are_divided_each_by_time():
    task = made(cut([100, 50], "ab"), window=4, horizon=2)
    splits = task.splits(rng())
    first, _, last = rows_of(task, splits.test)
    assert list(first[[0, -1]]) == [80, 144]
    assert 99 in last
    assert {*first.tolist()} == {*range(80, 95), *range(140, 145)}
    assert np.array_equal(task.seen()[""], task.rows[np.r_[0:60, 100:130]])


def test_whole_series_may_belong_to_one_split():
    task = made(cut([50, 60, 40, 30, 20], "abcde"), split="series", window=4, horizon=2)
    splits = task.splits(rng())
    for split, (start, stop) in zip(
        (splits.train.batch, splits.valid, splits.test), ((0, 150), (150, 180), (180, 200)),
        strict=True,
    ):  # fmt: skip
        first, _, last = rows_of(task, split)
        assert (first.min(), last.max()) == (start, stop - 1)
    sized = made(cut([50, 60, 40], "abc"), split="series", sizes=[1, 1, 1], window=4, horizon=2)
    assert len(sized.seen()[""]) == 50
    with pytest.raises(TaskError, match=r"needs at least three series, got 2; split=\"time\""):
        made(cut([50, 60], "ab"), split="series", window=4, horizon=2)


def test_sizes_are_numbers_of_rows():
    task = made(cut([200], "a"), sizes=["80", "40", "50"], window=4, horizon=2)
    splits = task.splits(rng())
    first, _, last = rows_of(task, splits.test)
    assert (first.min(), last.max()) == (120, 169)
    assert task.sizes == (80, 40, 50)
    for sizes in ([1, 2], [1, 2, 0], ["a", 1, 2], 7):
        with pytest.raises(TaskError, match="sizes are three numbers of rows"):
            made(cut([200], "a"), sizes=sizes)
    with pytest.raises(TaskError, match="sizes add up to 300, there are 200"):
        made(cut([200], "a"), sizes=(100, 100, 100))


def test_pieces_that_are_too_short_for_a_window_are_refused_with_a_way_out():
    pieces = cut([12] * 20, "a" * 20)
    with pytest.raises(
        TaskError, match=r"the longest unbroken stretch of training has 12 rows.*gaps="
    ):
        made(pieces)
    assert len(made(pieces, window=6, horizon=2).splits(rng()).test.x)
    with pytest.raises(TaskError, match=r"of validation has 2 rows: give a smaller window$"):
        made(cut([12] * 20, "abcdefghijklmnopqrst"))
