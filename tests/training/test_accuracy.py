"""The floor under the accuracy of the presets, on real data. Times are measured elsewhere."""

import pytest

from dpn.data.catalogue import list_datasets
from dpn.models.presets import preset
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


@pytest.mark.parametrize(("model", "floor"), [("dpn", 0.980), ("residual", 0.989)])
def test_mnist_reaches_its_floor(model, floor, tmp_path):
    (info,) = (info for info in list_datasets(GATE_DATA) if info.name == "mnist")
    if info.source not in ("npz", "on disk") or info.problem:
        pytest.skip(
            f"THE ACCURACY ON MNIST WAS NOT CHECKED: there is no usable MNIST in {GATE_DATA} "
            f"({info.problem or 'nothing on disk'}); set DPN_GATE_DATA to a folder that has it"
        )
    assert score("mnist", model, GATE_DATA, tmp_path) >= floor
