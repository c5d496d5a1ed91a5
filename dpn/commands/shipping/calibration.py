"""How sure a shipped model is: as sure as it is right on hands that it has not seen."""

from __future__ import annotations

from pathlib import Path

import torch

from dpn.evaluation.evaluate import predict_logits
from dpn.evaluation.scores import fit_temperature
from dpn.hands.unseen import CHOOSE, together, unseen
from dpn.models.base import Classifier
from dpn.models.build import readout_names


def calibrate(model: Classifier, data_dir: Path) -> float:
    """Divide a model's scores by the temperature that fits hands it has not seen, and return it."""
    images, labels = together(unseen(data_dir, CHOOSE))
    logits = predict_logits(model, torch.from_numpy(images))
    temperature = fit_temperature(logits.numpy(), labels)
    with torch.no_grad():
        for name in readout_names(model.config):
            model.get_parameter(name).div_(temperature)
    return temperature
