"""CSV files of pixels, as Kaggle has them and as pandas writes them."""

import numpy as np
import pandas as pd
import pytest

from dpn.own.bringing import bring
from dpn.own.files import DISK, on_disk
from dpn.own.making import make
from dpn.own.parts import Refused
from tests.own.written import bars, colours, gz, made, picture, read, said, zipped


def table(count=30, label="label", first=0, **more):
    """Kaggle's "Digit Recognizer": label,pixel0,…,pixel783."""
    images, labels = bars(count)
    frame = pd.DataFrame(images.reshape(count, -1))
    frame.columns = [f"pixel{first + i}" for i in range(784)]
    if label:
        frame.insert(0, label, labels)
    for name, values in more.items():
        frame.insert(0, name, values)
    return frame


def written(frame, **how):
    return frame.to_csv(index=False, **how).encode()


def test_kaggles_digit_recognizer_as_it_is_downloaded():
    files = {"train.csv": written(table()), "test.csv": written(table(6, label=""))}
    files["sample_submission.csv"] = b"ImageId,Label\n1,0\n2,0\n"
    own = made({"digit-recognizer.zip": zipped(files)})
    assert own.counts.tolist() == [[8, 2]] * 3
    everything = np.concatenate([own.arrays.x_train, own.arrays.x_test])[:, 0]
    assert {x.tobytes() for x in everything} == {x.tobytes() for x in bars(30)[0]}
    assert "test.csv has no column called label" in said(own)
    assert "Bring the file that has one" in said(own)
    assert "sample_submission.csv has 2 columns" in said(own)


def test_train_and_test_with_labels_are_the_parts():
    files = {f"fashion-mnist_{p}.csv": written(table(n, first=1)) for p, n in
             (("train", 24), ("test", 9))}  # fmt: skip
    assert made(files).counts.tolist() == [[8, 3]] * 3


@pytest.mark.parametrize(
    "data",
    [
        lambda f: f.to_csv(index=False, header=False),
        lambda f: f.to_csv(index=False, header=[f"0.{i}" if i else "0" for i in range(785)]),
        lambda f: f.to_csv(),  # with its index
        lambda f: f.to_csv(index=False, sep=";"),
        lambda f: f.to_csv(index=False, lineterminator="\r\n"),
        lambda f: f[[*f.columns[1:], "label"]].to_csv(index=False, header=False),
        lambda f: f.assign(label=np.array(["a", "b", "c"])[f["label"]]).to_csv(index=False),
    ],
)
def test_other_ways_to_write_it(data):
    own = made({"letters.csv.gz": gz(data(table()).encode())})
    assert own.counts.tolist() == [[8, 2]] * 3
    assert own.arrays.x_train.shape[1:] == (1, 28, 28)
    assert {x.tobytes() for x in own.arrays.x_test} <= {x.tobytes() for x in bars(30)[0]}


@pytest.mark.parametrize("is_last", [False, True])
def test_of_a_table_sorted_by_class_all_rows_tell_where_the_labels_are(is_last):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(np.zeros((4_400, 64), int))
    frame[63] = rng.integers(0, 30, 4_400)  # the last pixel is of many kinds
    frame[7] = np.arange(4_400) // 2_200 * 90
    frame.insert(63 if is_last else 0, "label", np.arange(4_400) // 2_200)
    if is_last:
        frame = frame[[*frame.columns.drop("label"), "label"]]
    own = made({"letters.csv": frame.to_csv(index=False, header=False).encode()})
    assert own.arrays.class_names == ("0", "1")
    assert f"the {'last' if is_last else 'first'} column is the label" in said(own)


def test_all_pixels_in_one_cell_and_the_part_in_another():
    images, labels = bars(60, side=48)
    usage = ["Training", "Training", "PublicTest", "PrivateTest"]
    rows = [
        f"{label},{' '.join(map(str, image.ravel()))},{usage[i // 3 % 4]}"
        for i, (image, label) in enumerate(zip(images, labels, strict=True))
    ]
    data = "\n".join(["emotion,pixels,Usage", *rows])
    own = made({"fer2013.csv": data.encode()})
    assert own.counts.tolist() == [[15, 5]] * 3  # what they call PublicTest is for validation
    assert own.arrays.x_test.shape[1:] == (1, 48, 48)
    assert {x.tobytes() for x in own.arrays.x_test[:, 0]} <= {x.tobytes() for x in images}
    short = data.replace(" 0,Training", ",Training", 1)
    with pytest.raises(Refused, match=r"line 2 holds 2,303 pixels and the label '0'; a label and"):
        made({"fer2013.csv": short.encode()})
    with pytest.raises(Refused, match=r"line 2 holds no pixels that are numbers"):
        made({"fer2013.csv": data.replace(" 0,Training", " x,Training", 1).encode()})


def test_pictures_beside_tables_that_tell_no_classes_are_a_preview():
    files = {f"sign_{p}.csv": written(table(n)) for p, n in (("train", 24), ("test", 9))}
    files |= {f"{name}.png": picture(colours(1)) for name in ("signs", "alphabet")}
    assert made({"sign.zip": zipped(files)}).counts.tolist() == [[8, 3]] * 3


def test_with_a_table_to_train_on_comes_the_one_to_test_with(tmp_path):
    for part, count in (("train", 24), ("test", 12)):
        (tmp_path / f"sign_{part}.csv").write_bytes(written(table(count)))
    own = make(bring(on_disk(tmp_path / "sign_train.csv"), DISK))
    assert own.counts.tolist() == [[8, 4]] * 3
    own = make(bring(on_disk(tmp_path / "sign_test.csv"), DISK))
    assert own.counts.sum() == 12


def test_tables_in_folders_of_parts():
    files = {f"{p}/data.csv": written(table(n)) for p, n in (("train", 24), ("test", 9))}
    assert made({"sign.zip": zipped(files)}).counts.tolist() == [[8, 3]] * 3


def test_emnists_mapping_names_the_classes_of_its_tables():
    frame = table(30).assign(label=np.arange(30) % 3 + 1).to_csv(index=False, header=False)
    files = {"emnist-letters-train.csv": frame.encode()}
    files["emnist-letters-mapping.txt"] = b"1 65 97\n2 66 98\n3 67 99\n"
    assert made({"emnist.zip": zipped(files)}).arrays.class_names == ("Aa", "Bb", "Cc")


def test_emnists_table_has_no_header_and_is_turned():
    images, labels = bars(30)
    frame = pd.DataFrame(images.swapaxes(1, 2).reshape(30, -1))
    frame.insert(0, "label", labels + 1)
    own = made({"emnist-letters-train.csv": frame.to_csv(index=False, header=False).encode()})
    assert {x.tobytes() for x in own.arrays.x_test} <= {x.tobytes() for x in images}
    assert "mirrored at the diagonal" in said(own)
    assert "no header: the first column" in said(own)


def test_numbers_in_0_to_1_are_scaled():
    frame = table()
    pixels = [name for name in frame if name != "label"]
    frame = frame.astype(dict.fromkeys(pixels, float))
    frame[pixels] /= 255
    assert made({"t.csv": written(frame)}).arrays.x_train.max() == 255


def test_lines_that_are_wrong_are_all_named():
    lines = written(table()).decode().splitlines()
    lines[3] = "1,2"
    lines[5] = lines[5].replace(",0,", ",x,", 1)
    lines[7] = lines[7][1:]
    with pytest.raises(Refused) as caught:
        made({"t.csv": "\n".join(lines).encode()})
    (sentence,) = caught.value.sentences
    assert "line 4 has 2 cells, not 785" in sentence
    assert "line 6 holds 'x' for a pixel" in sentence
    assert "line 8 has no label" in sentence


BAD = {
    "nothing": (b"", "has no rows"),
    "a header alone": (b"label,pixel0\n", "has no rows"),
    "no square": (b"label,a1,a2\n1,2,3\n", "which are no label and the pixels of a square"),
    "no text": (b"label,pixel0\n\xff\xfe\x00", "no text in UTF-8"),
    "words": (b"hello\nyou\n", "which are no label"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_refused_with_a_sentence(name):
    data, words = BAD[name]
    with pytest.raises(Refused, match=words):
        made({"t.csv": data})


@pytest.mark.parametrize("how", ["last", "first", "index", "numbered", "scaled", "tabs", "words"])
def test_columns_that_pandas_numbered_are_no_image(how):
    images, labels = bars(30)
    frame = pd.DataFrame(images.reshape(30, -1) / (255 if how == "scaled" else 1))
    if how == "numbered":
        frame[784] = labels
    else:
        names = [f"k{label}" for label in labels] if how == "words" else labels
        frame.insert(0 if how == "first" else 784, "label", names)
    mark = "\t" if how == "tabs" else ","
    own = made({"pixels.csv": frame.to_csv(index=how == "index", sep=mark).encode()})
    assert own.counts.tolist() == [[8, 2]] * 3
    assert own.arrays.class_names == (("k0", "k1", "k2") if how == "words" else ("0", "1", "2"))
    shown = np.concatenate([own.arrays.x_train, own.arrays.x_test])[:, 0]
    np.testing.assert_array_equal(np.sort(shown, axis=0), np.sort(images, axis=0))


def test_numbered_columns_without_labels_are_said_to_have_none():
    images, _ = bars(30)
    table = pd.DataFrame(images.reshape(30, -1)).to_csv(index=False)
    with pytest.raises(Refused, match="has no column called label"):
        read({"pixels.csv": table.encode()})
