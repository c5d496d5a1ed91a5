"""Answers from models, for all pages and sessions at once.

Each model is kept on its device once; if that device is lost, the CPU answers from then on. All
answers are computed by one thread of their own: a thread pool of torch per page visit would fight
the training for the cores, and at a batch of one a second thread costs more than it brings.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dpn.evaluation.evaluate import (
    BATCH,
    Evaluation,
    between,
    predict_logits,
    score_logits,
    score_places,
)
from dpn.evaluation.next_items import placed
from dpn.evaluation.plan_account import explain_plan
from dpn.explain.explanation import Explanation
from dpn.jobs.answering import Answering
from dpn.jobs.manager import JobManager
from dpn.jobs.questions import Answer, Inputs, Question
from dpn.jobs.ready import CPU, Models
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
        self._answering = Answering(self._models)
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
        return self._ask(self._answering.predict, run, images, moment)

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
        return self._ask(self._answering.explain, run, images, question, moment)

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
        return self._ask(self._answering.logits, run, images, question, moment)

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
            model = self._executor.submit(self._answering.copy_of, run, images, moment).result()
            steps, made = work(model), []
            while part := self._executor.submit(lambda: list(itertools.islice(steps, 1))).result():
                made += part
            return made

        return self._though_lost(all_steps)

    def between(self, run: Run, images: Tensor, moment: int | None = None) -> tuple[Tensor, Tensor]:
        """Return ``dpn.evaluation.evaluate.between`` of the run's model, which is of pictures.

        Others are answered between two batches.

        Raises:
            RunError: the run has no usable weights, or the images have another shape.
        """

        def work(model: Classifier) -> Iterator[tuple[Tensor, Tensor]]:
            return (between(model, part) for part in torch.split(images, BATCH))

        maps, summaries = zip(*self.in_steps(work, run, images, moment), strict=True)
        return torch.cat(maps), torch.cat(summaries)

    def plan(self, run: Run, maze: Maze, *asked: Any) -> Account:
        """Plan on a map; ``asked`` are the other arguments of ``explain_plan``.

        Raises:
            RunError: the run has no usable weights.
        """
        return self._ask(lambda: explain_plan(self._answering.model(run), maze, *asked))

    def judge_pieces(self, pieces: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Return ``dpn.numbers.no_digit.judge`` of pieces (P, 3, 28, 28), uint8."""
        return self._ask(judge, pieces)

    def ground(self, run: Run) -> npt.NDArray[np.uint8]:
        """Return the colour (C,) of pixels that add nothing to any score: the mean of the data.

        Raises:
            RunError: the run has no usable weights.
        """
        return self._ask(self._answering.ground, run)

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
        def work(model: Classifier) -> Iterator[Tensor]:
            return (ask(model, part) for part in torch.split(images, BATCH))

        return torch.cat(self.in_steps(work, run, images, moment))

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
