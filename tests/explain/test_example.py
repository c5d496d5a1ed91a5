"""The home page's example: real, adding up, and readable without torch or pickle."""

import io
import subprocess
import sys

import numpy as np
import pytest
import torch

from dpn import settings
from dpn.data.known import DATASETS
from dpn.data.loading import load_dataset
from dpn.errors import DataError, RunError
from dpn.explain import example
from dpn.models.build import build_model
from dpn.models.config import ModelConfig
from dpn.runs.start import create_run
from tests.helpers import short_training

DIGITS = DATASETS["digits"].class_names


def make_run(names=DIGITS, **changes):
    """Return a run of the embedded digits whose weights are random."""
    sizes = {"height": 8, "width": 8, "part_size": 3, "states": 6, "decisions": 2}
    config = ModelConfig(**{**sizes, "operator": "sparse", **changes})
    training = short_training(dataset="digits")
    run = create_run(settings.runs_dir(), config, training, names, "digits", "it")
    weights = build_model(config, seed=1).state_dict()
    weights = {name: value + 0.2 * torch.randn(value.shape) for name, value in weights.items()}
    run.save_checkpoint({f"model.{name}": value for name, value in weights.items()})
    return run


def test_the_example_is_a_real_digit_whose_account_adds_up():
    made = example.make_example(make_run())
    assert made.keys() == example.FIELDS.keys()
    sizes = {"H": 8, "W": 8, "K": 10, "n": 3, "S": 6}
    for name, axes in example.FIELDS.items():
        assert made[name].shape == tuple(sizes[axis] for axis in axes), name
    digits = load_dataset("digits", settings.data_dir())
    np.testing.assert_array_equal(made["image"], digits.x_test[example.IMAGE, 0])
    assert made["label"] == digits.y_test[example.IMAGE] == 4
    order = made["probabilities"].argsort()
    assert (made["target"], made["contrast"]) == (order[-1], order[-2])
    terms = [made[name].sum() for name in ("contributions", "bias", "smoothing", "readout")]
    assert sum(terms) == pytest.approx(made["score"], abs=1e-4)
    assert made["pixel_map"].sum() == pytest.approx(made["contributions"].sum(), abs=1e-4)
    log_odds = np.log(made["probabilities"][order[-1]] / made["probabilities"][order[-2]])
    assert made["score"] == pytest.approx(log_odds, abs=1e-3)
    assert set(np.unique(made["choices"])) == {0, 1}
    assert (str(made["parts"]), int(made["part_size"])) == ("rows", 3)


def test_it_is_saved_small_and_read_as_it_was_without_torch(tmp_path):
    run, path = make_run(), tmp_path / "example.npz"
    assert example.main([run.id, str(path)]) == 0
    made, read = example.make_example(run), example.load_example(path)
    assert read.keys() == made.keys()
    for name, array in made.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)
    before = path.read_bytes()
    assert len(before) < 50_000
    example.save_example(made, path)
    assert path.read_bytes() == before
    code = (
        "import sys; from pathlib import Path; from dpn.explain.example import load_example; "
        f"load_example(Path({str(path)!r})); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=200)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "mlp"}, "is a mlp on digits"),
        ({"model": "residual"}, "is a residual on digits"),
        ({"height": 9}, "needs a dpn on digits"),
        ({"names": tuple("abcdefghij")}, "needs a dpn on digits"),
    ],
)
def test_another_run_is_refused(changes, said, tmp_path, capsys):
    run = make_run(**changes)
    with pytest.raises(RunError, match=said):
        example.make_example(run)
    assert example.main([run.id, str(tmp_path / "out.npz")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("dpn.explain.example: Run 'it'")
    assert error.count("\n") == 1
    assert not (tmp_path / "out.npz").exists()


def npz(**arrays):
    """Return the bytes of an npz, without any check."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda made: npz(**made)[:-300], id="cut short"),
        pytest.param(lambda made: b"", id="empty"),
        pytest.param(lambda made: b"no arrays", id="text"),
        pytest.param(lambda made: npz(**{**made, "parts": np.array([b""], object)}), id="pickle"),
        pytest.param(lambda made: npz(**{**made, "flow": np.zeros(3)}), id="other axes"),
        pytest.param(lambda made: npz(image=made["image"]), id="older"),
    ],
)
def test_a_file_that_is_no_example_says_how_to_make_one(damage, tmp_path):
    path = tmp_path / "it.npz"
    path.write_bytes(damage(example.make_example(make_run())))
    with pytest.raises(DataError, match=r"make it again with python -m dpn\.explain\.example"):
        example.load_example(path)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        example.load_example(tmp_path / "none.npz")
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(DataError, match="cannot be read"):
        example.load_example(tmp_path / "one.npy")


def test_an_unwritable_place_is_one_line(tmp_path, capsys):
    make_run()
    assert example.main(["it", str(tmp_path / "no folder" / "out.npz")]) == 2
    assert "cannot be written (No such file or directory)" in capsys.readouterr().err
