"""Changes of images: what each does, the same every time, more with more strength."""

import pytest
import torch

from dpn.data.loading import load_dataset
from dpn.errors import ConfigError
from dpn.robustness.changes import KINDS, STRENGTHS, changed, usual


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    digits = load_dataset("digits", tmp_path_factory.mktemp("none")).x_test[:40]
    large = torch.nn.functional.interpolate(digits.float(), (20, 20), mode="bilinear")
    return torch.nn.functional.pad(large, (4, 4, 4, 4)).byte()


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_of_the_same_size_the_same_every_time_and_grows(images, kind):
    three = images.repeat(1, 3, 1, 1) // torch.tensor([1, 2, 4]).view(1, 3, 1, 1)
    for x in (three,) if kind == "saturation" else (images, three):
        before = x.clone()
        far = []
        for strength in range(1, STRENGTHS + 1):
            made = changed(x, kind, strength, seed=4)
            assert (made.shape, made.dtype) == (x.shape, torch.uint8)
            assert torch.equal(made, changed(x, kind, strength, seed=4))
            far.append((made.float() - x.float()).abs().mean().item())
        assert torch.equal(x, before)
        assert far[0] > 0.1
        if kind != "saturation":  # goes to grey and then beyond the colours
            assert far == sorted(far), far


def test_chance_is_the_seed_s(images):
    for kind in ("gaussian_noise", "motion_blur", "turn", "fog", "zigzag", "occlusion"):
        assert not torch.equal(changed(images, kind, 3, 0), changed(images, kind, 3, 1)), kind


def test_what_they_do(images):
    def mean(x):
        return x.float().mean(dim=(1, 2, 3))

    assert (mean(changed(images, "thick", 5)) > mean(images)).all()
    assert (mean(changed(images, "thin", 5)) < mean(images)).all()
    assert torch.equal(changed(images, "inverted", 5), 255 - images)
    assert (mean(changed(images, "brightness", 1)) > mean(images) + 20).all()
    half = changed(images, "scale", 5) > 60
    assert not half[:, :, :5].any()  # the figure has come to the middle
    turned = changed(images, "turn", 5).float()
    assert (mean(turned) / mean(images) - 1).abs().max() < 0.25  # as much ink, elsewhere
    moved = changed(images, "shift", 5).float()
    rows = torch.arange(28.0).view(1, 1, 28, 1)
    centre = [
        (x.float() * rows).sum(dim=(1, 2, 3)) / x.float().sum(dim=(1, 2, 3))
        for x in (images, moved)
    ]
    assert (centre[0] - centre[1]).abs().max() > 3
    few = changed(images, "pixelate", 5)[0, 0]
    assert len(few.unique()) <= 8 * 8


def test_usual_kinds_fit_the_images():
    assert len(usual(1)) == len(usual(3)) == 15  # as many as MNIST-C and CIFAR-10-C have
    assert "saturation" in usual(3)
    assert not {"saturation", "jpeg"} & set(usual(1))


@pytest.mark.parametrize(
    ("kind", "strength", "words"),
    [
        ("fogg", 1, "kind must be one of .*, got 'fogg'.*fog"),
        ("fog", 0, "strength must be 1 to 5, got 0"),
        ("fog", 6, "strength must be 1 to 5, got 6"),
        ("fog", 2.5, "strength must be 1 to 5, got 2.5"),
    ],
)
def test_what_is_not_there_is_refused(images, kind, strength, words):
    with pytest.raises(ConfigError, match=words):
        changed(images, kind, strength)
