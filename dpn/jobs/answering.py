"""What models answer: computed here, one thing after the other, for one thread."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dpn.doubt.known import Doubt
from dpn.errors import RunError
from dpn.evaluation.evaluate import ask_whole, predict_logits
from dpn.explain.exact import explain
from dpn.explain.explanation import Explanation
from dpn.jobs.questions import Answer, Inputs, Question
from dpn.jobs.ready import Doubts, Models
from dpn.models.base import Classifier
from dpn.runs.run import Run


class Answering:
    """Asks the models that are kept ready; arguments and errors are those of ``ModelServer``."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._doubts = Doubts()

    def model(self, run: Run) -> Classifier:
        """Return the run's model as it is now."""
        return self._models.of(run, None)[0]

    def copy_of(self, run: Run, images: Tensor, moment: int | None) -> Classifier:
        """Return a model for such images; the one that is kept may follow a training meanwhile."""
        model, _ = self._models.of(run, moment)
        self._check_shape(run, model, tuple(images.shape))
        return copy.deepcopy(model)

    def ground(self, run: Run) -> npt.NDArray[np.uint8]:
        """Return the colour (C,) of pixels that add nothing to any score."""
        model, _ = self._models.of(run, None)
        colour: npt.NDArray[np.uint8] = (model.mean * 255).round().byte().flatten().cpu().numpy()
        return colour

    def predict(self, run: Run, images: Inputs, moment: int | None) -> Answer:
        """Classify images (N, C, H, W), with the doubt in each."""
        model, step = self._models.of(run, moment)
        self._check_shape(run, model, images.shape)
        copied = np.array(images, order="C")  # they may be read-only, or lie oddly in memory
        with torch.inference_mode():  # a tenth faster than no_grad for one image
            values, logits = ask_whole(model, torch.from_numpy(copied))
            doubt = self._doubt_of(run, moment, step)
            known = (
                doubt.known(values.numpy(), logits.numpy(), np.asarray(copied, np.uint8))
                if doubt
                else None
            )
            return Answer(torch.softmax(logits, dim=1).numpy(), step, known)

    def explain(
        self, run: Run, images: Inputs, question: Question, moment: int | None
    ) -> Explanation:
        """Account for one score of each image (N, C, H, W)."""
        # Here, one at a time: it listens to the model's layers while they compute.
        model, step = self._models.of(run, moment)
        found = explain(
            model,
            images,
            question.target,
            question.contrast,
            operator=question.operator,
            temperature=question.temperature,
            details=question.details,
        )
        doubt = self._doubt_of(run, moment, step)
        taught, asked = model.config, question
        changed = (asked.operator or taught.operator) != taught.operator
        changed |= (asked.temperature or taught.temperature) != taught.temperature
        if doubt is None or changed or found.values is None:
            return found
        pixels = np.asarray(images, np.uint8)
        return replace(found, known=doubt.known(found.values[:, -1], found.logits, pixels))

    def logits(
        self, run: Run, images: Inputs, question: Question, moment: int | None
    ) -> npt.NDArray[np.float32]:
        """Return the logits (N, K) of images (N, C, H, W)."""
        model, _ = self._models.of(run, moment)
        self._check_shape(run, model, images.shape)
        return predict_logits(
            model,
            torch.from_numpy(images),
            operator=question.operator,
            temperature=question.temperature,
        ).numpy()

    def _doubt_of(self, run: Run, moment: int | None, step: int | None) -> Doubt | None:
        """Return what doubts the run's answers; nothing does so at a moment of its training."""
        return self._doubts.of(run) if moment is None and step is None else None

    def _check_shape(self, run: Run, model: Classifier, shape: tuple[int, ...]) -> None:
        if model.config.world == "picture" and shape[1:] != model.config.image_shape:
            raise RunError(
                f"Run {run.id!r} takes images of {model.config.image_shape} (channels, height, "
                f"width), got {shape[1:]}."
            )
