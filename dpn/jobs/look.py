"""What is seen of a model that learns: its answers to a dozen test images, and its templates.

It is watched only: nothing is ever chosen by it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from dpn.data.samples import DOZEN, one_of_each

#: Which test images: the same for all who look.
SEED = 0
#: Templates are sent as whole numbers from −STEPS to STEPS.
STEPS = 127


@dataclass(frozen=True, eq=False)
class Look:
    """A model at one moment.

    Attributes:
        step: batches it has learned from.
        images: (N, C, H, W) uint8, N at most 12: one of each class first.
        labels: (N,) the true classes.
        answers: (N,) the model's.
        sure: (N,) float32, the probability of each answer.
        templates: (M, H, W) float32 in −1..1, M >= 0; see ``dpn.explain.templates``.
        states: whose they are, the same number of each; empty where they are not those of states.
        favourites: the class that each of the states speaks most for.
        seconds: how long it took; the training waited meanwhile.
    """

    step: int
    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    answers: npt.NDArray[np.int64]
    sure: npt.NDArray[np.float32]
    templates: npt.NDArray[np.float32]
    states: tuple[int, ...] = ()
    favourites: tuple[int, ...] = ()
    seconds: float = 0.0

    @property
    def right(self) -> int:
        """How many answers are right."""
        return int((self.answers == self.labels).sum())

    def to_event(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        event: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return event | {
            "images": _packed(self.images),
            "labels": self.labels.tolist(),
            "answers": self.answers.tolist(),
            "sure": [round(float(value), 4) for value in self.sure],
            "templates": _packed(np.rint(self.templates * STEPS).astype(np.int8)),
        }

    @classmethod
    def from_event(cls, event: dict[str, Any]) -> Self:
        """Return what ``to_event`` told."""
        return cls(
            event["step"],
            _unpacked(event["images"], np.uint8),
            np.array(event["labels"], np.int64),
            np.array(event["answers"], np.int64),
            np.array(event["sure"], np.float32),
            (_unpacked(event["templates"], np.int8) / STEPS).astype(np.float32),
            tuple(event["states"]),
            tuple(event["favourites"]),
            event["seconds"],
        )


def watched(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the indices of the test images to watch, of the labels (N,) of all of them."""
    return one_of_each(labels, DOZEN, SEED)


def _packed(array: npt.NDArray[Any]) -> tuple[tuple[int, ...], str]:
    return array.shape, base64.b64encode(array.tobytes()).decode()


def _unpacked(packed: tuple[tuple[int, ...], str], kind: type[Any]) -> npt.NDArray[Any]:
    shape, data = packed
    return np.frombuffer(base64.b64decode(data), kind).reshape(shape)
