"""All figures: the page shows through."""

import numpy as np

from dpn.charts.bars import balance_chart, probability_chart
from dpn.charts.curves import accuracy_chart, loss_chart
from tests.charts.test_curves import curves


def test_no_chart_has_a_ground_of_its_own():
    specs = [
        loss_chart(curves(3), 3)[1],
        accuracy_chart(curves(3), 3)[1],
        probability_chart(["a", "b"], np.array([0.5, 0.5]))[1],
        balance_chart({"test": np.ones(2, dtype=np.int64)}, ["a", "b"])[1],
    ]
    for spec in specs:
        assert "background" not in {**spec, **spec.get("config", {})}
