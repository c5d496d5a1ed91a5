"""Learning what is no digit: the shipped file is made by this, from whatever MNIST is here."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from dpn import settings
from dpn.numbers import no_digit
from dpn.training import no_digit as learning
from tests.helpers import threads_of_torch


@pytest.fixture
def mnist():
    """The embedded digits, as if they were MNIST."""
    data = load_digits()
    images = np.zeros((len(data.images), 28, 28), np.uint8)
    large = (data.images * (255 / 16)).astype(np.uint8).repeat(2, axis=1).repeat(2, axis=2)
    images[:, 6:22, 6:22] = large
    settings.data_dir().mkdir(parents=True, exist_ok=True)
    np.savez(
        settings.data_dir() / "mnist.npz",
        x_train=images[:1500],
        y_train=data.target[:1500],
        x_test=images[1500:],
        y_test=data.target[1500:],
    )


def test_what_is_no_digit_is_learned_and_kept(mnist, tmp_path, monkeypatch, capsys):
    path = tmp_path / "no_digit.safetensors"
    monkeypatch.setattr(learning, "STRINGS", 20)
    monkeypatch.setattr(learning, "VALIDATED", 6)
    monkeypatch.setattr(learning, "FILE", path)
    with threads_of_torch(1):
        assert learning.main() == 0
    assert "pieces of validation images right" in capsys.readouterr().out
    assert no_digit.read_no_digit(path).config == no_digit.ARCHITECTURE


def test_without_mnist_one_line_says_so(capsys, monkeypatch):
    monkeypatch.setattr(learning, "load_dataset", _not_here)
    assert learning.main() == 2
    assert "not here" in capsys.readouterr().err


def _not_here(*_):
    from dpn.errors import DataError

    raise DataError("not here")
