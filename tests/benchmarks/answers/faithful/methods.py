"""Ways to say where a score came from, ours and captum's: each a map over the pixels.

Each takes an image and gives (map (H, W), rest): what it says each pixel did, and what it says was
there besides, so that a method that claims to be complete claims that both together are the score.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
import torch.nn.functional as F
from captum.attr import (
    DeepLift,
    GradientShap,
    InputXGradient,
    IntegratedGradients,
    KernelShap,
    LayerAttribution,
    LayerGradCam,
    Lime,
    Occlusion,
)
from torch import nn

from dpn.explain.exact import explain
from dpn.explain.regions import find_regions
from dpn.models.base import Classifier
from dpn.models.residual import PooledBlock, ResidualBlock, ResidualDPN

#: Steps of a path, and samples of a method that draws them.
STEPS, SAMPLES = 32, 100
#: Standard deviation of the noise of GradientShap, of 0..1.
NOISE = 0.1


class Lead(nn.Module):
    """What is explained: how far one class is ahead of another, (B,) of images (B, C, H, W) 0..1.

    The encoder's ReLUs are modules here, which is where DeepLift looks for them.
    """

    def __init__(self, model: Classifier, first: int, second: int) -> None:
        super().__init__()
        self.model, self.first, self.second = model, first, second
        is_residual = isinstance(model, ResidualDPN)
        count = 1 + 2 * len(model.blocks) if is_residual else 0
        self.relus = nn.ModuleList(nn.ReLU() for _ in range(count))

    def forward(self, images):
        model = self.model
        if self.relus:
            relus = iter(self.relus)
            x = model.stem(model.normalise(images))
            for block in model.blocks:
                x = _block(block, x, relus)
            # What lies behind the map is the recursion, which takes the map as it is.
            logits = _Behind.of(model, next(relus)(model.norm(x)))
        else:
            logits = model(images)
        return logits[:, self.first] - logits[:, self.second]


def _block(block, x, relus):
    if isinstance(block, ResidualBlock):
        active = next(relus)(block.bn1(x))
        skip = x if block.shortcut is None else block.shortcut(active)
        return skip + block.conv2(next(relus)(block.bn2(block.conv1(active))))
    assert isinstance(block, PooledBlock)
    y = next(relus)(block.bn1(block.pool(block.conv1(x))))
    return y + next(relus)(block.bn2(block.conv2(y)))


class _Behind:
    """The model from its feature map on."""

    @staticmethod
    def of(model, features):
        from dpn.recursion.bellman import final_value, rewards
        from dpn.recursion.operators import OPERATORS
        from dpn.recursion.parts import cut

        parts = cut(features, model.config.parts, model.part_size)
        operator = OPERATORS[model.config.operator]
        r = rewards(parts, model.R, model.b)
        return model.read(final_value(r, model.transitions(), operator, model.config.temperature))


@dataclasses.dataclass
class Asked:
    """One image, and what is asked about it.

    Attributes:
        lead: the score.
        image: (1, C, H, W) float32, 0..1.
        ground: (1, C, H, W), the image that says nothing: the data's mean, black for digits.
        masks: (H, W) int64, which superpixel each pixel is of.
        seed: of what is drawn at random.
    """

    lead: Lead
    image: torch.Tensor
    ground: torch.Tensor
    masks: torch.Tensor
    seed: int

    def score(self, image=None):
        with torch.no_grad():
            return float(self.lead(self.image if image is None else image))


def _array(attribution):
    return attribution.detach().sum(dim=1)[0].numpy().astype(np.float64)


def _explained(asked):
    return explain(asked.lead.model, asked.image, asked.lead.first, asked.lead.second)


def _against(found, asked):
    """Return gradient · (x − ground) and what is over, where the ground is not the data's mean."""
    model = asked.lead.model
    gradient = torch.from_numpy(found.composed_template) / model.std
    own = float(found.bias.sum() + found.smoothing.sum() + found.readout[0])
    moved = (gradient * (asked.ground - model.mean)).detach()
    return _array(gradient * (asked.image - asked.ground)), own + float(moved.sum())


def ours_pixels(asked):
    """The exact account: what each pixel added."""
    found = _explained(asked)
    pixels, rest = _against(found, asked)
    return pixels, rest + float(found.encoder_bias[0])


def ours(asked):
    """The exact account by places: cells of the encoder's map, or regions of the pixels."""
    model, found = asked.lead.model, _explained(asked)
    own = float(found.bias.sum() + found.smoothing.sum() + found.readout[0])
    if isinstance(model, ResidualDPN):
        cells, side = found.cells[0], 2**model.config.halvings
        height, width = asked.image.shape[2:]
        down, across = (np.arange(n) // side for n in (height, width))
        sizes = np.bincount(down)[:, None] * np.bincount(across)
        return (cells / sizes)[down][:, across], own
    adds, rest = _against(found, asked)
    places, told = np.zeros_like(adds), np.zeros(adds.shape, bool)
    for region in find_regions(adds[None]):
        places[region.mask] = region.value / region.mask.sum()
        told |= region.mask
    places[~told] = adds[~told].mean() if (~told).any() else 0.0
    return places, rest


def input_x_gradient(asked):
    given = (asked.image - asked.ground).requires_grad_()
    return _array(InputXGradient(lambda x: asked.lead(x + asked.ground)).attribute(given)), 0.0


def integrated_gradients(asked):
    method = IntegratedGradients(asked.lead)
    found = method.attribute(asked.image, asked.ground, n_steps=STEPS)
    return _array(found), asked.score(asked.ground)


def deep_lift(asked):
    if not asked.lead.relus:
        return None  # it has no rule for a maximum over decisions: it would be input × gradient
    found = DeepLift(asked.lead).attribute(asked.image, asked.ground)
    return _array(found), asked.score(asked.ground)


def gradient_shap(asked):
    method = GradientShap(asked.lead)
    found = method.attribute(asked.image, asked.ground, n_samples=STEPS, stdevs=NOISE)
    return _array(found), asked.score(asked.ground)


def kernel_shap(asked):
    found = KernelShap(asked.lead).attribute(
        asked.image,
        asked.ground,
        feature_mask=asked.masks[None, None],
        n_samples=SAMPLES,
        perturbations_per_eval=SAMPLES,
    )
    return _array(found) / _size(asked, found), asked.score(asked.ground)


def lime(asked):
    found = Lime(asked.lead).attribute(
        asked.image,
        baselines=asked.ground,
        feature_mask=asked.masks[None, None],
        n_samples=SAMPLES,
        perturbations_per_eval=SAMPLES,
    )
    return _array(found) / _size(asked, found), None


def _size(asked, found):
    """Return how many numbers share the value that each pixel was given."""
    counts = torch.bincount(asked.masks.flatten())[asked.masks].numpy()
    return counts * found.shape[1]


def occlusion(asked):
    side = asked.image.shape[2] // (4 if asked.image.shape[1] == 3 else 7)  # as Inside's windows
    window, step = (asked.image.shape[1], side, side), (1, side // 2, side // 2)
    found = Occlusion(asked.lead).attribute(
        asked.image, window, step, asked.ground, perturbations_per_eval=64
    )
    return _array(found) / found.shape[1], None


def grad_cam(asked):
    if not asked.lead.relus:
        return None
    layer = asked.lead.relus[-1]
    found = LayerGradCam(asked.lead, layer).attribute(asked.image)
    even = LayerAttribution.interpolate(found, asked.image.shape[2:], "bilinear")
    return _array(F.relu(even)), None


def by_chance(asked):
    generator = np.random.default_rng(asked.seed)
    return generator.normal(size=tuple(asked.image.shape[2:])), None


METHODS = {
    "DPN Lab: pixels": ours_pixels,
    "DPN Lab: places": ours,
    "InputXGradient": input_x_gradient,
    "IntegratedGradients": integrated_gradients,
    "DeepLift": deep_lift,
    "GradientShap": gradient_shap,
    "KernelShap": kernel_shap,
    "LIME": lime,
    "Occlusion": occlusion,
    "GradCAM": grad_cam,
    "random": by_chance,
}
