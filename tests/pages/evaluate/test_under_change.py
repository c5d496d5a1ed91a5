"""Evaluate: answers under changes, and the smallest one that turns an answer."""

import math

import numpy as np
import pytest

from dpn import ui
from dpn.sampling.spread import spread
from dpn.ui.evaluate import under_change
from dpn.ui.evaluate.smallest import Turned, sentences
from tests.pages.evaluate.seen import EVALUATE, NAMES
from tests.pages.session import Session, finished_run, write_own


def test_under_change_a_dozen_answers_and_the_share_that_stays_right(run):
    from dpn.robustness.changes import changed
    from dpn.robustness.measure import robustness

    session = Session(EVALUATE)
    images, labels = ui.test_images(run)
    found = robustness(run.load_model(), images, labels, ("turn",))
    session.set("selectbox", "change", "turn")
    for strength in (5, 0):
        session.set("slider", "change_strength", strength)
        share = found.accuracy[0, 4] if strength else found.clean
        (told,) = [c.value for c in session.at.caption if "at this strength" in c.value]
        of = f"{len(labels)} test images at this strength"
        assert told == f"{share:.1%} of {of}, {found.clean:.1%} unchanged."
        seen = changed(images, "turn", 5) if strength else images
        some = spread(len(labels), 60)[spread(60, 12)]  # of those that are attacked
        scores = ui.model_server().evaluate(run, seen[some], labels[some])
        shown = [c.value for c in session.at.caption if c.value[:1] in "✓✗"]
        answers = scores.probabilities.argmax(1)
        right = ["✓" if a == b else "✗" for a, b in zip(answers, scores.labels, strict=True)]
        assert [words[0] for words in shown] == right
        assert [words.split()[1] for words in shown] == [NAMES[a] for a in answers]
    session.set("selectbox", "change", "fgsm")
    session.set("slider", "change_strength", 5)
    (told,) = [c.value for c in session.at.caption if "at this strength" in c.value]
    assert float(told.split("%")[0]) < 100 * found.clean
    (radii,) = [c.value for c in session.at.caption if "Most a pixel may change" in c.value]
    assert radii.endswith("5.1, 12.8, 25.5, 51, 76.5.")


def test_under_change_images_of_all_classes_are_asked_about_and_the_same_ones_shown(
    data, runs, monkeypatch
):
    monkeypatch.setattr(under_change, "ASKED", 30)
    monkeypatch.setattr(under_change, "ATTACKED", 18)
    images = np.random.default_rng(0).integers(0, 255, (90, 8, 8)).astype(np.uint8)
    write_own(data, "sorted", images, np.arange(90) // 30, NAMES)
    finished_run(data, runs, name="sorted", steps=2)
    session, told = Session(EVALUATE), []
    for kind in ("turn", "fgsm"):
        session.set("selectbox", "change", kind)
        told.append([i.alt for e in session.at.image for i in e.proto.imgs if "changed" in i.alt])
    assert told[0] == told[1]
    assert [sum(name in alt for alt in told[0]) for name in NAMES] == [4, 4, 4]


def test_where_no_picture_is_answered_otherwise_no_way_is_told_of():
    from dpn.robustness.pieces import InPiece

    found = Turned((0, 0.9), None, 0, 0.0, InPiece(math.inf, 0, 1.0), {"turn": 0})
    none, exact, stays = sentences(found, "l2", NAMES)
    assert none == "No such change was found."
    assert exact.endswith("as long as the same decisions win, no picture turns it.")
    assert stays == "By none of five strengths: Turn."


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_the_smallest_change_is_found_shown_and_told(run, norm):
    from dpn.robustness.under_attack import smallest_change

    session = Session(EVALUATE)
    pictures = len(session.at.image)
    session.set("number_input", "turn_image_120", 4)
    session.set("segmented_control", "turn_norm", norm)
    session.press("turn_find")
    assert len(session.at.image) == pictures + 3
    images, _ = ui.test_images(run)
    model = run.load_model().eval()
    found = smallest_change(model, images[4:5].float() / 255, norm)
    answer = int(model(images[4:5].float() / 255).argmax())
    told = [m.value for m in session.at.markdown]
    (said,) = [words for words in told if "A search found this" in words]
    assert f"turn it from {NAMES[answer]} to {NAMES[found.answer]}." in said
    size = f"{found.radius * 255:.1f} of 255" if norm == "linf" else f"{found.radius:.2f} turn"
    assert size in said
    assert any(words.startswith("Exact, but only near by: as long as the same") for words in told)
    assert any(words.startswith("Turned by, from strength: ") for words in told)
    session.set("number_input", "turn_image_120", 5)  # another picture is not sought unasked
    assert len(session.at.image) == pictures
