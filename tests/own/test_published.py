"""Tables and arrays of pixels as archives, spreadsheets and scikit-learn have them."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from dpn.data.pixels import to_pixels
from dpn.own.parts import Refused
from tests.own.written import bars, gz, made, npz, said

IMAGES, LABELS = bars(30)
ROWS = IMAGES.reshape(30, -1)


def same(own):
    """Return whether all images are there, whatever part they are in."""
    found = np.concatenate([own.arrays.x_train, own.arrays.x_test])[:, 0]
    return {x.tobytes() for x in found} == {x.tobytes() for x in IMAGES}


def of_spaces(front="", end=" \n", number="{:.4f}"):
    """USPS' zip.train: the label, then -1.0000 to 1.0000, and a space behind each."""
    lines = [
        front + " ".join(number.format(n) for n in (label, *(row / 127.5 - 1))) + end
        for label, row in zip(LABELS, ROWS, strict=True)
    ]
    return "".join(lines).encode()


FILES = {
    "zip.train": of_spaces(),
    "zip.train.gz": gz(of_spaces()),
    "zip.txt": of_spaces("  ", "\n"),
    "letters.data": np.array2string(np.c_[ROWS, LABELS], separator=",", threshold=10**6,
                                    max_line_width=10**6).translate({91: None, 93: None})
                    .replace(",\n", "\n").encode(),
    "german.csv": pd.DataFrame(ROWS / 255).assign(label=LABELS)
                  .to_csv(index=False, sep=";", decimal=",", encoding="utf-8").encode("utf-8-sig"),
    "german.tsv": pd.DataFrame(ROWS / 255).assign(label=[f"a, {k}" for k in LABELS])
                  .to_csv(index=False, sep="\t", decimal=",").encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_table_of_pixels_is_read_whatever_parts_its_cells_and_is_its_ending(name):
    own = made({name: FILES[name]})
    assert own.counts.tolist() == [[8, 2]] * 3
    assert same(own)


@pytest.mark.parametrize("name", ["a.txt", "a.data", "a"])
@pytest.mark.parametrize("data", [b"", b"hello you", b"1 2 3\n4 5 6\n", b"\xff\xfe\x00"])
def test_other_files_are_no_tables_of_pixels(name, data):
    with pytest.raises(Refused, match="Nothing here can be learned from"):
        made({name: data})


@pytest.mark.parametrize("how", ["image", "lists", "index", "semicolons", "kind"])
def test_all_pixels_in_one_cell_whatever_the_columns_are_called(how):
    """``train --dataset`` sent such a file to ``datasets add``, which refused it."""
    apart = ", " if how == "lists" else " "
    cells = [apart.join(map(str, row)) for row in ROWS.tolist()]
    cells = [f"[{cell}]" for cell in cells] if how == "lists" else cells
    frame = pd.DataFrame({"image": cells, "kind" if how == "kind" else "label": LABELS})
    data = frame.to_csv(index=how == "index", sep=";" if how == "semicolons" else ",")
    own = made({"faces.csv": data.encode()})
    assert own.counts.tolist() == [[8, 2]] * 3
    assert same(own)


def digits():
    """Whole numbers to 16, (N, 8, 8) float64, as ``sklearn.datasets.load_digits`` has them."""
    small = [Image.fromarray(image).resize((8, 8), Image.Resampling.BOX) for image in IMAGES]
    found = np.rint(np.stack([np.asarray(one) for one in small]) / 255 * 16)
    found[:, 3, 3] = 16
    return found


@pytest.mark.parametrize("how", ["images", "rows", "table", "whole"])
def test_the_digits_of_scikit_learn_are_white_at_16(how):
    x = digits()
    files = {
        "images": {"d.npz": npz(images=x, target=LABELS)},
        "rows": {"d.npz": npz(data=x.reshape(30, -1), target=LABELS, images=x)},
        "table": {"d.csv": pd.DataFrame(x.reshape(30, -1)).assign(target=LABELS)
                  .to_csv(index=False).encode()},
        "whole": {"d.npz": npz(x=x.astype(np.uint8), y=LABELS)},
    }[how]  # fmt: skip
    own = made(files)
    assert own.arrays.x_train.max() == 255
    assert "lies in 0..16: read as 0 (black) to 16 (white)" in said(own)
    found = np.concatenate([own.arrays.x_train, own.arrays.x_test])[:, 0]
    assert {one.tobytes() for one in found} == {
        one.tobytes() for one in np.rint(x * (255 / 16)).astype(np.uint8)
    }


def test_of_a_table_the_line_that_says_what_is_white_can_be_run():
    table = pd.DataFrame(ROWS // 16).assign(label=LABELS).to_csv(index=False)
    with pytest.raises(Refused, match=r"white: pixels = numpy\.interp\(pixels, \(0, 15\), \(0, 25"):
        made({"dark.csv": table.encode()})


X = np.repeat(IMAGES[..., None], 4, axis=3)
MENDED = {
    "images last": (
        {"x": np.moveaxis(IMAGES, 0, -1), "y": LABELS},
        r"If the images lie last, as MATLAB has them: x = numpy\.moveaxis\(x, -1, 0\)",
    ),
    "grey with transparency": ({"x": X[..., :2], "y": LABELS}, r"transparency: x\[\.\.\., :1\]"),
    "colours with transparency": ({"x": X, "y": LABELS}, r"transparency: x\[\.\.\., :3\]"),
    "rows of three planes": (
        {"x": X[..., :3].transpose(0, 3, 1, 2).reshape(30, -1), "y": LABELS},
        r"x = x\.reshape\(-1, 3, 28, 28\)",
    ),
    "missing labels": (
        {"x": IMAGES, "y": np.where(LABELS, LABELS, np.nan)},
        r"kept = numpy\.isfinite\(y\)\.ravel\(\); x, y = x\[kept\], y\[kept\]",
    ),
    "labels of -1": (
        {"data": IMAGES, "target": LABELS - 1},
        r"kept = target\.ravel\(\) >= 0; data, target = data\[kept\], target\[kept\]",
    ),
    "images, labels": (
        {"images": IMAGES, "labels": LABELS - 1},
        r"kept = labels\.ravel\(\) >= 0; images, labels = images\[kept\]",
    ),
    "words of pandas": (
        {"x": IMAGES, "y": np.array([f"k{k}" for k in LABELS], object)},
        r"y = y\.astype\(str\)",
    ),
}


@pytest.mark.parametrize("case", MENDED)
def test_what_is_refused_is_mended_by_the_line_that_is_said(case):
    arrays, line = MENDED[case]
    out = io.BytesIO()
    np.savez(out, **arrays)
    with pytest.raises(Refused, match=line):
        made({"a.npz": out.getvalue()})


def test_such_digits_are_asked_as_they_were_learned():
    """A table of them was nearly black to ``predict``, and none of the classes."""
    x = digits().astype(np.uint8)
    asked, learned = (to_pixels([("x", x)], few=few)[0][0] for few in (True, False))
    np.testing.assert_array_equal(asked, learned)
    assert to_pixels([("x", np.minimum(x, 15))], few=True)[0][0].max() == 15
