"""Batches that know their position: whoever continues there gets the batches that were to come."""

import json
from itertools import islice

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab.tasks import Batch, Dataset, StatefulStream, Stream
from gatelab.tasks.framework.dealing import Batches, Redrawn, positioned
from gatelab.tasks.shared.characters import side_by_side


def drawn(rng, size):
    x = rng.standard_normal((size, 6, 2), np.float32)
    return Batch(x, x[:, 0, :1], rng.integers(1, 7, size))


def one_by_one(rng, rows):
    """A source that draws one batch after another and knows nothing of positions."""
    while True:
        yield drawn(rng, rows)


def text():
    return side_by_side(np.arange(97) % 3, 3, length=5)


SOURCES = {
    "data set": lambda: Dataset(drawn(rng(), 23)._replace(lengths=None)),
    "ragged": lambda: Dataset(drawn(rng(), 23)),
    "stream": lambda: Stream(drawn),
    "at once": lambda: Stream(drawn, at_once=3),
    "carried": text,
    "a user's own": lambda: StatefulStream(one_by_one, lambda rows: 5),
}


def same(a, b):
    return a.continues == b.continues and all(
        np.array_equal(x, y) for x, y in zip(a, b, strict=True)
    )


@pytest.mark.parametrize("after", range(12))
@pytest.mark.parametrize("source", SOURCES)
def test_the_batches_after_a_position_are_those_that_were_to_come(source, after):
    source = SOURCES[source]()
    whole = positioned(source.batches(rng(1), 4))
    list(islice(whole, after))
    position = json.loads(json.dumps(whole.position()))
    other = positioned(source.batches(rng(1), 4))
    other.resume(position)
    again = list(islice(other, 15))
    assert all(map(same, islice(whole, 15), again))
    assert len(again) == 15


def test_only_a_source_that_cannot_say_its_position_draws_again():
    asked = []

    def draw(rng, size):
        asked.append(size)
        return drawn(rng, size)

    for source, draws in ((Stream(draw), 0), (StatefulStream(one_by_one, lambda rows: 5), 0),
                          (Stream(draw, at_once=4), 1)):  # fmt: skip
        batches = positioned(source.batches(rng(), 3))
        list(islice(batches, 7))
        asked.clear()
        positioned(source.batches(rng(), 3)).resume(batches.position())
        assert len(asked) == draws
    kinds = {name: type(positioned(make().batches(rng(), 4))) for name, make in SOURCES.items()}
    assert [name for name, kind in kinds.items() if kind is Redrawn] == ["a user's own"]
    assert {*kinds.values()} == {Batches, Redrawn}
