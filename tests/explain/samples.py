"""Models small enough to explain many times, shared by the tests of the account."""

import dataclasses

import numpy as np
import torch
from torch import nn

from dpn.explain.explanation import Explanation
from dpn.models.build import build_model
from dpn.models.config import ModelConfig
from dpn.models.residual import Scaling

SHAPE = (3, 10, 9)  # 10 and 9 are no multiples of the part sizes: the last parts are padded
MODELS = ("dpn", "residual", "mlp")
WITH_PARTS = MODELS[:2]


def make_model(name="dpn", seed=0, shape=SHAPE, **settings):
    """Return a small float64 model in which no bias and no statistic is at its neutral value."""
    channels, height, width = shape
    sizes = {"classes": 4, "states": 5, "decisions": 3, "encoder_channels": 4, "hidden": 12}
    sizes |= {"part_size": 4 if name == "dpn" else 2, "temperature": 0.4} | settings
    config = ModelConfig(model=name, channels=channels, height=height, width=width, **sizes)
    model = build_model(config, seed).double().eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.3 * torch.randn(weight.shape, generator=generator)
        for layer in model.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.running_mean.normal_(generator=generator)
                layer.running_var.uniform_(0.5, 2, generator=generator)
            if isinstance(layer, Scaling):
                layer.running_square.uniform_(0.5, 2, generator=generator)
        model.mean.uniform_(0.1, 0.5, generator=generator)
        model.std.uniform_(0.2, 0.5, generator=generator)
    return model


def make_images(count=6, shape=SHAPE, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def as_input(images):
    return torch.from_numpy(images).double() / 255


def assert_same(one, other, atol=1e-10):
    """Compare every field of two explanations; None only equals None."""
    for field in dataclasses.fields(Explanation):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert (a is None) == (b is None), field.name
        if a is not None:
            np.testing.assert_allclose(a, b, rtol=0, atol=atol, err_msg=field.name)
