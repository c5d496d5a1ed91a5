"""Inside and Classify move through the training."""

import numpy as np

from dpn import ui
from dpn.runs.history import smooth
from dpn.runs.snapshots import list_snapshots
from tests.pages.inside.seen import INSIDE, assert_shows, explained
from tests.pages.session import SEVEN, Session


def test_all_of_the_page_moves_through_the_training(run):
    session = Session(INSIDE, run=run.id).set("button_group", "deeper", "time")
    (slider,) = (s for s in session.at.select_slider if "Moment" in s.label)
    kept = list_snapshots(run.path)
    assert len(slider.options) == len(kept)  # the last one is called "now"
    assert slider.options[-1] == "now"
    assert_shows(session, explained(run, 0), run)
    confusions = []
    for step in (kept[0], kept[len(kept) // 2]):
        session.set("select_slider", slider.key, step)
        assert_shows(session, explained(run, 0, moment=step), run)
        assert any(
            text.startswith(f"**Batch {step}**: ") and "validation accuracy" in text
            for text in session.texts
        )
        confusions.append(confusion(session))
    assert confusions[0] != confusions[1]
    (said,) = (text for text in session.texts if text.startswith("**Batch "))
    curves = ui.history(str(run.path / "metrics.jsonl")).poll()
    at = int(curves.steps["step"].searchsorted(step, side="right"))
    drawn = smooth(curves.steps["loss"])[at - 1]  # the curve, which Train shows, too
    assert f": training loss {drawn:.3f}, as drawn; validation accuracy" in said
    measured = curves.validation["loss"][curves.validation["step"].searchsorted(step)]
    assert f"loss on validation images {measured:.3f}" in said
    assert np.abs(explained(run, 0, moment=kept[0]).score - explained(run, 0).score) > 0.1


def confusion(session):
    """What the chart of the confusion matrix was given."""
    chart = session.at.get("vega_lite_chart")[-1]
    assert "answer" in chart.proto.spec
    return chart.proto.data.data


def test_classify_moves_through_the_training_too(run, canvas):
    session = Session("pages/2_Classify.py", run=run.id)
    canvas.draw(SEVEN)
    session.run()
    (slider,) = session.at.main.select_slider
    now = session.heading
    session.set("select_slider", slider.key, 0)
    assert session.heading != now
    session.press("look_inside").open(INSIDE)  # at the same moment
    assert any(slider.value == 0 for slider in session.at.select_slider)
    session.set("select_slider", slider.key, -1)
    session.open("pages/2_Classify.py")
    assert session.heading == now


def test_a_shipped_run_has_no_slider_and_says_why():
    session = Session(INSIDE).set("button_group", "deeper", "time")
    assert not any("Moment" in slider.label for slider in session.at.select_slider)
    assert any("no earlier weights were kept" in text for text in session.infos)


def test_a_damaged_snapshot_is_a_sentence(run):
    steps_kept = list_snapshots(run.path)
    file = run.path / "snapshots" / f"{steps_kept[1]:09d}.safetensors"
    file.write_bytes(b"not tensors")
    session = Session(INSIDE, run=run.id)
    (slider,) = (s for s in session.at.select_slider if "Moment" in s.label)
    session.set("select_slider", slider.key, steps_kept[1])
    assert any("damaged" in error for error in session.errors)
    session.set("select_slider", slider.key, steps_kept[0])
    assert not session.errors
