"""The floor under the accuracy of the presets, on real data. Times are measured elsewhere."""

import pytest

from dpn.data.catalogue import list_datasets
from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import evaluate
from dpn.models.presets import preset
from dpn.runs.run import SHIPPED, Run
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.helpers import GATE_DATA

pytestmark = pytest.mark.gate


def score(dataset, model, data_dir, tmp_path):
    """Train the quick preset and return what it scores on the test images."""
    (info,) = (info for info in list_datasets(data_dir) if info.name == dataset)
    settings = preset(dataset, info.image_shape, info.classes, model, "quick")
    trainer, run = open_training(*settings, data_dir, tmp_path / "runs")
    list(run_training(trainer, run))
    return run.result()["test_accuracy"]


def test_digits_reach_97_percent(tmp_path):
    assert score("digits", "dpn", tmp_path, tmp_path) >= 0.97


def needs_mnist():
    (info,) = (info for info in list_datasets(GATE_DATA) if info.name == "mnist")
    if info.source not in ("npz", "on disk") or info.problem:
        pytest.skip(
            f"THE ACCURACY ON MNIST WAS NOT CHECKED: there is no usable MNIST in {GATE_DATA} "
            f"({info.problem or 'nothing on disk'}); set DPN_GATE_DATA to a folder that has it"
        )


@pytest.mark.parametrize(("model", "floor"), [("dpn", 0.980), ("residual", 0.989)])
def test_mnist_reaches_its_floor(model, floor, tmp_path):
    needs_mnist()
    assert score("mnist", model, GATE_DATA, tmp_path) >= floor


@pytest.mark.parametrize(("model", "floor"), [("dpn", 0.992), ("residual", 0.995)])
def test_what_is_shipped_is_as_right_as_its_result_says(model, floor):
    needs_mnist()
    run = Run(SHIPPED / f"shipped-mnist-{model}")
    data = load_dataset("mnist", GATE_DATA, download=False)
    found = evaluate(run.load_model(), data.x_test, data.y_test)
    assert found.accuracy == pytest.approx(run.result()["test_accuracy"], abs=2e-4)
    assert found.accuracy >= floor
