"""Figures of texts: words are readable on their colour, sums add up, shares are whole."""

import datetime
import re

import numpy as np
import pytest

from dpn.charts.style import FAINT
from dpn.charts.texts.days import MOST, OTHERS, days_chart
from dpn.charts.texts.shades import contrast, shade
from dpn.charts.texts.steps import steps_chart
from dpn.explain.account import Term
from dpn.ui.texts.sums import _sum_words


@pytest.mark.parametrize("dark", [False, True])
def test_letters_are_readable_on_every_shade(dark):
    for share in np.linspace(-1.2, 1.2, 49):
        ground, letters = shade(float(share), dark=dark)
        colour = tuple(int(part) for part in ground[4:-1].split(","))
        assert contrast(colour, letters) >= 4.5, share
    assert contrast((0, 0, 0), "#ffffff") == pytest.approx(21)
    red, _, blue = (int(part) for part in shade(1.0, dark=dark)[0][4:-1].split(","))
    assert blue > red  # for


def test_each_step_begins_where_the_one_before_ended():
    terms = [Term("words", 2.5), Term("biases", -1.0), Term("read-out", 0.25)]
    data, _ = steps_chart(terms, "score", dark=False)
    assert list(data["start"][:3]) == [0.0, 2.5, 1.5]
    assert data["end"].iloc[2] == data["value"].iloc[3] == 1.75
    assert list(data["role"]) == ["for", "against", "for", "total"]
    assert data["words"].iloc[1] == "biases -1.00"


def test_the_numbers_of_steps_add_up_as_they_are_read():
    terms = [Term("words", 0.004), Term("biases", 0.004), Term("read-out", 1.006)]
    *parts, total = map(float, steps_chart(terms, "score", dark=False)[0]["number"])
    assert (round(sum(parts), 2), total) == (1.01, 1.01)
    said = re.findall(r"[+-]?\d+\.\d\d", _sum_words(terms, "score").replace("\\", ""))
    *parts, total = map(float, said)
    assert (round(sum(parts), 2), total) == (1.01, 1.01)


def test_each_day_is_whole_and_rare_classes_are_one():
    days = [datetime.date(2026, 1, 1 + i % 3) for i in range(40)]
    labels = ["a"] * 20 + [f"rare {i}" for i in range(20)]
    data, spec = days_chart(days, labels, dark=True)
    np.testing.assert_allclose(data.groupby("day")["share"].sum(), 1)
    scale = spec["encoding"]["color"]["scale"]
    assert (len(scale["domain"]), scale["domain"][-1], scale["range"][-1]) == (
        MOST + 1,
        OTHERS,
        FAINT,
    )
    assert data["texts"].sum() == 40


def test_a_day_without_a_text_has_its_place_unless_most_have_none():
    def shown(*days):
        dates = [datetime.date(2026, 3, day) for day in days]
        _, spec = days_chart(dates, ["a"] * len(dates), dark=False)
        return [int(day[-2:]) for day in spec["encoding"]["x"]["scale"]["domain"]]

    assert shown(4, 1, 2) == [1, 2, 3, 4]
    assert shown(20, 1, 2, 2) == [1, 2, 20]
    assert shown(7) == [7]
