"""The Evaluate page: its numbers and images are those of the model's answers on the test images."""

import re
import types

import numpy as np
import pytest
import streamlit as st

from dpn import ui
from dpn.charts.confusion import CELL
from dpn.evaluation.scores import calibration, ranked_cell
from dpn.jobs.questions import Question
from dpn.runs.run import SHIPPED, Run
from dpn.runs.snapshots import list_snapshots
from dpn.sampling.spread import spread
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.ui.evaluate import page as evaluate
from dpn.ui.evaluate import templates, under_change
from dpn.ui.inside import tiles
from tests.helpers import pictures, short_training, small_model, write_npz
from tests.pages.session import Session, finished_run, stopped_run, write_own

EVALUATE = "pages/4_Evaluate.py"
NAMES = ("left", "middle", "right")
MARKUP = ("<b>bold</b>", "[x](y)", "$a$ :red[x]")


def write_mixed(data, names=NAMES):
    """Pictures of which every second has the first class's label: no model is right on all."""
    images, labels = pictures(120)
    labels[::2] = 0
    write_own(data, "small", images, labels, names)


@pytest.fixture
def run(data, runs):
    write_mixed(data)
    return finished_run(data, runs, steps=30)


def choose(session, truth, answer):
    for word, value in (("truth", truth), ("answer", answer)):
        session.set("selectbox", f"cell-{word}-small-3", value)
    return session


def chosen(session):
    return tuple(session.at.selectbox(key=f"cell-{w}-small-3").value for w in ("truth", "answer"))


def outlined(session):
    rows = session.matrix[session.matrix["chosen"]]
    return list(zip(rows["truth"], rows["answer"], strict=True))


def words_of(scores, index, names=NAMES):
    said = scores.probabilities[index].argmax()
    sure = scores.probabilities[index, said]
    return f"{names[scores.labels[index]]} → {names[said]} · {sure:.0%}"


def heading(session):
    """What is said of the images that are shown."""
    found = [text.strip("*") for text in session.texts if re.search(r"\*\* ?$", text)]
    return next(text for text in found if "image" in text or "mistake" in text)


# The numbers


def test_the_numbers_are_those_of_the_answers(run):
    session = Session(EVALUATE)
    scores = ui.evaluation(run)
    assert session.metrics == {
        "Test accuracy": f"{scores.accuracy:.1%} of 120",
        "Cross-entropy": f"{scores.loss:.3f}",
        "Calibration error": f"{calibration(scores.probabilities, scores.labels).error:.2%}",
        "Test images": "120",
    }
    assert run.result()["test_accuracy"] == scores.accuracy < 1
    (loss,) = (metric for metric in session.at.metric if metric.label == "Cross-entropy")
    assert "training images" in loss.help
    assert session.matrix["images"].tolist() == scores.confusion.ravel().tolist()
    classes = session.chart("class")["words"]
    assert [words.split(":")[0] for words in classes] == list(NAMES)
    assert session.chart("bin")["images"].sum() == 120
    assert f"the error is {session.metrics['Calibration error']}" in " ".join(session.texts)


def test_a_moment_of_the_training_is_scored_as_it_was(run):
    session = Session(EVALUATE)
    now = session.metrics
    steps = list_snapshots(run.path)
    slider = session.at.select_slider[0]
    slider.set_value(steps[0])
    session.run()
    then = ui.evaluation(run, steps[0])
    assert session.metrics["Cross-entropy"] == f"{then.loss:.3f}" != now["Cross-entropy"]
    assert session.matrix["images"].tolist() == then.confusion.ravel().tolist()


# The images


def test_at_first_all_mistakes_are_shown_worst_first(run):
    session = Session(EVALUATE)
    scores = ui.evaluation(run)
    wrong = scores.probabilities.argmax(axis=1) != scores.labels
    ranked = [int(i) for i in ranked_cell(scores.probabilities, scores.labels, None, None)]
    mistakes = [i for i in ranked if wrong[i]]
    assert len(mistakes) > evaluate.SHOWN
    assert heading(session) == f"{len(mistakes)} mistakes, surest of the wrong class first"
    assert list(session.tiles) == mistakes[: evaluate.SHOWN]
    assert all(words == words_of(scores, i) for i, words in session.tiles.items())
    assert len(session.at.image) == evaluate.SHOWN + under_change.SHOWN + 3  # and the templates
    assert outlined(session) == []


def test_the_pictures_are_those_of_the_numbers_below_them(run, monkeypatch):
    shown, draw = [], tiles.to_picture
    monkeypatch.setattr(tiles, "to_picture", lambda image: shown.append(image) or draw(image))
    session = Session(EVALUATE)
    pixels = ui.test_images(run)[0].numpy()
    last = shown[: -under_change.SHOWN][-len(session.tiles) :]
    np.testing.assert_array_equal(last, pixels[list(session.tiles)])
    strips = session.at.image[: len(session.tiles)]
    assert all(strip.value[0].endswith(".png") for strip in strips)
    assert len({strip.value[0] for strip in strips}) == len(session.tiles)


def test_more_shows_the_next_ones_until_another_cell_is_chosen(run):
    session = Session(EVALUATE)
    first = list(session.tiles)
    session.press("more")
    assert len(session.tiles) > len(first) == evaluate.SHOWN
    assert list(session.tiles)[: len(first)] == first
    while [button for button in session.at.button if button.key == "more"]:
        session.press("more")
    count = int(re.match(r"\d+", heading(session))[0])
    assert len(session.tiles) == len(set(session.tiles)) == count
    choose(session, 0, None)
    assert len(session.tiles) == evaluate.SHOWN


def test_a_cell_that_is_chosen_in_the_lists_shows_its_images(run):
    scores = ui.evaluation(run)
    truth, answer = np.argwhere(scores.confusion * (1 - np.eye(3, dtype=int)))[0]
    session = choose(Session(EVALUATE), int(truth), int(answer))
    count = scores.confusion[truth, answer]
    start = f"{count} image{'s' if count > 1 else ''} of {NAMES[truth]}"
    assert heading(session).startswith(f"{start} answered as {NAMES[answer]}")
    ranked = ranked_cell(scores.probabilities, scores.labels, truth, answer)
    assert list(session.tiles) == ranked[: evaluate.SHOWN].tolist()
    assert outlined(session) == [(truth, answer)]


def test_any_is_a_whole_row_or_column(run):
    scores = ui.evaluation(run)
    session = choose(Session(EVALUATE), 1, None)
    assert heading(session).startswith(f"{scores.confusion[1].sum()} images of middle, mistakes")
    assert outlined(session) == [(1, 0), (1, 1), (1, 2)]
    choose(session, None, 1)
    assert f"{scores.confusion[:, 1].sum()} images answered as middle" in heading(session)
    assert outlined(session) == [(0, 1), (1, 1), (2, 1)]


def test_a_click_sets_the_lists_and_the_lists_forget_the_click(run, monkeypatch):
    """The browser's part of it is in tests/browser."""
    session = Session(EVALUATE)
    keys = "cell-truth-small-3", "cell-answer-small-3"
    click = {"selection": {CELL: [{"truth": 1, "answer": 0}]}}
    state = {"chart": click, **dict.fromkeys(keys)}
    monkeypatch.setattr(evaluate, "st", types.SimpleNamespace(session_state=state))
    evaluate._take_click("chart", keys)
    assert [state[key] for key in keys] == [1, 0]
    for nothing in ({}, {CELL: []}, {CELL: {}}):
        state |= {"chart": {"selection": nothing}, keys[0]: 1}
        evaluate._take_click("chart", keys)
        assert [state[key] for key in keys] == [None, None]
    monkeypatch.setattr(evaluate, "st", st)
    before = session.at.get("vega_lite_chart")[0].proto.id
    assert session.run().at.get("vega_lite_chart")[0].proto.id == before
    choose(session, 1, 0)
    assert session.at.get("vega_lite_chart")[0].proto.id != before  # so that it can be clicked anew


def test_the_cell_stays_when_another_page_has_been_looked_at(run):
    session = choose(Session(EVALUATE), 0, 1)
    session.open("pages/5_Data.py").open(EVALUATE)
    assert chosen(session) == (0, 1)
    assert outlined(session) == [(0, 1)]


@pytest.mark.parametrize(
    ("count", "cell", "words"),
    [
        (0, (None, None), "None: every test image was answered right."),
        (1, (None, None), "1 mistake"),
        (1234, (None, None), "1,234 mistakes, surest of the wrong class first"),
        (12, (0, 1), "12 images of left answered as middle, surest of the wrong class first"),
        (1, (0, 1), "1 image of left answered as middle"),
        (0, (0, 1), "There is no test image of left answered as middle."),
        (5, (2, 2), "5 images of right answered right, the most doubtful first"),
        (7, (2, None), "7 images of right, mistakes first, surest of the wrong class first"),
        (
            7,
            (None, 2),
            "7 images answered as right, mistakes first, surest of the wrong class first",
        ),
    ],
)
def test_what_is_shown_is_said_in_words(count, cell, words):
    assert evaluate.cell_words(count, cell, NAMES) == words


def test_an_empty_cell_and_a_model_without_mistakes_say_so(data, runs):
    write_npz(data)
    finished_run(data, runs, steps=60)
    session = Session(EVALUATE)
    assert session.metrics["Test accuracy"] == "100% of 15"
    assert [text.value for text in session.at.success] == [
        "None: every test image was answered right."
    ]
    choose(session, 0, 1)
    assert session.infos == ["There is no test image of left answered as middle."]
    assert not session.tiles


def test_an_image_opens_inside(run):
    session = Session(EVALUATE)
    index = list(session.tiles)[2]
    session.press(f"open_{index}")
    assert session.at.title[0].value == "Inside"
    assert session.at.query_params["image"] == str(index)


# The templates


def test_each_class_has_a_template_on_one_scale(run, monkeypatch):
    drawn, averaged = [], []
    diverging, average = templates.diverging, templates.average_templates
    monkeypatch.setattr(
        templates, "diverging", lambda *given: drawn.append(given) or diverging(*given)
    )
    monkeypatch.setattr(
        templates, "average_templates", lambda *given: averaged.append(given) or average(*given)
    )
    session = Session(EVALUATE)
    assert set(NAMES) <= set(session.texts)
    scores, (images, labels) = ui.evaluation(run), ui.test_images(run)
    said = scores.probabilities.argmax(axis=1)
    for target, (template, _, _) in enumerate(drawn):
        right = images[(labels.numpy() == target) & (said == target)].numpy()
        found = (
            ui.model_server().explain(run, right, Question(target, "runner_up")).composed_template
        )
        np.testing.assert_allclose(template, found.mean(axis=(0, 1)), atol=1e-5)
    (most,) = {most for _, most, _ in drawn}
    assert most == max(np.abs(template).max() for template, _, _ in drawn)
    choose(session, 0, 1)
    assert len(drawn) > 3
    assert len(averaged) == 1  # kept, whatever else is chosen


def test_of_many_classes_some_templates_are_shown_and_others_can_be(data, runs):
    images, _ = pictures(75)
    names = [f"no. {i}" for i in range(25)]
    write_own(data, "many", images, np.arange(75) % 25, names)
    training = short_training(dataset="many", steps=2)
    list(run_training(*open_training(small_model(classes=25), training, data, runs)))
    session = Session(EVALUATE)
    assert session.at.multiselect(key="averaged").value == list(range(templates.CLASSES))
    session.set("multiselect", "averaged", [24])
    shown = [text for text in session.texts if text.startswith("no\\. ")]
    assert [text.partition(":")[0] for text in shown] == ["no\\. 24"]
    session.set("multiselect", "averaged", [])
    assert not session.errors


# What is not there


def test_without_the_test_images_what_the_training_noted_is_shown():
    session = Session(EVALUATE, run="shipped-mnist-dpn")
    assert "no test images" in session.infos[0]
    assert "Data" in [link.value for link in session.at.main.get("page_link")]
    result = Run(SHIPPED / "shipped-mnist-dpn").result()
    assert session.metrics["Test accuracy"] == f"{result['test_accuracy']:.2%}"  # of 10,000
    assert session.matrix["images"].tolist() == np.ravel(result["confusion"]).tolist()
    assert not session.tiles
    assert not session.at.get("button_group")


def test_data_that_changed_since_are_not_used(run, data):
    images, labels = pictures(60)
    write_own(data, "small", images, labels, ("a", "b", "c"))
    session = Session(EVALUATE)
    assert "no test images" in session.infos[0]
    assert not session.tiles
    assert session.matrix["images"].sum() == 120


def test_a_stopped_run_without_a_result_is_scored(data, runs):
    write_mixed(data)
    run = stopped_run(data, runs)
    session = Session(EVALUATE, run="there")
    assert run.result() is None
    assert session.metrics["Cross-entropy"] == f"{ui.evaluation(run).loss:.3f}"
    (data / "small.npz").unlink()
    session.run()
    assert len(session.infos) == 1
    assert session.matrix is None


def test_weights_that_are_damaged_are_said_in_a_sentence(run):
    (run.path / "weights.safetensors").write_bytes(b"x")
    (error,) = Session(EVALUATE).errors
    assert "weights" in error


def test_a_model_that_is_training_is_scored_again_when_asked():
    session = Session("pages/1_Train.py").train_long().open(EVALUATE)
    assert session.at.selectbox(key="answering").value == session.run_id

    def batch():
        words = next(text for text in session.texts if "Still training" in text)
        return int(re.search(r"batch ([\d,]+)", words)[1].replace(",", ""))

    first = batch(), session.metrics
    session.run()
    assert (batch(), session.metrics) == first  # it stands still while it is looked at
    session.until(lambda: session.press("again") and batch() > first[0])
    session.until(lambda: session.press("again") and session.metrics != first[1])


def test_without_any_model_the_page_invites_to_train_one(monkeypatch, tmp_path):
    monkeypatch.setattr("dpn.runs.run.SHIPPED", tmp_path / "none")
    session = Session(EVALUATE)
    assert "no model yet" in session.infos[0]
    assert session.matrix is None


def test_class_names_are_shown_as_they_are(data, runs):
    write_mixed(data, MARKUP)
    run = finished_run(data, runs, steps=2)
    session = Session(EVALUATE)
    scores, plain = ui.evaluation(run), [ui.plain(name) for name in MARKUP]
    assert all(words == words_of(scores, i, plain) for i, words in session.tiles.items())
    choose(session, 1, None)
    assert plain[1] in heading(session)
    assert MARKUP[1] not in heading(session)
    assert session.at.selectbox(key="cell-truth-small-3").options == ["any", *MARKUP]


# Under change


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
