"""Train in pictures: what will be learned, what is answered while it is, and what stays."""

import re

import pytest

from dpn import ui
from dpn.runs.run import Run
from dpn.ui.train import before
from tests.helpers import pictures, write_npz
from tests.pages.session import Session, finished_run, stopped_run, write_own

TRAIN = "pages/1_Train.py"


def elements(session):
    """The HTML elements of the page but its styles."""
    bodies = [element.proto.body for element in session.at.main.get("html")]
    return [body for body in bodies if "<style>" not in body]


def element(session, words):
    return next((body for body in elements(session) if words in body), "")


def answers(session):
    """(right or wrong, answer, how sure) of each test picture; None before the first look."""
    found = re.findall(
        r'<figure class="(right|wrong)">.*?<figcaption[^>]*>(.*?)</.*?(\d+)%</div></figure>',
        element(session, "Test pictures"),
    )
    return found or None


# Before


def test_before_start_some_of_each_class_is_shown_and_how_it_is_read(data):
    write_npz(data)
    session = Session(TRAIN)
    (shown,) = elements(session)
    assert re.findall(r"<figcaption[^>]*>(.)<", shown) == list("012345678901")
    assert shown.count("data:image/png") == 12
    assert any("1,797" in text and "8 rows" in text for text in session.texts)
    session.set("selectbox", "dataset", "small").set("button_group", "model", "mlp")
    (shown,) = elements(session)
    assert re.findall(r"<figcaption[^>]*>(\w+)<", shown) == ["left", "middle", "right"] * 4
    assert any("all 64 numbers" in text for text in session.texts)


def test_a_set_to_be_fetched_says_how_large_it_is_and_shows_nothing():
    session = Session(TRAIN).set("selectbox", "dataset", "mnist")
    assert any("Start fetches it: 12 MB" in text.replace("\\", "") for text in session.texts)
    assert not elements(session)
    assert session.buttons == {"start", "step"}


def test_a_set_whose_pictures_cannot_be_read_says_why(data):
    images, labels = pictures(30)
    write_own(data, "wrong", images, labels + 5, ("a", "b", "c"))
    session = Session(TRAIN).set("selectbox", "dataset", "wrong")
    (error,) = session.errors
    assert "labels in 0" in error.replace("\\", "")
    assert not element(session, "data:image")


def test_the_pictures_are_read_once_and_again_when_the_file_has_changed(data, monkeypatch):
    reads = []
    read = before.read_samples
    monkeypatch.setattr(before, "read_samples", lambda *a: reads.append(a[0]) or read(*a))
    write_npz(data)
    session = Session(TRAIN).set("selectbox", "dataset", "small").run()
    assert reads.count("small") == 1
    images, labels = pictures(30)
    write_own(data, "small", images, labels, ("x", "y", "z"))
    session.run()
    assert reads.count("small") == 2
    assert 'title="x"' in elements(session)[0]


# While


def test_while_it_trains_a_dozen_answers_and_templates_change(data):
    session = Session(TRAIN).train_long()
    session.until(lambda: answers(session))
    assert len(answers(session)) == 12
    first = element(session, "Test pictures"), element(session, "Templates taking shape")
    session.until(lambda: element(session, "Test pictures") != first[0])
    session.until(lambda: element(session, "Templates taking shape") != first[1])
    assert re.search(r"State \d+, most for \d", first[1])
    assert len(elements(session)) == 2  # what will be learned gave way
    other = Session(TRAIN, run=session.run_id)
    other.until(lambda: answers(other))
    session.press("job_pause").until(lambda: "paused" in session.progress)
    look = ui.jobs().look
    session.until(lambda: look(session.run_id, 0).step == session.step)
    for window in (session, other):  # standing still, all see the same
        window.run()
    assert elements(session) == elements(other)
    session.press("job_stop").until(lambda: "stopped" in session.progress)
    assert len(answers(session)) == 12
    assert not element(session, "Templates taking shape")
    session.press("job_resume").until(lambda: element(session, "State "))


def test_one_that_waits_keeps_the_room_and_then_shows_its_first_guesses(data):
    write_npz(data)
    first = Session(TRAIN).train_long()
    second = Session(TRAIN).begin_small()
    assert element(second, "Test pictures").count("<figure") == 12
    assert element(second, "Templates taking shape")
    second.until(lambda: "waiting for its turn" in second.progress and answers(second))
    assert second.step == 0
    first.press("job_stop")


# After


def test_at_the_end_the_answers_stay_above_the_result(data):
    write_npz(data)
    session = Session(TRAIN).train_small()
    session.until(lambda: not element(session, "Templates taking shape"))  # it has been over
    assert [kind for kind, _, _ in answers(session)] == ["right"] * 12
    assert [name for _, name, _ in answers(session)] == ["left", "middle", "right"] * 4
    assert elements(session) == [element(session, "12 of 12 right")]


@pytest.mark.parametrize("make", [finished_run, stopped_run])
def test_a_run_from_before_is_asked_for_its_answers(data, runs, make):
    write_npz(data)
    run = make(data, runs)
    session = Session(TRAIN, run="there")
    images, labels = ui.test_images(run)
    shown = answers(session)
    assert len(shown) == 12
    said = ui.model_server().predict(run, images.numpy()).probabilities
    names = run.config().class_names
    best = {(names[p.argmax()], f"{p.max():.0%}"[:-1]) for p in said}
    assert {(name, sure) for _, name, sure in shown} <= best
    is_right = said.argmax(axis=1) == labels.numpy()
    if is_right.all():
        assert {kind for kind, _, _ in shown} == {"right"}


def test_a_run_whose_data_are_gone_shows_no_pictures_and_no_problem(data, runs):
    write_npz(data)
    stopped_run(data, runs)
    (data / "small.npz").unlink()
    session = Session(TRAIN, run="there")
    assert not elements(session)
    assert not session.errors
    assert Run(runs / "there").weights_stamp()


def test_names_from_a_file_are_shown_as_they_are(data):
    images, labels = pictures(30)
    write_own(data, "odd", images, labels, ("<b>bold</b>", "$a$ :red[x]", "c"))
    session = Session(TRAIN).set("selectbox", "dataset", "odd")
    assert "<b>bold" not in elements(session)[0]
    assert "&lt;b&gt;bold" in elements(session)[0]
