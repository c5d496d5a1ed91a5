"""The address of each page: it fills the page when it opens, and says what the page shows."""

import re

import pytest

from dpn.address.drawing import Stroke, encode
from dpn.runs.run import SHIPPED, Run
from dpn.ui.classify.sketch import Sketch
from tests.helpers import write_npz
from tests.pages.session import SEVEN, Session, finished_run

TRAIN, CLASSIFY, INSIDE = "pages/1_Train.py", "pages/2_Classify.py", "pages/3_Inside.py"
EVALUATE, DATA, COMPARE = "pages/4_Evaluate.py", "pages/5_Data.py", "pages/6_Compare.py"
DIGITS = "shipped-digits-dpn"
DRAWN = encode([Stroke(18, tuple((float(x), float(y)) for x, y in SEVEN))])


def address(session):
    """What stands in the address; AppTest gives lists."""
    query = session.at.query_params
    return {
        name: query[name][0] if isinstance(query[name], list) else query[name] for name in query
    }


def warnings(session):
    """The sentences about the address, as they are read."""
    lines = [line for warning in session.at.warning for line in warning.value.split("  \n")]
    return [re.sub(r"\\([^\w\s])", r"\1", line) for line in lines]


def again(session, page):
    """Another window on what the address of this one says."""
    other = Session(page, **address(session))
    assert address(other) == address(session)
    assert not warnings(other)
    return other


@pytest.mark.parametrize("page", [TRAIN, CLASSIFY, EVALUATE, DATA, COMPARE])
def test_what_a_page_does_not_know_is_named_and_left(page):
    session = Session(page, foo="<b>1</b>", run="*gone*")
    said = warnings(session)
    assert any("knows no foo in its address" in line and "1" in line for line in said)
    assert not any("<b>" in warning.value for warning in session.at.warning)  # but as text
    assert address(session)["foo"] == "<b>1</b>"
    if page != TRAIN:  # which says it where the run would be
        assert any("gone" in line and "a run that is here" in line for line in said)
        assert "run" not in address(session)
    assert warnings(session.run()) == said  # it stays where it is while the page does
    session.at.query_params = {}  # as after a click on a link of the sidebar
    assert not warnings(session.open(INSIDE))


# Train


def test_settings_go_into_the_address_where_they_differ_and_come_back():
    session = Session(TRAIN)
    assert address(session) == {}
    session.set("button_group", "model", "residual").set("button_group", "preset", "best")
    name = "digits-residual-best"
    session.set("number_input", f"{name}-States", 48).set("number_input", f"{name}-Epochs", 2.5)
    session.set("selectbox", f"{name}-Maximum", "soft").set(
        "toggle", f"{name}-Balanced classes", True
    )
    expected = {"model": "residual", "preset": "best", "states": "48", "epochs": "2.5"}
    assert address(session) == expected | {"operator": "soft", "balanced": "true"}
    other = again(session, TRAIN)
    values = {one.label: one.value for one in (*other.at.number_input, *other.at.selectbox)}
    assert (values["States"], values["Epochs"], values["Maximum"]) == (48, 2.5, "soft")
    other.set("button_group", "model", "dpn")  # another model begins as its preset does
    assert address(other) == {"preset": "best"}
    session.set("number_input", f"{name}-States", 32)  # as usual again
    assert "states" not in address(session)


def test_a_setting_that_cannot_be_is_named_and_the_others_are_taken():
    session = Session(
        TRAIN, epochs="4", states="9999", hidden="8", data="nowhere", track="wandbox", seed="7"
    )
    said = warnings(session)
    assert "states=9999 is left out: states takes a whole number from 1 to 512." in said
    assert "hidden is left out: DPN has no such setting." in said
    assert any(
        line.startswith("data=nowhere is left out: data takes one of digits") for line in said
    )
    assert any(line.startswith("track=wandbox is left out") for line in said)
    assert address(session) == {"epochs": "4", "seed": "7"}


def test_a_link_to_a_run_leads_to_its_settings_and_one_that_speaks_of_settings_to_those(data, runs):
    write_npz(data, "small")
    run = finished_run(data, runs, epochs=2.0, steps=None)
    session = Session(TRAIN, run=run.id)
    told = address(session)
    assert told["data"] == "small"
    assert told["epochs"] == "2"
    assert not [text for text in session.texts if "for the next training" in text]
    values = {one.label: one.value for one in session.at.number_input}
    other = again(session, TRAIN)
    assert {one.label: one.value for one in other.at.number_input} == values
    # All as usual, beside a run that is not: the address says so, or it would lead to the run's.
    usual = Session(TRAIN, run=run.id, preset="quick")
    assert address(usual) == {"run": run.id, "preset": "quick"}
    again(usual, TRAIN)


def test_a_sweep_comes_back_with_its_values():
    asked = {"vary": "states:8,16,64;operator:hard,soft", "seeds": "2", "epochs": "1"}
    session = Session(TRAIN, **asked)
    assert not warnings(session)
    assert address(session) == asked
    assert "**12 trainings**" in " ".join(session.texts)
    session.set("number_input", "sweep-seeds", 1)
    assert "seeds" not in address(session)
    session = Session(TRAIN, vary="hidden:1,2")  # which a DPN has not
    assert any("vary=hidden is left out" in line for line in warnings(session))
    assert address(session) == {}


# Pictures


def test_a_drawing_comes_out_of_the_address_and_is_answered(canvas):
    session = Session(CLASSIFY, drawing=DRAWN, model="shipped-mnist-dpn")
    assert session.heading.startswith("7")
    (path,) = canvas.asked["initial_drawing"]["objects"]
    assert path["path"][0] == ["M", 70, 60]
    assert path["strokeWidth"] == 18
    assert address(session)["drawing"] == DRAWN
    inside = Session(INSIDE, drawing=DRAWN, model="shipped-mnist-dpn")
    assert inside.at.button_group(key="picture").value == "drawing"
    assert inside.heading.startswith("7")
    assert "image" not in address(inside)
    session.press("clear-draw")
    assert "drawing" not in address(session)


def test_a_drawing_that_is_none_is_named_and_the_page_is_as_usual(canvas):
    session = Session(CLASSIFY, drawing="AAAA")
    assert any(line.startswith("drawing=AAAA is left out") for line in warnings(session))
    assert "drawing" not in address(session)
    assert canvas.asked["initial_drawing"] is None


def test_a_wide_drawing_is_one_of_a_number():
    session = Session(CLASSIFY, what="number", drawing=DRAWN, model="shipped-mnist-dpn")
    assert session.at.button_group(key="what").value == "number"
    assert type(session.at.session_state["sketch-number"]) is Sketch
    assert len(session.at.session_state["sketch-number"].strokes) == 1
    told = address(session)
    assert (told["what"], told["drawing"]) == ("number", DRAWN)
    session.set("button_group", "what", "digit")
    assert "what" not in address(session)
    assert "drawing" not in address(session)


# Inside, Evaluate, Data, Compare


def test_what_is_chosen_on_inside_comes_back():
    asked = {
        **{"model": DIGITS, "image": "41", "among": "4", "class": "3", "contrast": "none"},
        **{"operator": "soft", "temperature": "0.5", "deeper": "steps", "step": "3"},
    }
    session = Session(INSIDE, **asked)
    assert not warnings(session)
    assert address(session) == asked
    assert session.at.number_input(key="image-digits").value == 41
    assert session.at.selectbox(key=f"target-{DIGITS}").value == 3
    assert session.at.select_slider(key=f"temperature-{DIGITS}").value == 0.5
    assert session.at.slider(key="step").value == 3
    session.set("selectbox", f"contrast-{DIGITS}", "the runner-up")
    session.set("button_group", f"operator-{DIGITS}", Run(SHIPPED / DIGITS).config().model.operator)
    session.set("button_group", "deeper", None)
    left = {"model": DIGITS, "image": "41", "among": "4", "class": "3", "temperature": "0.5"}
    assert address(session) == left


def test_what_inside_has_no_use_for_is_named():
    session = Session(INSIDE, model=DIGITS, image="99999", step="3", moment="40", temperature="0.3")
    said = " ".join(warnings(session))
    for name in ("image=99999", "step=3", "moment=40", "temperature=0.3"):
        assert name in said
    assert address(session) == {"model": DIGITS, "image": "0"}


def test_the_cell_of_evaluate_the_set_of_data_and_the_runs_of_compare_come_back(data, runs):
    session = Session(EVALUATE, model=DIGITS, truth="3", answer="x")
    assert any("answer takes" in line for line in warnings(session))
    assert address(session) == {"model": DIGITS, "truth": "3"}
    write_npz(data, "small")
    session = Session(DATA, data="small", samples="2")
    assert session.at.selectbox(key="dataset").value == "small"
    assert address(session) == {"data": "small", "samples": "2"}
    one, two = (finished_run(data, runs, name, steps=3) for name in ("one", "two"))
    session = Session(COMPARE, image="x", runs=one.id)  # no image is shown
    assert address(session) == {"runs": one.id}
    asked = {"runs": f"{one.id},{two.id}", "image": "2"}
    session = Session(COMPARE, **asked)
    assert not warnings(session)
    assert address(session) == asked
    session = Session(COMPARE, **asked | {"drawing": DRAWN})
    assert address(session) == {"runs": asked["runs"], "drawing": DRAWN, "picture": "drawing"}


def test_what_evaluate_changes_and_seeks_comes_back():
    session = Session(EVALUATE, model=DIGITS)
    assert address(session) == {"model": DIGITS}
    session.set("selectbox", "change", "fog").set("slider", "change_strength", 4)
    assert address(session) == {"model": DIGITS, "change": "fog", "strength": "4"}
    session.set("number_input", "turn_image_359", 3).set("button_group", "turn_norm", "l2")
    assert "turn" not in address(session)  # nothing of it is shown yet
    session.press("turn_find")
    asked = {"model": DIGITS, "change": "fog", "strength": "4", "turn": "3", "norm": "l2"}
    assert address(session) == asked
    (found,) = (text for text in session.texts if text.startswith("Changes of a length"))
    other = again(session, EVALUATE)
    assert found in other.texts
    assert other.at.selectbox(key="change").value == "fog"
    assert other.at.slider(key="change_strength").value == 4
    other.set("number_input", "turn_image_359", 5)
    assert found not in other.texts
    assert "turn" not in address(other)
    said = " ".join(warnings(Session(EVALUATE, model=DIGITS, change="rain", turn="359", norm="l1")))
    for name in ("change=rain", "turn=359", "norm=l1"):
        assert name in said


def test_the_curve_and_the_pair_of_compare_come_back(data, runs):
    write_npz(data, "small")
    steps = {"a": 1, "b": 2, "c": 9}
    ids = [finished_run(data, runs, name, steps=n).id for name, n in steps.items()]
    session = Session(COMPARE, runs=",".join(ids))
    assert address(session) == {"runs": ",".join(ids)}
    asked = {"runs": ",".join(ids), "curve": "loss", "over": "seconds", "pair": "BC"}
    session.set("button_group", "compare-curve", "loss")
    session.set("button_group", "compare-over", "seconds")
    session.set("button_group", f"pair-{'-'.join(ids)}", "BC")
    parts = next(b for b in session.at.get("button_group") if b.key.startswith("part-B-C"))
    if len(parts.options) > 1:
        session.set("button_group", parts.key, "second")
        asked["parted"] = "second"
    assert address(session) == asked
    other = again(session, COMPARE)
    assert "alone is right" in " ".join(other.texts)
    assert not [text for text in other.texts if text.startswith("**A ")]
    for run_id in ids[1:]:
        other.at.checkbox(key=f"tick-{run_id}").uncheck()
        other.run()
    assert address(other) == {"runs": ids[0]}
    said = warnings(Session(COMPARE, runs=",".join(ids[:2]), pair="AC", parted="all"))
    assert any("pair=AC" in line and "AB" in line for line in said)
    assert any("parted=all" in line for line in said)


def test_a_moment_of_a_training_comes_back(data, runs):
    write_npz(data, "small")
    run = finished_run(data, runs, steps=6)
    session = Session(INSIDE, model=run.id)
    (slider,) = (s for s in session.at.select_slider if s.key.startswith("moment-"))
    session.set("select_slider", slider.key, 0)
    assert address(session)["moment"] == "0"
    again(session, INSIDE)
    assert any(
        "moment=1234" in line for line in warnings(Session(INSIDE, model=run.id, moment="1234"))
    )
