"""What Inside has to say of a stroke, computed anew from the test images."""

import numpy as np
from scipy import ndimage

from dpn import ui
from dpn.explain.shapes import loops, stroke


def usual_loops(run, label):
    """The median number of loops in the test images of a class, of two the lower."""
    images, labels = ui.test_images(run)
    counts = [loops(one[0] / 255) for one in images[labels == label].numpy()]
    return np.percentile(counts, 50, method="lower")


def most_like_there(run, found, image, mask, but):
    """Return the labels of the 8 test images of both classes most like a drawing at a place."""
    images, labels = (each.numpy() for each in ui.test_images(run))
    wide = ndimage.binary_dilation(mask, np.ones((3, 3)), round(max(mask.shape) / 14))
    mean = run.load_model().mean.item()
    here, angles = image[0][wide] / 255 - mean, {}
    for index, label in enumerate(labels):
        if label in (found.target[0], found.contrast[0]) and index != but:
            there = images[index, 0][wide] / 255 - mean
            angles[index] = there @ here / max(np.linalg.norm(there), 1e-9)
    return [int(labels[index]) for index in sorted(angles, key=lambda one: -angles[one])[:8]]


def like_words(labels, one, other, names):
    """What is said of those most like a place that speaks for ``one``, if most are of it."""
    count = labels.count(one)
    if count <= 4:
        return None
    if count == 8:
        return f"all 8 test images most like it there are {names[one]}, not {names[other]}"
    return f"{count} of the 8 test images most like it there are {names[one]}"


def direction_words(run, ink, mask, one, other, names):
    """What is said of a direction that is usual for ``one`` there, and not for ``other``."""
    rows, columns = (slice(at.min(), at.max() + 1) for at in np.nonzero(mask))
    box = np.zeros_like(mask)
    box[rows, columns] = True
    shape = stroke(ink, mask)
    images, labels = (each.numpy() for each in ui.test_images(run))
    shares = [
        np.mean([stroke(image[0] / 255, box) == shape for image in images[labels == of]])
        for of in (one, other)
    ]
    usual = shape.endswith(" stroke") and shares[0] >= max(shares[1] + 0.25, 2 * shares[1])
    if not usual or stroke(ink, box) != shape:
        return None
    often, seldom = (f"{share:.0%}" for share in shares)
    return f"{names[one]} often has such a stroke there ({often}), {names[other]} seldom ({seldom})"
