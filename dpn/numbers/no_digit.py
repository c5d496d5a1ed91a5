"""The learned answer to "is this piece a digit at all, and which?", seen with the ink around it.

A classifier of whole digits must say one of them of a half or a pair, too, and is easily misled by
a digit that was cut badly; this one learned from such pieces of MNIST's training images
(``dpn.training.no_digit``). It is a residual DPN of its own, on three planes: the piece, what is
around it, and the rows of the line. So it belongs to no run, and a model that was taught or trained
anew reads numbers at once.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from dpn.errors import RunError
from dpn.evaluation.evaluate import predict_logits
from dpn.models.base import Classifier
from dpn.models.build import build_model
from dpn.models.config import ModelConfig
from dpn.numbers.pieces import SIDE
from dpn.pictures.ink import Pixels
from dpn.runs.files import read_tensors, write_tensors
from dpn.runs.run import SHIPPED

FILE = SHIPPED / "no_digit.safetensors"
#: A third of the weights of the shipped model of digits: it looks at three times as many pieces.
ARCHITECTURE = ModelConfig(
    model="residual",
    channels=3,
    height=SIDE,
    width=SIDE,
    classes=11,
    part_size=1,
    states=32,
    decisions=2,
    encoder_channels=12,
)
#: Pieces that are judged at once: the maps of so few stay near the processor.
TOGETHER = 96


def save_no_digit(model: Classifier, path: Path) -> None:
    """Write its weights in half precision."""
    write_tensors(
        path, {k: v.half() for k, v in model.state_dict().items() if v.is_floating_point()}
    )


@lru_cache(maxsize=1)
def load_no_digit() -> Classifier:
    """Return the shipped one; as ``read_no_digit``."""
    return read_no_digit(FILE)


def read_no_digit(path: Path) -> Classifier:
    """Read what ``save_no_digit`` wrote.

    Raises:
        RunError: it is missing, damaged, or of another version.
    """
    model = build_model(ARCHITECTURE)
    weights = read_tensors(path, path.parent.name)
    try:
        missing, unknown = model.load_state_dict(
            {name: value.float() for name, value in weights.items()}, strict=False
        )
    except RuntimeError as error:
        raise RunError(_ANEW) from error
    if unknown or any("num_batches_tracked" not in name for name in missing):
        raise RunError(_ANEW)
    return model.eval()


_ANEW = f"{FILE.name} is of another version. Make it again: python -m dpn.training.no_digit"


def judge(pieces: Pixels) -> NDArray[np.float64]:
    """Return the log probabilities (P, 11) that a piece (P, 3, 28, 28) uint8 is 0, .. 9, no digit.

    Raises:
        RunError: the learned weights are missing or damaged.
    """
    model, images = load_no_digit(), torch.from_numpy(np.ascontiguousarray(pieces))
    with torch.inference_mode():
        logits = torch.cat([predict_logits(model, some) for some in torch.split(images, TOGETHER)])
    judged: NDArray[np.float64] = torch.log_softmax(logits.double(), dim=1).numpy()
    return judged
