"""What is said of a lesson that was taught: rates where there are enough pictures, else changes."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest


def shown(told, judged=(0.5, 0.75), before=0.99, after=0.989):
    """The page that decides on such an outcome."""

    def page():
        import streamlit as st

        from dpn.ui.classify.outcome import decide

        decide(st.session_state["outcome"])

    at = AppTest.from_function(page)
    held = {"accuracy_before": before, "accuracy_after": after}
    model = SimpleNamespace(world="picture")
    taught = SimpleNamespace(config=SimpleNamespace(lesson=held, model=model), seconds=1.5)
    at.session_state["outcome"] = (taught, judged, told)
    at.run()
    assert not at.exception
    return at


FOUR = [("7", "1", "7"), ("7", "7", "7"), ("7", "7", "7"), ("7", "7", "7")]


def metric(at, label):
    return next((one for one in at.metric if one.label.startswith(label)), None)


def test_with_enough_pictures_the_rate_says_of_how_many():
    at = shown(FOUR)
    rate = metric(at, "Your 4 pictures")
    assert (rate.value, rate.delta) == ("75% right", "+25 points")
    assert any("on 1 of your 4 pictures" in text.value for text in at.markdown)
    assert not at.caption


@pytest.mark.parametrize("told", [FOUR[:2], [*FOUR, ("A", "4", "A"), ("A", "4", "4")]])
def test_with_fewer_than_three_of_a_class_only_changes_are_said(told):
    at = shown(told, judged=(0.0, 0.0))
    assert metric(at, "Your") is None
    assert any("fewer than 3 pictures" in text.value for text in at.caption)
    assert any("7: 1 → **7**" in text.value for text in at.markdown)


def test_no_change_is_neither_good_nor_bad():
    at = shown(FOUR, judged=(0.5, 0.5), before=0.99, after=0.99)
    assert {metric(at, label).delta for label in ("Your", "Test")} == {"no change"}
    colours = {metric(at, label).proto.color for label in ("Your", "Test")}
    good = metric(shown(FOUR), "Your").proto.color
    assert len(colours) == 1
    assert good not in colours


@pytest.mark.parametrize(("after", "offered"), [(0.989, "keep"), (0.984, "throw_away")])
def test_what_costs_more_than_half_a_point_is_not_offered_first(after, offered):
    at = shown(FOUR, after=after)
    (first,) = (button.key for button in at.button if button.proto.type == "primary")
    assert first == offered
    assert bool(at.warning) == (offered == "throw_away")


def test_without_the_data_set_it_is_offered_as_before():
    at = shown(FOUR, before=None, after=None)
    assert metric(at, "Test images").value == "–"
    (first,) = (button.key for button in at.button if button.proto.type == "primary")
    assert first == "keep"
