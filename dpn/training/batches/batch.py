"""The batches of a training: decided by the seed and the step alone."""

from __future__ import annotations

import torch
from torch import Tensor

from dpn.data.loading import Dataset
from dpn.errors import ConfigError
from dpn.models.base import Classifier
from dpn.models.train_config import TrainConfig
from dpn.training.batches.augment import augmentation_of
from dpn.training.batches.order import order_of
from dpn.training.batches.robust import changed_in_part
from dpn.training.parallel import Group


class Batches:
    """The batches of one training.

    Args:
        dataset: on the model's device.
        config: how they are drawn and varied.
        group: each of whose ranks takes its share of a batch.

    Attributes:
        size: inputs of a batch, all ranks together.
        an_epoch: batches of an epoch.
        generator: what draws more for the step whose batch was taken last.

    Raises:
        ConfigError: a batch has fewer inputs than the group ranks.
    """

    def __init__(self, dataset: Dataset, config: TrainConfig, group: Group) -> None:
        self.size = min(config.batch_size, len(dataset.x_train))
        if self.size < group.size:
            raise ConfigError(
                f"batch_size {self.size} is too small for {group.size} processes: each "
                "takes its share of a batch. Use a larger batch_size or fewer processes."
            )
        self.an_epoch = len(dataset.x_train) // self.size
        self.generator = torch.Generator()
        self._x, self._y, self._config = dataset.x_train, dataset.y_train, config
        self._mine = group.share(self.size)
        ground = dataset.look.ground if dataset.look else (0,)
        is_photos = dataset.preparation == "photo"
        self._vary = augmentation_of(
            config.augmentation, dataset.world, None if is_photos else ground
        )
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))

    def of(self, step: int, model: Classifier) -> tuple[Tensor, Tensor]:
        """Return this rank's share of a step's inputs, images in 0..1, and labels (B,).

        Args:
            step: 0 for the first.
            model: prepares inputs as it takes them.
        """
        epoch, place = divmod(step, self.an_epoch)
        if self._order[0] != epoch:
            self.generator.manual_seed(seed_of(self._config.seed, 2 * epoch))
            order = order_of(self._y, self.generator, balanced=self._config.balanced)
            self._order = (epoch, order.to(self._y.device))
        index = self._order[1][place * self.size : (place + 1) * self.size]
        images = model.prepared(self._x[index])
        self.generator.manual_seed(seed_of(self._config.seed, 2 * step + 1))
        images = self._vary(images, self.generator)
        if self._config.robust == "changes":
            images = changed_in_part(images, self.generator)
        return images[self._mine], self._y[index][self._mine]


def seed_of(seed: int, counter: int) -> int:
    """Return a generator seed for one (seed, counter), far from those of its neighbours."""
    return (seed * 0x9E3779B97F4A7C15 + counter * 0xD1B54A32D192ED03) % 2**63
