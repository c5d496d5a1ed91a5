"""Which images of a set are taken, and which of them are held out for the test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dpn.data.loading import stratified_mask
from dpn.evaluation.counted import counted
from dpn.language import Later, msg, t
from dpn.names import listed
from dpn.own.parts import Refused

#: Share of each class that is held out where no test part came along.
TEST_FRACTION = 0.2
#: Fewer images of a class than this are said to be few.
FEW = 5


def taken(
    classes: dict[str, NDArray[np.int64]], most: int | None, seed: int, notes: list[str]
) -> dict[str, NDArray[np.int64]]:
    """Return part -> indices of the images that are taken, at most ``most`` of each class.

    Args:
        classes: part -> the class (N,) of each image.
        most: None takes all.
        seed: decides which.
        notes: what was left is said here.
    """
    if not most:
        return {part: np.arange(len(y)) for part, y in classes.items()}
    rng = np.random.default_rng(seed)
    kept, out = {}, 0
    for part, y in classes.items():
        chosen = [rng.permutation(np.flatnonzero(y == label))[:most] for label in np.unique(y)]
        kept[part] = np.sort(np.concatenate(chosen))
        out += len(y) - len(kept[part])
    if out:
        words = msg("Taken of each class: at most {most:,}. Left out: {out:,}.")
        notes.append(Later(words, most=most, out=out))
    return kept


def split(
    images: dict[str, NDArray[np.uint8]],
    classes: dict[str, NDArray[np.int64]],
    kept: dict[str, NDArray[np.int64]],
    seed: int,
    notes: list[str],
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Return images and labels to train on, then those to test with.

    Args:
        images: part -> uint8 (N, C, H, W).
        classes: part -> the class (N,) of each.
        kept: part -> indices of those that are taken.
        seed: decides which are held out where there is no test part.
        notes: what was decided is said here.
    """
    trained = [part for part in classes if part != "test"] or list(classes)
    x = np.concatenate([images[part][kept[part]] for part in trained])
    y = np.concatenate([classes[part][kept[part]] for part in trained])
    if "val" in trained and len(trained) > 1:
        notes.append(
            Later(
                msg(
                    "The validation images ({count:,}) join the training images; validation images "
                    "are held out of all of these."
                ),
                count=len(kept["val"]),
            )
        )
    if trained != list(classes):
        return x, y, images["test"][kept["test"]], classes["test"][kept["test"]]
    test = stratified_mask(y, TEST_FRACTION, seed)
    notes.append(
        t(
            "There is no test part: a fifth of each class ({images}) is held out as one, by seed "
            "{seed}.",
            images=counted(int(test.sum())),
            seed=seed,
        )
    )
    return x[~test], y[~test], x[test], y[test]


def check_enough(
    train: NDArray[np.int64],
    test: int,
    classes: dict[str, NDArray[np.int64]],
    names: Sequence[str],
    left_out: Sequence[str],
) -> None:
    """Refuse a set of too few images or classes.

    Args:
        train: the class (N,) of each image to train on.
        test: images to test with.
        classes: part -> the class (N,) of each image.
        names: of the classes.
        left_out: sentences about what could not be used.

    Raises:
        Refused: there are too few.
    """
    wanted = 2 * FEW
    seen = len(np.unique(np.concatenate(list(classes.values()))))
    count = len(train) + test
    if count < wanted or seen < 2 or not test:
        raise Refused(
            [
                t(
                    "Too few are here: {images} of {classes} ({names}); 2 classes of {few} images "
                    "are the least. Bring more.",
                    images=counted(count),
                    classes=t("1 class") if seen == 1 else t("{count} classes", count=seen),
                    names=listed(list(names), 5),
                    few=FEW,
                ),
                *left_out,
            ]
        )
    if np.bincount(train).max() < 2:
        raise Refused(
            [
                t(
                    "Of no class are there two images to train on ({images} of {names}): one of "
                    "them is held out to compare settings. Bring more of each.",
                    images=counted(len(train)),
                    names=listed(list(names), 5),
                ),
                *left_out,
            ]
        )


def note_few(y: NDArray[np.int64], names: Sequence[str], notes: list[str]) -> None:
    """Say of which classes there are few images, of the class (N,) of each image."""
    counts = np.bincount(y, minlength=len(names))
    if few := [name for name, n in zip(names, counts, strict=True) if 0 < n < FEW]:
        words = msg("Fewer than {few} images each: {names}.")
        notes.append(Later(words, few=FEW, names=listed(few)))
