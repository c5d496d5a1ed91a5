"""Answers from models, for all pages and sessions at once.

Each model is kept on its device once; if that device is lost, the CPU answers from then on. All
answers are computed by one thread of their own: a thread pool of torch per page visit would fight
the training for the cores, and at a batch of one a second thread costs more than it brings.
"""

from __future__ import annotations

import copy
import itertools
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dpn.errors import RunError
from dpn.evaluation.evaluate import (
    BATCH,
    Evaluation,
    Layer,
    ask_whole,
    between,
    predict_logits,
    score_logits,
    score_places,
)
from dpn.evaluation.next_items import placed
from dpn.evaluation.plan_account import explain_plan
from dpn.explain.exact import explain
from dpn.explain.explanation import Explanation
from dpn.jobs.manager import JobManager
from dpn.jobs.questions import Answer, Inputs, Question
from dpn.jobs.ready import CPU, Doubts, Models
from dpn.mazes.grid import Maze
from dpn.mazes.plans import Account
from dpn.models.base import Classifier
from dpn.models.devices import set_threads
from dpn.numbers.no_digit import judge
from dpn.runs.run import Run
from dpn.training.failures import is_loss_of_device

log = logging.getLogger(__name__)

T = TypeVar("T")


class ModelServer:
    """Holds the models in use; every method may be called from any thread."""

    def __init__(self, jobs: JobManager) -> None:
        self._models = Models(jobs)
        self._doubts = Doubts()
        self._executor = ThreadPoolExecutor(
            1, thread_name_prefix="answers", initializer=set_threads, initargs=(1,)
        )

    def predict(self, run: Run, images: Inputs, moment: int | None = None) -> Answer:
        """Classify images (N, C, H, W), uint8, with the run's weights as they are now.

        Args:
            run: whose model answers.
            images: in its shape.
            moment: the step of one of its snapshots, to answer as it would have then.

        Raises:
            RunError: the run has no usable weights, or the images have another shape.
        """
        return self._ask(self._predict, run, images, moment)

    def explain(
        self,
        run: Run,
        images: Inputs,
        question: Question,
        moment: int | None = None,
    ) -> Explanation:
        """Account for one score of each image (N, C, H, W), uint8, N >= 1.

        Raises:
            RunError: the run has no usable weights.
            ImageError: the images have another shape.
            ConfigError: the question names a class, operator or temperature that there is not.
        """
        return self._ask(self._explain, run, images, question, moment)

    def scores(
        self,
        run: Run,
        images: Inputs,
        question: Question,
        moment: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return the score (N,) alone that ``explain`` accounts for, in a third of the time.

        Args:
            run: whose model answers.
            images: (N, C, H, W), uint8, N >= 1.
            question: with a target, and a class or nothing as contrast.
            moment: the step of one of its snapshots.

        Raises:
            RunError, ConfigError: as ``logits``.
        """
        assert question.target is not None
        logits = self.logits(run, images, question, moment)
        score: npt.NDArray[np.float32] = logits[:, question.target]
        return score - logits[:, question.contrast] if isinstance(question.contrast, int) else score

    def logits(
        self,
        run: Run,
        images: Inputs,
        question: Question,
        moment: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return the logits (N, K) of images (N, C, H, W), uint8, N >= 1.

        Args:
            run: whose model answers.
            images: in its shape.
            question: with which maximum.
            moment: the step of one of its snapshots.

        Raises:
            RunError: the run has no usable weights, or the images have another shape.
            ConfigError: the question names an operator or temperature that there is not.
        """
        return self._ask(self._logits, run, images, question, moment)

    def evaluate(
        self, run: Run, images: Tensor, labels: Tensor, moment: int | None = None
    ) -> Evaluation:
        """Score the run's model on uint8 images (N, C, H, W) and labels (N,), N >= 1.

        Others are answered between two batches.

        Raises:
            RunError: the run has no usable weights, or the images have another shape.
        """
        if run.config().model.world == "list":
            work = partial(placed, x=images, y=labels)
            return score_places(self.in_steps(work, run, images, moment))
        return score_logits(self._of_all(predict_logits, run, images, moment), labels)

    def in_steps(
        self,
        work: Callable[[Classifier], Iterator[T]],
        run: Run,
        images: Tensor,
        moment: int | None = None,
    ) -> list[T]:
        """Return all that ``work`` yields of a copy of a model; others are answered in between.

        Args:
            work: takes the model; an iterator of steps.
            run: whose model it is.
            images: (N, C, H, W), which it is of.
            moment: the step of one of its snapshots.

        Raises:
            RunError: the run has no usable weights, or the images have another shape.
        """

        def all_steps() -> list[T]:
            model = self._executor.submit(self._copy, run, images, moment).result()
            steps, made = work(model), []
            while part := self._executor.submit(lambda: list(itertools.islice(steps, 1))).result():
                made += part
            return made

        return self._though_lost(all_steps)

    def between(self, layer: Layer, run: Run, images: Tensor, moment: int | None = None) -> Tensor:
        """Return ``dpn.evaluation.evaluate.between`` of the run's model.

        Others are answered between two batches.

        Raises:
            RunError: the run has no usable weights, or the images have another shape.
        """
        return self._of_all(partial(between, layer), run, images, moment)

    def plan(self, run: Run, maze: Maze, *asked: Any) -> Account:
        """Plan on a map; ``asked`` are the other arguments of ``explain_plan``.

        Raises:
            RunError: the run has no usable weights.
        """
        return self._ask(lambda: explain_plan(self._models.of(run, None)[0], maze, *asked))

    def judge_pieces(self, pieces: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Return ``dpn.numbers.no_digit.judge`` of pieces (P, 3, 28, 28), uint8."""
        return self._ask(judge, pieces)

    def ground(self, run: Run) -> npt.NDArray[np.uint8]:
        """Return the colour (C,) of pixels that add nothing to any score: the mean of the data.

        Raises:
            RunError: the run has no usable weights.
        """
        return self._ask(self._ground, run)

    def _ask(self, work: Callable[..., T], *given: Any) -> T:
        """Have something computed by the thread of the answers."""
        return self._though_lost(lambda: self._executor.submit(work, *given).result())

    def _of_all(
        self,
        ask: Callable[[Classifier, Tensor], Tensor],
        run: Run,
        images: Tensor,
        moment: int | None,
    ) -> Tensor:
        def all_parts() -> Tensor:
            model = self._executor.submit(self._copy, run, images, moment).result()
            parts = torch.split(images, BATCH)
            return torch.cat([self._executor.submit(ask, model, part).result() for part in parts])

        return self._though_lost(all_parts)

    def _though_lost(self, ask: Callable[[], T]) -> T:
        """Return what is asked for; if the device was lost meanwhile, from the CPU."""
        device = self._models.device  # another's question may leave it while this one is asked
        try:
            return ask()
        except RuntimeError as error:
            if not is_loss_of_device(error) or device == CPU:
                raise
            log.error("the device of the answers is lost (%s): the CPU answers", error)
            self._executor.submit(self._models.leave_device).result()
            return ask()

    def _copy(self, run: Run, images: Tensor, moment: int | None) -> Classifier:
        """Return a model for such images; the one that is kept may follow a training meanwhile."""
        model, _ = self._models.of(run, moment)
        self._check_shape(run, model, tuple(images.shape))
        return copy.deepcopy(model)

    def _ground(self, run: Run) -> npt.NDArray[np.uint8]:
        model, _ = self._models.of(run, None)
        colour: npt.NDArray[np.uint8] = (model.mean * 255).round().byte().flatten().cpu().numpy()
        return colour

    def _predict(self, run: Run, images: Inputs, moment: int | None) -> Answer:
        model, step = self._models.of(run, moment)
        self._check_shape(run, model, images.shape)
        copied = np.array(images, order="C")  # they may be read-only, or lie oddly in memory
        with torch.inference_mode():  # a tenth faster than no_grad for one image
            values, logits = ask_whole(model, torch.from_numpy(copied))
            doubt = self._doubts.of(run) if moment is None and step is None else None
            known = (
                doubt.known(values.numpy(), logits.numpy(), np.asarray(copied, np.uint8))
                if doubt
                else None
            )
            return Answer(torch.softmax(logits, dim=1).numpy(), step, known)

    def _explain(
        self, run: Run, images: Inputs, question: Question, moment: int | None
    ) -> Explanation:
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
        doubt = self._doubts.of(run) if moment is None and step is None else None
        changed = question.operator is not None or question.temperature is not None
        if doubt is None or changed or found.values is None:
            return found
        pixels = np.asarray(images, np.uint8)
        return replace(found, known=doubt.known(found.values[:, -1], found.logits, pixels))

    def _logits(
        self, run: Run, images: Inputs, question: Question, moment: int | None
    ) -> npt.NDArray[np.float32]:
        model, _ = self._models.of(run, moment)
        self._check_shape(run, model, images.shape)
        return predict_logits(
            model,
            torch.from_numpy(images),
            operator=question.operator,
            temperature=question.temperature,
        ).numpy()

    def _check_shape(self, run: Run, model: Classifier, shape: tuple[int, ...]) -> None:
        if model.config.world == "picture" and shape[1:] != model.config.image_shape:
            raise RunError(
                f"Run {run.id!r} takes images of {model.config.image_shape} (channels, height, "
                f"width), got {shape[1:]}."
            )
