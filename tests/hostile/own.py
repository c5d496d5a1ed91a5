"""What strangers may bring as a data set: files as their tools write them, and then spoilt."""

from functools import cache

import numpy as np
from hypothesis import strategies as some

from dpn.own.bringing import bring
from dpn.own.files import Bounds, upload
from dpn.own.making import Options, make
from tests.hostile.files import NAMES, edits, spoilt
from tests.own.written import bars, gz, idx, npy, npz, picture, zipped

#: Small, so that what says it is large is told from what is.
BOUNDS = Bounds(200, 2**24)


@cache
def sets():
    """Name -> path -> bytes, of each layout."""
    images, labels = bars(24, side=8)
    pictures = {f"{'abc'[k]}/{i}.png": picture(images[i]) for i, k in enumerate(labels[:12])}
    parts = {
        f"{part}/{path}": data for part in ("train", "test") for path, data in pictures.items()
    }
    numbers = {"train-images-idx3-ubyte": idx(images), "train-labels-idx1-ubyte": idx(labels)}
    emnist = {f"emnist-letters-{name}.gz": gz(data) for name, data in numbers.items()}
    emnist["emnist-letters-mapping.txt"] = b"0 65 97\n1 66 98\n2 67 99\n"
    lines = [
        ",".join(map(str, (k, *image.ravel()))) for k, image in zip(labels, images, strict=True)
    ]
    header = "label," + ",".join(f"pixel{i}" for i in range(64))
    names = ("x_train", "y_train", "x_test", "y_test")
    keras = dict(zip(names, (images, labels, images, labels), strict=True))
    medmnist = {f"{part}_{kind}": array for part in ("train", "val", "test")
                for kind, array in (("images", images), ("labels", labels[:, None]))}  # fmt: skip
    return {
        "pictures": pictures,
        "parts": parts,
        "idx": numbers,
        "emnist": emnist,
        "csv": {"train.csv": "\n".join([header, *lines]).encode()},
        "bare csv": {"data.csv": "\n".join(lines).encode()},
        "keras": {"a.npz": npz(**keras, class_names=np.array(["a", "b", "c"]))},
        "medmnist": {"b.npz": npz(**medmnist)},
        "pair": {"x.npy": npy(images / 255), "y.npy": npy(np.eye(3)[labels])},
        "bitmaps": {f"full_numpy_bitmap_{n}.npy": npy(bars(9)[0].reshape(9, 784)) for n in "ab"},
    }


own_cases = some.tuples(
    some.sampled_from(sorted(sets())),
    some.integers(0, 30),
    edits,
    some.sampled_from(("loose", "zipped", "zip spoilt")),
    some.one_of(some.none(), some.sampled_from(NAMES), some.text(max_size=30)),
    some.tuples(
        some.sampled_from((None, 0, 28, 32)),
        some.sampled_from((None, True, False)),
        some.sampled_from((None, True, False)),
        some.sampled_from((None, 1, 5)),
    ),
)


def own(which, place, changes, how, renamed, options):
    files = dict(sets()[which])
    at = sorted(files)[place % len(files)]
    data = files.pop(at)
    if renamed is not None:
        folder, _, last = at.rpartition("/")
        at = f"{renamed}/{last}" if folder else renamed + last
    files[at] = data if how == "zip spoilt" else spoilt(data, changes)
    if how != "loose":
        packed = zipped({_packable(path): data for path, data in files.items()})
        files = {"set.zip": spoilt(packed, changes) if how == "zip spoilt" else packed}
    raw = bring([upload(path, data) for path, data in files.items()], BOUNDS)
    made = make(raw, Options(*options))
    assert len(made.arrays.x_train) == len(made.arrays.y_train)


def _packable(path):
    """A name that Python's zipfile can write."""
    return path.encode("utf-8", "replace").decode().replace("\0", "?") or "?"
