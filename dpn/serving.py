"""Answers from models, for all pages and sessions at once.

Each model is kept on its device once. All answers are computed by one thread of their own: a thread
pool of torch per page visit would fight the training for the cores, and at a batch of one a second
thread costs more than it brings.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from dpn.devices import pick_device, set_threads
from dpn.errors import RunError
from dpn.evaluation import predict_logits
from dpn.jobs import JobManager
from dpn.models import Classifier, build_model
from dpn.runs import Run

#: Models kept ready; the one used longest ago makes room.
MODELS_KEPT = 8
#: Seconds to wait for a training's newest weights; then its last ones answer.
PATIENCE = 0.1


@dataclass(frozen=True)
class Answer:
    """What a model says of N images.

    Attributes:
        probabilities: (N, K) float32, rows sum to 1.
        step: the training step of a model that is still training, else None.
    """

    probabilities: npt.NDArray[np.float32]
    step: int | None


class ModelServer:
    """Holds the models in use; every method may be called from any thread."""

    def __init__(self, jobs: JobManager) -> None:
        self._jobs = jobs
        self._models: OrderedDict[str, tuple[object, Classifier]] = OrderedDict()
        self._executor = ThreadPoolExecutor(
            1, thread_name_prefix="answers", initializer=set_threads, initargs=(1,)
        )

    def predict(self, run: Run, images: npt.NDArray[np.uint8]) -> Answer:
        """Classify images (N, C, H, W), uint8, with the run's weights as they are now.

        Raises:
            RunError: the run has no usable weights, or the images have another shape.
        """
        return self._executor.submit(self._predict, run, images).result()

    def _predict(self, run: Run, images: npt.NDArray[np.uint8]) -> Answer:
        model, step = self._current(run)
        if images.shape[1:] != model.config.image_shape:
            raise RunError(
                f"Run {run.id!r} takes images of {model.config.image_shape} (channels, height, "
                f"width), got {images.shape[1:]}."
            )
        copied = np.array(images, order="C")  # they may be read-only, or lie oddly in memory
        logits = predict_logits(model, torch.from_numpy(copied))
        return Answer(torch.softmax(logits, dim=1).numpy(), step)

    def _current(self, run: Run) -> tuple[Classifier, int | None]:
        """Return the model with its newest weights, and the step if it is still training."""
        live = self._jobs.live_weights(run.id, timeout=PATIENCE)
        stamp: object = ("step", live.step) if live else ("file", run.weights_stamp())
        kept = self._models.get(run.id)
        if kept is None or kept[0] != stamp:
            if live is None:
                model = run.load_model()
            else:
                model = kept[1] if kept else build_model(run.config().model)
                model.load_state_dict(live.weights)
            kept = (stamp, model.to(pick_device()).eval())
            self._models[run.id] = kept
        self._models.move_to_end(run.id)
        while len(self._models) > MODELS_KEPT:
            self._models.popitem(last=False)
        return kept[1], live.step if live else None
