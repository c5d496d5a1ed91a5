"""A small convolutional network of doubt's own, one number an image.

What the model made of an image has lost what did not matter for telling its classes apart. The eye
looks at the pixels themselves: three convolutions, a hidden layer, one score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from dpn.errors import RunError

Floats = npt.NDArray[np.float32]

#: Side of the kernels and stride of each convolution; half a side, rounded down, is padded.
KERNELS = ((5, 2), (3, 2), (3, 1))
#: Channels and hidden numbers that a file may hold at most, and images looked at together.
MOST, TOGETHER = 256, 256


@dataclass(frozen=True, eq=False)
class Eye:
    """Weights as torch lays them out, all float32; a channel is normalised within its kernel.

    Attributes:
        c1, c2, c3: (out, in, k, k), the convolutions.
        d1, d2, d3: (out,), their biases.
        h, g: (H, F) and (H,), the hidden layer, of the F numbers of the last map.
        o: (H,), and none beside it: the threshold takes it in.
    """

    c1: Floats
    c2: Floats
    c3: Floats
    d1: Floats
    d2: Floats
    d3: Floats
    h: Floats
    g: Floats
    o: Floats

    def score(self, images: npt.NDArray[np.uint8]) -> Floats:
        """Return a score (N,), higher for what is known, of uint8 images (N, C, H, W)."""
        parts = range(0, len(images), TOGETHER)
        return np.concatenate([self._score(images[at : at + TOGETHER]) for at in parts])

    def _score(self, images: npt.NDArray[np.uint8]) -> Floats:
        import torch
        import torch.nn.functional as F

        weights = {
            field.name: torch.from_numpy(getattr(self, field.name)) for field in fields(self)
        }
        with torch.inference_mode():
            x = torch.from_numpy(np.array(images, order="C")).float() / 255
            for number, (side, stride) in enumerate(KERNELS, start=1):
                kernel, bias = weights[f"c{number}"], weights[f"d{number}"]
                x = F.conv2d(x, kernel, bias, stride, side // 2).relu_()
            hidden = F.linear(x.flatten(1), weights["h"], weights["g"]).relu_()
            score: Floats = (hidden @ weights["o"]).numpy()
        return score

    def to_arrays(self) -> dict[str, Floats]:
        """Return its numbers by name, as a file keeps them."""
        return {f"eye.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], shape: tuple[int, ...]) -> Self:
        """Read what ``to_arrays`` gave, for images of ``shape`` (C, H, W), with suspicion.

        Raises:
            RunError: a name or a shape is none that an eye for such images has.
        """
        names = [field.name for field in fields(cls)]
        if arrays.keys() != {f"eye.{name}" for name in names}:
            raise RunError("it does not hold the names it should")
        found = cls(**{name: arrays[f"eye.{name}"] for name in names})
        channels, *sides = shape
        for (side, stride), weight, bias in zip(
            KERNELS, (found.c1, found.c2, found.c3), (found.d1, found.d2, found.d3), strict=True
        ):
            if weight.ndim != 4 or weight.shape[1:] != (channels, side, side):
                raise RunError("its shapes do not fit each other")
            channels = len(weight)
            sides = [-(-length // stride) for length in sides]
            if bias.shape != (channels,) or not 1 <= channels <= MOST:
                raise RunError("its shapes do not fit each other")
        hidden = found.o.shape[0] if found.o.ndim == 1 else 0
        numbers = channels * int(np.prod(sides))
        if not 1 <= hidden <= MOST or found.g.shape != (hidden,):
            raise RunError("its shapes do not fit each other")
        if found.h.shape != (hidden, numbers):
            raise RunError("its shapes do not fit each other")
        return found
