"""A data set in memory, in three parts, whatever it is of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dpn.data.look import Look
from dpn.data.npz import ImageShape
from dpn.sampling.spread import spread

if TYPE_CHECKING:
    import torch

#: Test images that a run knows its data set by.
MARKED = 200


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory.

    Attributes:
        name: as given to ``load_dataset``.
        class_names: K names, in the order of the labels.
        preparation: how a drawing or an upload becomes such an image: a name of
            ``dpn.models.config.PREPARATION_NAMES``.
        x_train, x_val, x_test: uint8 (N, C, H, W) in 0..255, contiguous.
        y_train, y_val, y_test: int64 (N,) in 0..K-1.
        notes: sentences about what was assumed to read it so.
        look: how figures stand in the training images, for "dark_ink" and "light_ink"; else None.
        world: what it is of, a key of ``dpn.models.config.WORLDS``. Of any but "picture" the x are
            what the models of that world take, and the preparation is "".
        sizes: what the data decide of such a model's settings, but for the classes.
        beside: files of JSON that a run needs to read more of the like: name -> content.
    """

    name: str
    class_names: tuple[str, ...]
    preparation: str
    x_train: torch.Tensor
    y_train: torch.Tensor
    x_val: torch.Tensor
    y_val: torch.Tensor
    x_test: torch.Tensor
    y_test: torch.Tensor
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    look: Look | None = field(default=None, kw_only=True)
    world: str = field(default="picture", kw_only=True)
    sizes: Mapping[str, int] = field(default_factory=dict, kw_only=True)
    beside: Mapping[str, Any] = field(default_factory=dict, kw_only=True)

    @property
    def image_shape(self) -> ImageShape:
        """(C, H, W) of one image."""
        _, channels, height, width = self.x_train.shape
        return channels, height, width

    @property
    def model_sizes(self) -> dict[str, int]:
        """The settings of a model that must be as the data are."""
        if self.world != "picture":
            return {**self.sizes, "classes": self.classes}
        channels, height, width = self.image_shape
        return {"channels": channels, "height": height, "width": width, "classes": self.classes}

    @property
    def classes(self) -> int:
        """K, the number of classes."""
        return len(self.class_names)

    @cached_property
    def marks(self) -> str:
        """What tells a data set from another one: a digest of its labels, "-", one of inputs.

        Labels: how many there are to learn from, with those held out of them, and of the test part
        each in its place; so it is the same however validation is drawn. Inputs: some test images;
        "" of what is no picture, where versions may read a file differently.
        """
        count = len(self.y_train) + len(self.y_val)
        digests = [str(count).encode() + self.y_test.cpu().contiguous().numpy().tobytes(), b""]
        if self.world == "picture":
            some = self.x_test[spread(len(self.x_test), MARKED)]
            digests[1] = some.cpu().contiguous().numpy().tobytes()
        return "-".join(hashlib.sha256(each).hexdigest()[:16] for each in filter(None, digests))

    def to(self, device: torch.device | str) -> Dataset:
        """Return the same data with all tensors on ``device``."""
        names = [f"{kind}_{part}" for part in ("train", "val", "test") for kind in "xy"]
        return replace(self, **{name: getattr(self, name).to(device) for name in names})


def stratified_mask(labels: NDArray[np.int64], fraction: float, seed: int) -> NDArray[np.bool_]:
    """Mark a random ``fraction`` of each class, at least one image but never a class's only one.

    ``labels`` int64 (N,) gives bool (N,). ``fraction``, above 0 and at most 0.5, is rounded to
    whole images class by class; the same seed marks the same images.
    """
    generator = np.random.default_rng(seed)
    mask = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        (members,) = np.nonzero(labels == label)
        count = max(1, round(fraction * len(members))) if len(members) > 1 else 0
        mask[generator.permutation(members)[:count]] = True
    return mask
