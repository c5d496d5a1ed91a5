"""Accuracy under changes, from the function and from the command line."""

import json

import numpy as np
import pytest
import torch

from dpn.__main__ import main
from dpn.errors import ConfigError
from dpn.evaluation.evaluate import predict_logits
from dpn.robustness.changes import changed
from dpn.robustness.measure import Robustness, measuring, robustness
from tests.helpers import small_model


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    from dpn.data.loading import load_dataset
    from dpn.runs.folder import find_run

    folder = tmp_path_factory.mktemp("none")
    return find_run("shipped-digits-dpn", folder).load_model(), load_dataset("digits", folder)


def test_each_number_is_what_the_model_answers(shipped):
    model, digits = shipped
    x, y = digits.x_test[:60], digits.y_test[:60]
    found = robustness(model, x, y, ("gaussian_noise", "turn"), seed=3)
    assert (found.images, found.kinds, found.accuracy.shape) == (
        60,
        ("gaussian_noise", "turn"),
        (2, 5),
    )
    answers = predict_logits(model, changed(x, "turn", 5, 3)).argmax(1)
    assert found.accuracy[1, 4] == pytest.approx((answers == y).float().mean().item())
    assert found.clean == pytest.approx(
        (predict_logits(model, x).argmax(1) == y).float().mean().item()
    )
    assert found.clean > found.mean > 0.2
    assert found.accuracy[1, 0] > found.accuracy[1, 4]
    shares = np.bincount(y.numpy(), minlength=10) / 60
    assert np.nansum(found.by_class * shares) == pytest.approx(found.mean)
    assert np.nansum(found.clean_by_class * shares) == pytest.approx(found.clean)


def test_what_falls_first_is_what_loses_most_and_not_what_never_stood():
    unchanged, changed_ = (
        np.array([0.0, 0.9, 1.0, 0.8, np.nan]),
        np.array([0.0, 0.3, 0.8, 0.8, np.nan]),
    )
    found = Robustness(0.7, ("fog",), np.full((1, 5), 0.5), changed_, unchanged, 10)
    assert found.first_to_fall() == [1, 2]


def test_it_tells_how_far_it_is_and_a_class_without_images_never_falls(shipped):
    model, digits = shipped
    chosen = digits.y_test == 3
    *told, found = measuring(model, digits.x_test[chosen], digits.y_test[chosen], ("fog",))
    assert told == [(k, 5) for k in range(1, 6)]
    assert found.first_to_fall() == [3]
    with pytest.raises(ConfigError, match="kind must be one of"):
        robustness(model, digits.x_test[:2], digits.y_test[:2], ("rain",))


def run(*arguments):
    return main(["robustness", "shipped-digits-dpn", *arguments])


def test_on_the_command_line_the_images_of_a_sorted_set_are_of_all_classes(tmp_path, capsys):
    """Always "left" is right for a third of them, and not for the first ones alone."""
    images, labels = np.zeros((90, 8, 8), np.uint8), np.arange(90) // 30
    parts = {
        f"{kind}_{part}": a
        for part in ("train", "test")
        for kind, a in zip("xy", (images, labels), strict=True)
    }
    np.savez(tmp_path / "sorted.npz", **parts)
    folders = ["--data-dir", str(tmp_path), "--runs-dir", str(tmp_path / "runs")]
    assert main(["train", "--dataset", "sorted", "--set", "steps=1", "--json", *folders]) == 0
    capsys.readouterr()
    asked = ["--images", "12", "--kinds", "turn", "--attacks", "--attacked", "6", "--json"]
    assert main(["robustness", "latest", *asked, *folders]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["clean"] == pytest.approx(1 / 3)
    assert told["attacks"]["images"] == 6
    assert told["attacks"]["accuracy"]["fgsm"][0] == pytest.approx(1 / 3)


def test_on_the_command_line(capsys):
    assert run("--images", "30", "--kinds", "fog, turn", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["images"], list(told["accuracy"])) == (30, ["fog", "turn"])
    assert told["mean"] == pytest.approx(np.mean(list(told["accuracy"].values())))
    assert len(told["falls_first"]) == 3
    assert run("--images", "30", "--kinds", "turn,turn") == 0  # counted once
    header, row, last = capsys.readouterr().out.splitlines()
    assert (header.split("\t")[0], row.split("\t")[0]) == ("strength", "turn")
    assert len(row.split("\t")) == 7
    assert last.startswith("shipped-digits-dpn: ")
    assert " under 1 kind of change" in last


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--images", "0"], "--images must be 1 or more, got 0"),
        (["--seed", "-1"], "--seed must be 0 to"),
        (["--kinds", "fog,rain"], "got 'rain'"),
    ],
)
def test_what_it_cannot_do_it_says(capsys, arguments, words):
    assert run(*arguments) == 2
    assert words in capsys.readouterr().err


def test_photos_have_changes_of_their_own():
    from dpn.models.build import build_model

    model = build_model(small_model(channels=3, height=12, width=12))
    x = torch.randint(0, 256, (6, 3, 12, 12), dtype=torch.uint8)
    found = robustness(model, x, torch.arange(6) % 3)
    assert "saturation" in found.kinds
    assert found.accuracy.shape == (15, 5)
