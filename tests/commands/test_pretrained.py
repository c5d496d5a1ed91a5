"""The shipped runs: whole, small, and made by what the project itself does."""

import numpy as np
import pytest
import torch

from dpn.commands import pretrained
from dpn.commands.pretrained import RECIPES, make_shipped
from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import evaluate, predict_logits
from dpn.runs import run as runs
from dpn.runs.run import SHIPPED, Run
from tests.helpers import same_tensors, write_npz

#: Bytes of weights that a shipped run may have.
MOST = 2_000_000


def test_each_recipe_has_its_run_and_each_run_its_recipe():
    assert {path.parent.name for path in SHIPPED.glob("*/config.json")} == set(RECIPES)


@pytest.mark.parametrize("name", list(RECIPES))
def test_a_shipped_run_is_whole_and_small(name):
    run = Run(SHIPPED / name)
    dataset, model, preset_name, changes = RECIPES[name]
    config, result = run.config(), run.result()
    assert (config.training.dataset, config.model.model) == (dataset, model)
    for key, value in changes.items():
        owner = config.model if hasattr(config.model, key) else config.training
        assert getattr(owner, key) == value
        assert f"--set {key}={value}" in result["command"]
    assert f"--preset {preset_name}" in result["command"]
    assert (run.path / "weights.safetensors").stat().st_size <= MOST
    assert {file.name for file in run.path.iterdir()} == {
        *("config.json", "metrics.jsonl", "result.json", "weights.safetensors")
    }
    images = np.random.default_rng(0).integers(0, 256, (3, *config.model.image_shape))
    logits = predict_logits(run.load_model(), torch.from_numpy(images.astype(np.uint8)))
    assert logits.shape == (3, len(config.class_names))
    assert logits.isfinite().all()
    assert np.asarray(result["confusion"]).shape == (len(config.class_names),) * 2


@pytest.fixture
def ship(tmp_path, monkeypatch):
    """Make a small shipped run of a model, in a folder of the test's own."""
    write_npz(tmp_path / "data")
    for module in (pretrained, runs):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")

    def make(model):
        recipe = ("small", model, "quick", {"steps": 3, "states": 5, "threads": 1})
        monkeypatch.setitem(RECIPES, "shipped-small", recipe)
        return make_shipped("shipped-small")

    return make


def test_a_recipe_makes_the_same_run_again(tmp_path, ship):
    weights = []
    for _ in range(2):
        run = ship("dpn")
        assert run.path == tmp_path / "shipped" / "shipped-small"
        assert run.config().model.states == 5
        assert run.origin == "shipped"
        assert "--set steps=3 --set states=5" in run.result()["command"]
        weights.append(dict(run.load_model().state_dict()))
    assert same_tensors(*weights)
    assert not (run.path / "snapshots").exists()


def test_a_name_that_is_not_shipped_is_said_in_a_sentence(capsys):
    assert pretrained.main(["shipped-mnist-dnp"]) == 2
    assert "did you mean" in capsys.readouterr().err


def test_what_is_too_large_is_kept_in_half_precision(tmp_path, monkeypatch, ship):
    whole = ship("residual").load_model().state_dict()
    size = (tmp_path / "shipped" / "shipped-small" / "weights.safetensors").stat().st_size
    monkeypatch.setattr(pretrained, "MOST", size - 1)
    run = ship("residual")
    assert (run.path / "weights.safetensors").stat().st_size < 0.7 * size
    model = run.load_model()
    for name, value in model.state_dict().items():
        assert value.dtype == whole[name].dtype
        torch.testing.assert_close(value, whole[name], rtol=1e-3, atol=1e-4)
    data = load_dataset("small", tmp_path / "data")
    assert run.result()["test_accuracy"] == evaluate(model, data.x_test, data.y_test).accuracy
    loss = evaluate(model, data.x_test, data.y_test).loss
    assert run.result()["test_loss"] == pytest.approx(loss, rel=1e-5)
