"""The built-in forecasts out of their raw tables, through the door for a user's own data."""

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab import tasks
from gatelab.tasks import METRICS
from gatelab.tasks.data_files.fetching import fetch
from gatelab.tasks.nyc_taxi import TRAIN, VALID, WEEK


@pytest.mark.parametrize("history", ["within", "before"])
def test_etth1_is_the_same_to_the_bit(history):
    options = {"window": 48, "horizon": 12, "history": history}
    built_in = tasks.make("etth1", **options)
    path = f"{fetch('ETTh1.csv')}:sizes=8640,2880,2880,season=24"
    own = tasks.make(path, **options)
    assert own.columns == built_in.legend()[0]
    want, found = built_in.splits(rng()), own.splits(rng())
    for one, other in (
        (want.train.batch, found.train.batch),
        (want.valid, found.valid),
        (want.test, found.test),
    ):
        assert one.x.tobytes() == other.x.tobytes()
        assert one.y.tobytes() == other.y.tobytes()


def test_nyc_taxi_has_the_same_passengers_and_the_last_value_the_same_error():
    built_in = tasks.make("nyc_taxi")
    splits = built_in.splits(rng())
    test = splits.test
    sizes = [TRAIN, VALID - TRAIN, test.x.shape[1] + 1]
    # A window of a week and one half hour: the first target is the built-in task's first.
    own = tasks.from_csv(fetch("nyc_taxi.csv"), window=WEEK + 1, horizon=1, sizes=sizes)
    assert own.columns == ("value",)
    found = own.splits(rng()).test
    on = ~np.isnan(test.y[0, :, 0])
    change = test.y[0, on, 0] - test.x[0, on, 0]
    assert found.y[:, 0] == pytest.approx(change, abs=1e-6)
    assert len(found.y) == on.sum()
    nmse = METRICS["nmse"].score(test.x[..., :1], test.y, None)
    mse = METRICS["mse"].score(np.zeros_like(found.y), found.y, None)
    assert mse / test.y[0, on, 0].var() == pytest.approx(nmse, rel=1e-5)
