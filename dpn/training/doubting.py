"""Doubt for a trained model, from the data set it was trained on."""

from __future__ import annotations

import torch

from dpn.data.loading import Dataset
from dpn.doubt.fit import QUICK, Effort, fit_doubt
from dpn.doubt.known import Doubt
from dpn.doubt.strangers import Ink
from dpn.models.base import Classifier
from dpn.pictures.preparations import InputSpec


def doubt_of(
    model: Classifier, dataset: Dataset, seed: int, effort: Effort = QUICK
) -> Doubt | None:
    """Return what tells which pictures are none of the classes, fitted to a data set.

    None where it holds out too few validation images to say how many of its own would be doubted,
    and of what is no picture.

    Args:
        model: trained on the set's training images; not changed.
        dataset: on any device.
        seed: 0 or more.
        effort: how much is made and learned.
    """
    if dataset.world != "picture":
        return None
    look = InputSpec(*dataset.image_shape, dataset.preparation, dataset.look).figures
    ink = None
    if look:
        ground, full = (torch.tensor(colour) / 255 for colour in (look.ground, look.ink))
        ink = Ink(ground, full, min(1.0, look.side / min(dataset.image_shape[1:])))
    parts = dataset.x_train, dataset.y_train, dataset.x_val
    return fit_doubt(model, *parts, ink, seed=seed, effort=effort)
