"""Evaluate: its numbers are those of the model's answers on the test images."""

from dpn import ui
from dpn.evaluation.scores import calibration
from dpn.runs.snapshots import list_snapshots
from tests.pages.evaluate.seen import EVALUATE, NAMES
from tests.pages.session import Session


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
