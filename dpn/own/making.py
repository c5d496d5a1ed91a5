"""What a reader found -> one whole data set, or all that is wrong with it at once."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dpn.data.labels import to_labels
from dpn.data.npz import Arrays, read_npz
from dpn.data.pixels import to_pixels
from dpn.errors import DataError
from dpn.language import Later, msg, t
from dpn.names import listed
from dpn.own.parts import PARTS, Raw, Refused
from dpn.own.shapes import from_thumbs, shaped, sized
from dpn.own.split import check_enough, note_few, split, taken
from dpn.own.thumbs import Thumbs

#: Times as many images in the largest class as in the smallest from which a set is called uneven.
UNEVEN = 1.5


@dataclass(frozen=True)
class Options:
    """What the person decides; None is found out.

    Attributes:
        side: pixels, to which images are resized; 0 leaves them as they are.
        colour: whether they are in colour.
        transposed: whether they lie mirrored at the diagonal, and are turned.
        most: images of each class, at most.
        seed: decides which are held out for the test, and which are taken.
    """

    side: int | None = None
    colour: bool | None = None
    transposed: bool | None = None
    most: int | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False)
class OwnSet:
    """A whole data set: checked arrays, what was done to make them, and what was left out."""

    arrays: Arrays
    kind: str
    left_out: tuple[str, ...]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Images (K, 2) of each class, to train on and to test with."""
        parts = (self.arrays.y_train, self.arrays.y_test)
        return np.stack([np.bincount(y, minlength=len(self.arrays.class_names)) for y in parts], 1)

    @property
    def is_uneven(self) -> bool:
        """Whether some classes have many more images than others."""
        totals = self.counts.sum(axis=1)
        return bool(totals.max() > UNEVEN * max(1, totals.min()))

    def to_npz(self, *, compress: bool) -> bytes:
        """Return it as a file in Keras' layout, as ``dpn.data.npz`` reads it."""
        a, out = self.arrays, io.BytesIO()
        save = np.savez_compressed if compress else np.savez
        x_train, x_test = (
            np.ascontiguousarray(x.transpose(0, 2, 3, 1)) for x in (a.x_train, a.x_test)
        )
        save(
            out,
            x_train=x_train,
            y_train=a.y_train,
            x_test=x_test,
            y_test=a.y_test,
            class_names=np.array(a.class_names),
        )
        return out.getvalue()


def make(raw: Raw, options: Options = Options()) -> OwnSet:
    """Return the data set that comes of what was read.

    Raises:
        Refused: labels, sizes or numbers cannot be used, or there are too few; it says all at once.
    """
    if not raw.parts:
        raise Refused([t("No picture can be used."), *raw.left_out])
    problems: list[str] = []
    notes = list(raw.notes)
    images = _images(raw, options, notes, problems)
    labels = _labels(raw, notes, problems)
    if problems:
        raise Refused([*problems, *raw.left_out])
    classes, names = labels
    kept = taken(classes, options.most, options.seed, notes)
    x, y, x_test, y_test = split(images, classes, kept, options.seed, notes)
    check_enough(y, len(y_test), classes, names, raw.left_out)
    note_few(np.concatenate([y, y_test]), names, notes)
    arrays = Arrays(x, y, x_test, y_test, names, tuple(notes))
    made = OwnSet(arrays, raw.kind, tuple(raw.left_out))
    try:
        read_npz(io.BytesIO(made.to_npz(compress=False)))  # as the training will
    except DataError as error:
        raise Refused([str(error).partition(">: ")[2] or str(error), *raw.left_out]) from error
    return made


def _images(
    raw: Raw, options: Options, notes: list[str], problems: list[str]
) -> dict[str, NDArray[np.uint8]]:
    """Return part -> uint8 (N, C, H, W), all of one shape."""
    parts = [part for part in PARTS if part in raw.parts]
    thumbs = {p: x for p in parts if isinstance(x := raw.parts[p].images, Thumbs)}
    if thumbs:
        return from_thumbs(thumbs, options.side, options.colour, notes)
    found = {part: shaped(raw.parts[part], problems, notes) for part in parts}
    if problems:
        return {}
    try:
        called = [(raw.parts[part].called[0], found[part]) for part in parts]
        pixels, more = to_pixels(called)
    except DataError as error:
        problems.append(str(error))
        return {}
    notes += more
    turned = raw.transposed if options.transposed is None else options.transposed
    if turned:
        pixels = [x.swapaxes(1, 2) for x in pixels]
        notes.append(
            Later(msg("The images lie mirrored at the diagonal, as EMNIST's do: they are turned."))
        )
    return sized(
        dict(zip(parts, pixels, strict=True)), options.side, options.colour, notes, problems
    )


def _called(labels: Sequence[str], names: tuple[str, ...] | None) -> list[str]:
    """Return labels by the names that the file gives their numbers."""
    known = {str(number): name for number, name in enumerate(names or ())}
    return [known.get(label, label) for label in labels]


def _labels(
    raw: Raw, notes: list[str], problems: list[str]
) -> tuple[dict[str, NDArray[np.int64]], tuple[str, ...]]:
    parts = [part for part in PARTS if part in raw.parts]
    columns, before = {}, len(problems)
    for part in parts:
        found = raw.parts[part]
        if wrong := found.wrong_labels():
            problems.append(wrong)
        columns[f"{found.called[1]}"] = found.labels
    if len(problems) > before:
        return {}, ()
    flat = {str(y) for column in columns.values() for y in np.unique(column).tolist()}
    if len(flat) < 2 and all(column.ndim == 1 for column in columns.values()):
        problems.append(
            t(
                "All images are of one class, {names}; 2 are the least: bring another with it.",
                names=listed(_called(sorted(flat), raw.class_names)),
            )
        )
        return {}, ()
    try:
        trained = [raw.parts[p].called[1] for p in parts if p != "test" or len(parts) == 1]
        labels, names, more = to_labels(columns, trained, raw.class_names)
    except DataError as error:
        problems.append(str(error))
        return {}, ()
    notes += more
    return dict(zip(parts, labels, strict=True)), names
