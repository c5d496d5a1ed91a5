"""Tables and arrays of pixels, image by image, for the verbs that take pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.data.labels import to_labels
from dpn.data.look import FAR, is_alike
from dpn.data.pixels import to_pixels
from dpn.errors import DataError, ImageError
from dpn.own.bringing import bring
from dpn.own.files import DISK, TABLES, on_disk
from dpn.own.parts import Part, Raw, Refused
from dpn.own.shapes import shaped
from dpn.pictures.files import CHUNK, Item, input_spec, read_images
from dpn.pictures.prepare import Prepared, prepare
from dpn.runs.config import RunConfig
from dpn.teaching.lesson_files import is_its_own_test

Pixels = NDArray[np.uint8]


def is_of_pixels(name: str) -> bool:
    """Return whether a file is a table or an npz, and so no picture."""
    return name.lower().endswith((*TABLES, ".npz")) and Path(name).is_file()


def read_asked(
    names: list[str], config: RunConfig, kind: str, say: Callable[[str], None]
) -> Iterator[list[Item]]:
    """Yield the images of files, as ``read_images``; the first of a table or npz is FILE:1."""
    if not any(map(is_of_pixels, names)):
        return read_images(names, config, kind, say)  # begun at once
    return _mixed(names, config, kind, say)


def _mixed(
    names: list[str], config: RunConfig, kind: str, say: Callable[[str], None]
) -> Iterator[list[Item]]:
    for is_table, group in groupby(names, key=is_of_pixels):
        if not is_table:
            yield from read_images(list(group), config, kind, say)
            continue
        for name in group:
            try:
                images, _ = _read(Path(name))
            except DataError as error:
                yield [(Path(name), ImageError(str(error)))]
                continue
            for start in range(0, len(images), CHUNK):
                numbered = enumerate(images[start : start + CHUNK], start=start + 1)
                yield [(Path(f"{name}:{n}"), _prepared(one, config, kind)) for n, one in numbered]


def read_lesson(
    file: Path, config: RunConfig, say: Callable[[str], None]
) -> tuple[Pixels, list[str]]:
    """Return the images (N, C, H, W) of all parts of a table or npz, and the class of each.

    Raises:
        DataError: it holds no images with labels.
    """
    images, labels = _read(file, as_lesson=True)
    items = [_prepared(one, config, "auto") for one in images]
    kept = [(i.input, n) for i, n in zip(items, labels, strict=True) if isinstance(i, Prepared)]
    if left := len(items) - len(kept):
        say(f"{left:,} of {len(items):,} images left out, on which nothing is to be seen.")
    if not kept:
        raise DataError(f"{file.name} holds no image on which something is to be seen.")
    return np.stack([image for image, _ in kept]), [name for _, name in kept]


def _read(file: Path, *, as_lesson: bool = False) -> tuple[Pixels, list[str]]:
    """Return images (N, H, W) or (N, H, W, 3) and their classes.

    Of a lesson all parts, and labels are needed; else the part to test with, if there is one.

    Raises:
        DataError: there are none.
    """
    raw = bring(on_disk(file)[:1], DISK, needs_labels=as_lesson)
    is_tested = "test" in raw.parts and not as_lesson
    parts = [raw.parts["test"]] if is_tested else [*raw.parts.values()]
    problems = [wrong for part in parts if as_lesson and (wrong := part.wrong_labels())]
    if problems:
        raise Refused(problems)
    found = [(part.called[0], shaped(part, problems, [])) for part in parts]
    if problems:
        raise Refused(problems)
    pixels, _ = to_pixels(found, few=True)
    if len({x.shape[1:] for x in pixels}) > 1:
        raise DataError(f"{file.name} holds images of several sizes; bring them in files of one.")
    if as_lesson and is_its_own_test(pixels):
        parts, pixels = parts[:1], pixels[:1]
    images = np.concatenate(pixels)
    if raw.transposed:
        images = images.swapaxes(1, 2)
    return images, _names(parts, raw) if as_lesson else []


def _names(parts: Sequence[Part], raw: Raw) -> list[str]:
    """Return the class of each image, by the names that the file gives its labels."""
    columns = {part.called[1]: part.labels for part in parts}
    labels, names, _ = to_labels(columns, tuple(columns), raw.class_names, fewest=1)
    return [names[label] for of_part in labels for label in of_part]


def _prepared(image: Pixels, config: RunConfig, kind: str) -> Prepared | ImageError:
    """Return an image as it is if it is as those of the data set, else as a picture is taken."""
    channels, height, width = config.model.image_shape
    if kind == "auto" and image.shape == (height, width) + (3,) * (channels == 3):
        planes = image[None] if channels == 1 else image.transpose(2, 0, 1)
        look = input_spec(config).figures
        # Of the right size, but dark on light where the data set is light on dark.
        if look is None or np.ptp(planes) < FAR or is_alike(planes, look, anywhere=True):
            return Prepared(np.ascontiguousarray(planes), (), None, "plain")
    colours = image if image.ndim == 3 else np.stack([image] * 3, axis=2)
    rgba = np.concatenate([colours, np.full_like(colours[..., :1], 255)], axis=2)
    try:
        return prepare(rgba, input_spec(config), kind)
    except ImageError as error:
        return error
