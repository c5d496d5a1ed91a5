"""Evaluate: a template for each class."""

import numpy as np

from dpn import ui
from dpn.jobs.questions import Question
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.ui.evaluate import templates
from tests.helpers import pictures, short_training, small_model
from tests.pages.evaluate.seen import EVALUATE, NAMES, choose
from tests.pages.session import Session, write_own


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


def test_of_a_class_without_test_images_none_is_called_wrong(data, runs):
    images, labels = pictures(60)
    write_own(data, "few", images, labels, [*NAMES, "a star"])
    training = short_training(dataset="few", steps=2)
    list(run_training(*open_training(small_model(classes=4), training, data, runs)))
    assert "a star: no test image" in Session(EVALUATE).texts


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
