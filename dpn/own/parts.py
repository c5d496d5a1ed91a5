"""What every reader returns: images and labels by part, before their numbers are understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from dpn.data.labels import MAX_CLASSES
from dpn.errors import DataError
from dpn.names import tally
from dpn.own.thumbs import Thumbs

#: Sentences of one refusal; the rest is counted.
MOST_SENTENCES = 50
#: The parts of a set, in their order; "" is what no part was said of.
PARTS = ("train", "", "val", "test")


class Refused(DataError):
    """A set that cannot be taken, with all that is wrong in one go."""

    def __init__(self, sentences: list[str]) -> None:
        more = len(sentences) - MOST_SENTENCES
        kept = sentences[:MOST_SENTENCES]
        self.sentences = (*kept, *([f"And {more:,} more like these."] if more > 0 else []))
        super().__init__("\n".join(self.sentences))


@dataclass(frozen=True, eq=False)
class Part:
    """Images of one part and their labels, N each.

    Attributes:
        images: numbers (N, H, W), (N, H, W, C), (N, C, H, W) or flat (N, H * H); or pictures.
        labels: numbers or words (N,) or (N, 1), or one-hot (N, K).
        called: what the person calls the images and the labels.
    """

    images: NDArray[Any] | Thumbs
    labels: NDArray[Any]
    called: tuple[str, str] = ("the images", "the labels")

    def wrong_labels(self) -> str:
        """Return a sentence on labels that are not one for each image, or of no kind; else ""."""
        y, n = self.labels, len(self.images)
        if y.dtype.kind not in "uifbUS" or y.ndim not in (1, 2) or len(y) != n or not y.size:
            shape: tuple[int, ...] = getattr(self.images, "shape", ())
            x = self.called[0]
            last = f" If the images lie last, as MATLAB has them: {x} = numpy.moveaxis({x}, -1, 0)"
            return (
                f"{self.called[1]} must be {tally(n, 'label')}, one for each image, got "
                f"{y.dtype} of shape {y.shape}.{last if shape[2:] and shape[-1] == len(y) else ''}"
            )
        if y.ndim == 2 and (y.shape[1] > MAX_CLASSES or (y.dtype.kind in "US" and y.shape[1] > 1)):
            return f"{self.called[1]} has {y.shape[1]:,} columns; one is accepted."
        return ""


@dataclass(eq=False)
class Raw:
    """What a reader found.

    Attributes:
        kind: in a few words, such as "pictures in class folders".
        parts: by a name of ``PARTS``.
        class_names: K names, where the files have them.
        notes: sentences about what was assumed.
        left_out: a sentence for each picture or file that was left out.
        transposed: whether the images lie mirrored at the diagonal, as EMNIST's do.
    """

    kind: str
    parts: dict[str, Part]
    class_names: tuple[str, ...] | None = None
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    transposed: bool = False
