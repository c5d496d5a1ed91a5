"""The Trainer: owns the model, the optimiser, the random numbers and the step count.

``Trainer.step()`` trains on one batch and returns a record. The page's Start and Step buttons, the
command line and the tests are all built on it. Nothing here knows of files, threads or pages.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dpn.data.loading import Dataset
from dpn.errors import RunError
from dpn.evaluation.evaluate import Evaluation, evaluate
from dpn.models.base import Classifier
from dpn.models.build import build_model
from dpn.models.config import ModelConfig
from dpn.models.devices import autocast, pick_device, takes_bfloat16
from dpn.models.mlp import MLP
from dpn.models.train_config import TrainConfig
from dpn.sampling.spread import spread
from dpn.training.batches.batch import Batches, seed_of
from dpn.training.batches.robust import attacked
from dpn.training.failures import diverged
from dpn.training.optimizers import (
    learning_rate,
    make_optimizer,
    memory_of,
    remember,
    shapes_of_memory,
)
from dpn.training.parallel import Group

#: Validation images looked at while training, spread over all; the last validation takes all.
LIVE_VALIDATION_IMAGES = 2_000
#: Where bfloat16 takes less than this share of the time of float32, a training begins with it.
PAYS = 0.9


@dataclass(frozen=True)
class StepRecord:
    """One batch of training.

    Attributes:
        step: 1 for the first batch.
        loss: cross-entropy of the batch in nats, before the update.
        accuracy: share of right answers on the batch, before the update.
        learning_rate: the rate of the update.
        examples: images seen since the start.
        seconds: time spent in ``step`` since the start, and nowhere else.
    """

    step: int
    loss: float
    accuracy: float
    learning_rate: float
    examples: int
    seconds: float


class Trainer:
    """Trains one model on one data set, one batch at a time.

    The random numbers of step t depend only on (seed, t): a training that continues from a state
    goes on bit for bit as if it had never stopped (on one machine, with one number of threads).

    In a ``group`` of processes each takes its share of the same batch; they must take all steps
    together. Numbers and weights are those of the whole batch, but for rounding.

    Raises:
        ConfigError: the device is not available, or a batch has fewer images than the group ranks.
    """

    def __init__(
        self,
        model_config: ModelConfig,
        config: TrainConfig,
        dataset: Dataset,
        group: Group | None = None,
    ) -> None:
        self.config = config
        self.device = pick_device(config.device)
        self.dataset = dataset.to(self.device)
        self.model: Classifier = build_model(model_config, config.seed)
        self.model.begin(dataset.x_train, dataset.y_train)
        self.model.to(self.device)
        self.optimizer = make_optimizer(self.model, config)
        self.step_count = 0
        self.seconds = 0.0
        self.group = group or Group()
        #: What makes another loss of that of a batch, its logits (B, K) and its images.
        self.teacher: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None
        self.batches = Batches(self.dataset, config, self.group)
        self.batch_size, self.steps_per_epoch = self.batches.size, self.batches.an_epoch
        self.total_steps = config.steps or max(1, round(config.epochs * self.steps_per_epoch))
        self._forward: nn.Module | None = None
        self._bfloat16: bool | None = None

    @property
    def done(self) -> bool:
        """Whether all planned steps were taken."""
        return self.step_count >= self.total_steps

    @property
    def bfloat16(self) -> bool:
        """Whether products are computed in bfloat16: asked for, or found to be quicker.

        Decided once, when it is first asked for, and kept in the state: the numbers depend on it.
        """
        if self._bfloat16 is None:
            self._bfloat16 = self._chosen_precision()
        return self._bfloat16

    def _chosen_precision(self, most: float = PAYS) -> bool:
        asked = self.config.precision
        if asked == "auto" and self.dataset.world == "maze":
            return False  # values of hundreds of steps need more than 8 bits
        return takes_bfloat16(asked, self.model, self.device, most)

    def step(self) -> StepRecord:
        """Train on the next batch.

        Raises:
            TrainingError: the loss is not finite; the model is as it was before the call.
            LostError: another process of the group is gone.
        """
        with self.group.watched():
            return self._step()

    def _step(self) -> StepRecord:
        started = time.perf_counter()
        buffers = [(buffer, buffer.clone()) for buffer in self.model.buffers()]
        rate = learning_rate(self.config, self.step_count, self.total_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if self._forward is None:  # here, when all ranks are sure to come
            self._forward = self.group.wrap(self.model)
            # Each has tried for itself; what one finds slow none does.
            self._bfloat16 = self.group.total(self.bfloat16)[0] == self.group.size
        images, labels = self.batches.of(self.step_count, self.model)
        if self.config.robust == "attacks":
            images = attacked(self.model, images, labels, self.batches.generator)
        self.model.train()
        self.model.begin_step(self.step_count / self.total_steps)
        self.optimizer.zero_grad()
        with autocast(self.device, bfloat16=self.bfloat16), self._noise():
            logits = self._forward(images)
        logits = logits.float()
        scores = logits
        if isinstance(self.model, MLP) and self.model.config.double_softmax:
            scores = torch.softmax(logits, dim=1)  # the loss applies the second one
        loss, right = self.model.loss(scores, labels, self.config.label_smoothing)
        if self.teacher:
            loss = self.teacher(loss, logits, images)
        share = len(labels) / self.batch_size  # of this rank
        own = loss * (share * self.group.size)  # of which the ranks' mean is taken
        own.backward()  # type: ignore[no-untyped-call]
        loss_value, accuracy = self.group.total(loss.item() * share, right.item() * share)
        if not math.isfinite(loss_value):
            for buffer, before in buffers:  # batch normalisation has already seen the batch
                buffer.copy_(before)
            raise diverged(loss_value, self.step_count, self.config.learning_rate)
        self.optimizer.step()
        self.step_count += 1
        if self.done:
            self.model.begin_step(1.0)
        self.seconds += time.perf_counter() - started
        return StepRecord(
            step=self.step_count,
            loss=loss_value,
            accuracy=accuracy,
            learning_rate=rate,
            examples=self.step_count * self.batch_size,
            seconds=self.seconds,
        )

    def validate(self, *, everything: bool = False) -> Evaluation:
        """Score the model on validation images: 2,000 spread over all, or ``everything``."""
        images, labels = self.dataset.x_val, self.dataset.y_val
        if not everything:
            some = spread(len(labels), LIVE_VALIDATION_IMAGES)
            images, labels = images[some], labels[some]
        return evaluate(self.model, images, labels)

    def test(self) -> Evaluation:
        """Score the model on the test images. Call it once, after the last step."""
        return evaluate(self.model, self.dataset.x_test, self.dataset.y_test)

    def state(self) -> dict[str, Tensor]:
        """Return all that ``load_state`` needs: copies on the CPU, by name."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= memory_of(self.optimizer)
        tensors["bfloat16"] = torch.tensor(self.bfloat16)
        tensors["progress"] = torch.tensor([self.step_count, self.seconds], dtype=torch.float64)
        plain = {name: value.detach().cpu() for name, value in tensors.items()}
        return {k: v.clone(memory_format=torch.contiguous_format) for k, v in plain.items()}

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Continue from a ``state()``.

        Raises:
            RunError: the state does not belong to this model; nothing was changed.
        """
        if not self._fits(state):
            raise RunError(
                "The checkpoint does not fit the model in config.json; one of the two was changed. "
                "Train a new run."
            )
        self.model.load_state_dict(
            {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
        )
        remember(self.optimizer, list(self.model.parameters()), state)
        # An earlier version had no choice. As it began, unless this machine is slow at it.
        began = bool(state.get("bfloat16", torch.tensor(self.device.type == "cuda")))
        self._bfloat16 = began and self._chosen_precision(1.0)
        step, self.seconds = state["progress"].tolist()
        self.step_count = int(step)

    def _fits(self, state: dict[str, Tensor]) -> bool:
        """Return whether a state has the names and shapes of this training, and its progress."""
        name = "model."
        weights = {k.removeprefix(name): v for k, v in state.items() if k.startswith(name)}
        if not self.model.fits(weights):
            return False
        shapes = {name + key: value.shape for key, value in weights.items()}
        shapes["progress"] = torch.Size([2])
        if "bfloat16" in state:
            shapes["bfloat16"] = torch.Size([])
        shapes |= shapes_of_memory(self.config.optimizer, self.model.parameters(), state)
        if {name: value.shape for name, value in state.items()} != shapes:
            return False
        step, seconds = state["progress"].tolist()
        return bool(0 <= step <= self.total_steps and 0 <= seconds < math.inf)

    @contextmanager
    def _noise(self) -> Iterator[None]:
        """Let what a model draws at random depend on the step alone; each rank draws its own."""
        if self.model.config.world == "picture":  # none of these draws anything
            yield
            return
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed_of(self.config.seed, 2 * self.step_count + 1) + self.group.rank)
            yield
