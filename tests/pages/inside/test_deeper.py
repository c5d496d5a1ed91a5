"""Inside, deeper: step by step, and what if."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from dpn import ui
from dpn.jobs.questions import Question
from dpn.ui.inside import steps
from tests.pages.inside.seen import DIGITS, INSIDE, explained, what_if
from tests.pages.session import Session, finished_run, write_own


def test_a_step_is_written_out_in_its_numbers():
    session = Session(INSIDE, image="7").set("button_group", "deeper", "steps")
    found = explained(DIGITS, 7)
    n = found.values.shape[1]
    assert session.at.slider(key="step").value == n
    for step in (1, n // 2):
        session.set("slider", "step", step)
        gathered = found.flow[0, step - 1] * found.values[0, step - 1]
        s = int(gathered.argmax())
        (words,) = (text for text in session.texts if text.startswith(f"**Step {step}: row"))
        assert f"In state {s + 1} decision" in words
        assert f"all states together {gathered.sum():+.2f}." in words
        q, value = (latex.value for latex in session.at.latex)
        assert f"q_{{{step}}}[1,{s + 1}]" in q
        assert f"D_{{{step}}}[{s + 1}]" in value
        assert session.chart("now")["step"].tolist() == [step - 1]
    session.set("slider", "step", n)
    (words,) = (text for text in session.texts if text.startswith(f"**Step {n}: row"))
    so_far, readout = (float(x) for x in re.findall(r"([+-]\d+\.\d+)", words)[-2:])
    assert so_far + readout == pytest.approx(found.score[0], abs=0.011)
    key = next(box.key for box in session.at.selectbox if box.key.startswith("state-"))
    other = session.at.selectbox(key=key).options[3]
    session.set("selectbox", key, int(other) - 1)
    assert f"[1,{other}]" in session.at.latex[0].value


def test_more_states_on_demand():
    session = Session(INSIDE).set("button_group", "deeper", "steps")
    (slider,) = (slider for slider in session.at.slider if slider.label == "States shown")
    assert len(session.chart("state")) == slider.value == steps.STATES
    session.set("slider", slider.key, 20)
    assert len(session.chart("state")) == 20


def test_play_walks_from_the_first_step_to_the_last(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(steps.time, "monotonic", lambda: clock[0])
    session = Session(INSIDE).set("button_group", "deeper", "steps").press("play")
    assert session.at.session_state["playing"]
    n, seen = len(session.chart("part")), []
    while session.at.session_state["playing"]:
        seen.append(session.at.slider(key="step").value)
        assert session.at.button(key="play").label == "Pause"
        session.run()  # too soon: it stays
        assert session.at.slider(key="step").value == seen[-1]
        clock[0] += steps.PACE
        session.run()
    assert seen == list(range(1, n + 1))
    assert session.at.button(key="play").label == "Play"
    session.press("play")
    clock[0] += steps.PACE
    session.run().press("play")
    assert not session.at.session_state["playing"]
    assert session.at.slider(key="step").value == 2
    session.press("play")  # it goes on from there
    clock[0] += steps.PACE
    assert session.run().at.slider(key="step").value == 3
    session.set("slider", "step", 1)  # whoever takes the slider, stops it
    assert not session.at.session_state["playing"]


def effect(session):
    return next((text for text in session.texts if text.startswith("It ")), None)


def test_blank_parts_add_nothing():
    session = what_if(image="12")
    assert effect(session) is None
    found = explained(DIGITS, 12)
    session.at.multiselect(key="blank").set_value([2, 3])
    session.run()
    image = ui.test_images(DIGITS)[0][12:13].numpy().copy()
    image[:, :, 2:4] = 0
    question = Question(int(found.target[0]), int(found.contrast[0]))
    after = ui.model_server().explain(DIGITS, image, question)
    assert f"went from {found.score[0]:+.2f} to **{after.score[0]:+.2f}**" in effect(session)
    assert after.contributions[0, 2:4].tolist() == [0, 0]
    session.press("image_next")
    assert effect(session) is None  # it was asked of another image


def test_strokes_change_the_image(canvas):
    session = what_if(image="12")
    assert canvas.asked["stroke_color"] == "#000000"
    found = explained(DIGITS, 12)
    erase_all(canvas)
    session.run()
    image = np.zeros((1, 1, 8, 8), np.uint8)
    question = Question(int(found.target[0]), int(found.contrast[0]))
    after = ui.model_server().explain(DIGITS, image, question)
    assert f"to **{after.score[0]:+.2f}**" in effect(session)
    session.press("undo-if")
    assert effect(session) is None
    session.set("button_group", "pen", "paint")
    assert canvas.asked["stroke_color"] == "#ffffff"
    background = np.asarray(Image.open(io.BytesIO(canvas.asked["background_image"])))
    digit = ui.test_images(DIGITS)[0][12, 0].numpy()
    np.testing.assert_array_equal(background[:: 280 // 8, :: 280 // 8], digit)


def erase_all(canvas):
    """As if the eraser had gone over everything: black, on a transparent ground."""
    out = io.BytesIO()
    Image.new("RGBA", (280, 280), (0, 0, 0, 255)).save(out, "PNG")
    canvas.send([{"type": "Path"}], out.getvalue())


def test_a_colour_image_is_painted_in_any_colour(data, runs, canvas):
    images = np.random.default_rng(0).integers(0, 255, (30, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(30) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", steps=2)
    session = what_if(run=run.id)
    ground = ui.model_server().ground(run)
    mean = run.load_model().mean.flatten().numpy() * 255
    assert np.abs(ground - mean).max() <= 0.5
    assert canvas.asked["stroke_color"] == "#" + "".join(f"{c:02x}" for c in ground)
    session.set("button_group", "pen", "paint")
    assert canvas.asked["stroke_color"] == session.at.color_picker[0].value
    session.at.multiselect(key="blank").set_value([0])
    session.run()
    assert effect(session)
