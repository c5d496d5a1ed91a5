"""Files as the tools write them that people take them from."""

import gzip
import io
import zipfile

import numpy as np
from PIL import Image

from dpn.own.bringing import bring
from dpn.own.files import PAGE, upload
from dpn.own.making import Options, make


def bars(count, side=28, classes=3, seed=0):
    """Bars at as many places, (N, H, W) uint8 on black, and their labels (N,)."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    images = np.zeros((count, side, side), np.uint8)
    for image, label in zip(images, labels, strict=True):
        left = 2 + label * (side - 8) // classes + rng.integers(2)
        image[3:-4, left : left + 3] = 255  # nowhere the same turned
    return images, labels


def picture(pixels, kind="PNG"):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def colours(seed, height=40, width=60, hue=0):
    """A colourful picture (H, W, 3)."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 100, (height, width, 3))
    image[..., hue] += 150
    return image.astype(np.uint8)


def zipped(files):
    """A zip of path -> bytes, as Explorer, Finder and ``zip`` write them but for their extras."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def pets(count=6, top="", classes=("cats", "dogs")):
    """Path -> JPEG of so many pictures a class."""
    return {
        f"{top}{name}/{index}.jpg": picture(colours(index, hue=hue), "JPEG")
        for hue, name in enumerate(classes)
        for index in range(count)
    }


def npz(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def idx(array, kind=0x08):
    """The layout of http://yann.lecun.com/exdb/mnist: all of it big-endian."""
    head = bytes([0, 0, kind, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return head + array.astype({0x08: ">u1", 0x0C: ">i4"}[kind]).tobytes()


def gz(data):
    return gzip.compress(data, mtime=0)


def read(files, bounds=PAGE):
    """What comes of uploads, name -> bytes."""
    return bring([upload(name, data) for name, data in files.items()], bounds)


def made(files, **options):
    """The set that comes of uploads."""
    return make(read(files), Options(**options))


def said(made):
    """All sentences about a set."""
    return " ".join((*made.arrays.notes, *made.left_out))
