"""What a training shows of its model between two steps, to who asks: its weights, or a look.

Nobody else has the weights without copying them, and a dozen images are little beside a batch.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import numpy as np
import torch

from dpn.evaluation.evaluate import predict_logits
from dpn.explain.templates import favourites, most_read, templates
from dpn.jobs.look import Look, watched
from dpn.runs.files import write_tensors
from dpn.runs.run import LIVE_WEIGHTS, Run
from dpn.training.trainer import Trainer

log = logging.getLogger(__name__)

#: Share of the templates' numbers that the scale holds; the few beyond it get the end's colour.
WITHIN = 0.995


class Showing:
    """Shows one training, always its answers to the same images and the same templates.

    What it does draws no random number and changes no weight: whoever watches changes nothing.
    """

    def __init__(self, trainer: Trainer, run: Run) -> None:
        self._trainer, self._run = trainer, run
        self._is_seen = trainer.dataset.world == "picture"  # of all else only weights are shown
        if not self._is_seen:
            return
        labels = trainer.dataset.y_test.cpu()
        chosen = torch.from_numpy(watched(labels.numpy()))
        self._images = trainer.dataset.x_test[chosen.to(trainer.device)]
        self._labels = labels[chosen].numpy()
        self._shown = most_read(trainer.model)

    def show(self, what: str) -> dict[str, Any] | None:
        """Return the event that answers "weights" or "look"; None where it cannot be done."""
        try:
            if what == "look":
                if not self._is_seen:
                    return None
                return {"event": "look", **self._look().to_event()}
            weights = self._trainer.model.state_dict()
            write_tensors(self._run.path / LIVE_WEIGHTS, weights, sync=False)
            return {"event": "weights", "step": self._trainer.step_count}
        except (OSError, RuntimeError, MemoryError):  # the training goes on while it can
            log.warning("the %s cannot be shown", what, exc_info=True)
            return None

    def _look(self) -> Look:
        model, begun = self._trainer.model, time.monotonic()
        sure, answers = torch.softmax(predict_logits(model, self._images), dim=1).max(dim=1)
        values = templates(model, self._shown).float().cpu().numpy()
        most = float(np.quantile(np.abs(values), WITHIN)) or 1.0
        best = favourites(model, self._shown)
        return Look(
            step=self._trainer.step_count,
            images=self._images.cpu().numpy(),
            labels=self._labels,
            answers=answers.numpy(),
            sure=sure.numpy(),
            templates=np.clip(values / most, -1, 1),
            states=tuple(self._shown) if best else (),
            favourites=tuple(best),
            seconds=time.monotonic() - begun,
        )
