"""All figures: the page shows through, and every axis says what it is."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from dpn.charts.bars import balance_figure, probability_chart
from dpn.charts.curves import accuracy_chart, loss_chart
from tests.charts.test_curves import curves

FIGURES = {
    "balance": lambda: balance_figure({"test": np.ones(2, dtype=np.int64)}, ["a", "b"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_page_shows_through_every_figure(name):
    figure = FIGURES[name]()
    assert isinstance(figure, go.Figure)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.height
    json.loads(figure.to_json())


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_that_is_seen_says_what_it_is(name):
    figure = FIGURES[name]()
    above = [note for note in figure.layout.annotations if note.text]
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        if axis.visible is False:
            continue
        low, high = axis.domain or (0, 1)
        titles = [note.text for note in above if low <= note.x <= high]
        assert axis.title.text or titles


def test_no_chart_that_moves_has_a_ground_of_its_own():
    specs = [
        loss_chart(curves(3), 3)[1],
        accuracy_chart(curves(3), 3)[1],
        probability_chart(["a", "b"], np.array([0.5, 0.5]))[1],
    ]
    for spec in specs:
        assert "background" not in {**spec, **spec.get("config", {})}
