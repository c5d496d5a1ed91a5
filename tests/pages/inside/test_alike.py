"""Inside: what a photo is like, as a whole."""

import re
from collections import Counter

import numpy as np
import torch

from dpn import ui
from dpn.explain.neighbours import nearest
from tests.pages.inside.seen import DIGITS, INSIDE, unfold
from tests.pages.session import Session, finished_run, write_own


def test_a_photo_is_shown_with_those_that_are_like_it(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a*b", "b", "c"))
    run = finished_run(data, runs, name="photos", steps=2)
    session = Session(INSIDE, run=run.id, image="1")
    pictures, labels = ui.test_images(run)
    model = run.load_model()
    with torch.no_grad():
        summaries = model.summary(pictures / 255).numpy()
    expected = nearest(summaries, summaries[1], 8, but=1)
    assert list(session.tiles) == expected
    (told,) = (text for text in session.texts if text.startswith("#### What is it like?"))
    for label, name in enumerate(("a*b", "b", "c")):
        count = sum(int(labels[index]) == label for index in expected)
        assert (f"**{count} {ui.plain(name)}**" in told) == (count > 0)
    (most, count), *_ = Counter(int(labels[index]) for index in expected).most_common()
    assert f"most like it to the model: **{count} {ui.plain(('a*b', 'b', 'c')[most])}**" in told
    session.press(f"open_{expected[3]}")
    assert session.at.query_params["image"] == [str(expected[3])] or session.open(INSIDE)
    assert not [
        t for t in Session(INSIDE, run=DIGITS.id, image="3").texts if "What is it like" in t
    ]  # digits


def test_a_photo_is_compared_with_some_test_images_alone(data, runs, monkeypatch):
    monkeypatch.setattr(ui.tested, "MOST_COMPARED", 40)
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", steps=2)
    compared = ui.compared(run).tolist()
    assert compared[-1] > 50
    model = run.load_model()
    with torch.no_grad():
        summaries = model.summary(ui.test_images(run)[0] / 255).numpy()
    among = summaries[compared]
    for index in (compared[30], next(i for i in range(60) if i not in compared)):
        session = Session(INSIDE, run=run.id, image=str(index))
        itself = compared.index(index) if index in compared else None
        near = nearest(among, summaries[index], 8, but=itself)
        assert list(session.tiles) == [compared[place] for place in near]


def test_places_come_first_and_then_the_sum_of_a_photo_and_of_a_digit(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    photo = Session(INSIDE, run=finished_run(data, runs, name="photos").id, image="1")
    digit = Session(INSIDE, run=DIGITS.id, image="3")
    titles = {"places": "1. <span", "alike": "#### What is it like?"}
    titles |= {"sum": "#### Exactly, part by part"}
    assert not any("Exactly, part by part" in text for text in photo.texts)
    folded = unfold(photo)
    orders = []
    for session in (photo, digit):
        assert not session.errors
        found = [(i, k) for i, t in enumerate(session.texts) for k, v in titles.items() if v in t]
        orders.append([key for _, key in sorted(found)])
    assert orders == [["places", "alike", "sum"], ["places", "sum"]]
    assert any("Exactly, part by part" in text.value for text in folded.markdown)
    assert any("would be lost without a place" in text.value for text in folded.markdown)
    assert " ink" not in " ".join(text for text in photo.texts if "Draw" not in text)


def test_a_photo_that_is_most_like_another_class_than_its_answer_says_so(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run, seen = finished_run(data, runs, name="photos", steps=2), set()
    for index in range(8):
        session = Session(INSIDE, run=run.id, image=str(index))
        (told,) = (text for text in session.texts if text.startswith("#### What is it like?"))
        like = re.search(r"\*\*\d (\w)\*\*", told)[1]
        answer = session.heading.split(",")[0]
        assert (f"Its answer is still {answer}." in told) == (like != answer)
        seen.add(like == answer)
    assert seen == {True, False}


def test_the_only_test_image_is_like_no_other(data, runs):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    y = np.arange(60) % 3
    np.savez(data / "one.npz", x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    run = finished_run(data, runs, name="one", steps=2)
    session = Session(INSIDE, run=run.id, image="0")
    assert not session.errors
    assert not [text for text in session.texts if "What is it like?" in text]
