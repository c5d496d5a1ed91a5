"""Tables beside pictures that tell their classes, as competitions and tools write them."""

import json

import pytest

from dpn.own.parts import Refused
from tests.own.written import colours, made, pets, picture, said, zipped


def flat(folder, count=10):
    """Path -> JPEG of cats and dogs in one folder."""
    return {f"{folder}/{path.replace('/', '_')}": data for path, data in pets(count).items()}


def labelled(files, head="image_id,label"):
    names = [path.split("/")[-1] for path in files]
    return "\n".join([head, *(f"{name},{name[:3]}" for name in names)]).encode()


@pytest.mark.parametrize(("train", "test"), [
    ("train_images", "test_images"), ("train2017", "val2017"), ("a/train_img", "a/test_img"),
])  # fmt: skip
def test_folders_that_differ_in_their_part_alone_are_no_classes(train, test):
    """Kaggle's: a table of the pictures to train on, and an example of an answer for the others."""
    files = flat(f"set/{train}")
    others = {f"set/{test}/{i}.jpg": picture(colours(i), "JPEG") for i in range(6)}
    tables = {
        "set/train.csv": labelled(files),
        "set/sample_submission.csv": labelled(dict.fromkeys(others, b""), "image_id,label"),
    }
    own = made({"set.zip": zipped({**files, **others, **tables})})
    assert own.arrays.class_names == ("cat", "dog")
    assert own.counts.tolist() == [[8, 2], [8, 2]]
    assert f"set/{test}/0.jpg and 5 more beside it: it lies in no folder" in own.left_out[0]


def test_an_example_of_an_answer_tells_no_classes():
    files = flat("set/pictures")
    table = {"set/sample_submission.csv": labelled(files)}
    with pytest.raises(Refused):
        made({"set.zip": zipped({**files, **table})})


def test_json_lines_tell_classes_as_imagefolders_have_them():
    files = {}
    for part, count in (("train", 10), ("test", 5)):
        here = flat(f"set/{part}", count)
        names = [path.split("/")[-1] for path in here]
        rows = [{"file_name": name, "label": name[:3], "width": None} for name in names]
        files |= {**here, f"set/{part}/metadata.jsonl": "\n".join(map(json.dumps, rows)).encode()}
    own = made({"set.zip": zipped(files)})
    assert own.arrays.class_names == ("cat", "dog")
    assert own.counts.tolist() == [[10, 5], [10, 5]]
    assert "in no folder of a class has that of set/train/metadata.jsonl" in said(own)
    assert own.left_out == ()


@pytest.mark.parametrize(
    "lines", [b"[1, 2]", b"no json", b"", b'{"file_name": 1}\n{"file_name": 2}']
)
def test_json_lines_that_tell_nothing_are_left_out(lines):
    own = made({"set.zip": zipped({**pets(10), "metadata.jsonl": lines})})
    assert own.counts.sum() == 20
    assert "metadata.jsonl" in " ".join(own.left_out)


@pytest.mark.parametrize(("head", "one", "none"), [
    ("filename, cat, dog", "1", "0"), ("image,cat,dog,bird", "1.0", "0.0"),
])  # fmt: skip
def test_a_column_for_each_class_tells_them(head, one, none):
    """As Roboflow's _classes.csv and ISIC's ground truth."""
    files = flat("set/train")
    classes = [name.strip() for name in head.split(",")[1:]]
    rows = [head]
    for path in files:
        name = path.split("/")[-1]
        rows.append(",".join([name, *(one if name.startswith(of) else none for of in classes)]))
    own = made({"set.zip": zipped({**files, "set/train/_classes.csv": "\n".join(rows).encode()})})
    assert own.arrays.class_names == ("cat", "dog")
    assert own.counts.tolist() == [[8, 2], [8, 2]]


def test_columns_of_which_a_row_marks_several_tell_no_classes():
    files = flat("set")
    rows = [
        "name,cat,dog",
        *(f"{path.split('/')[-1]},{i % 2},{i % 3 % 2}" for i, path in enumerate(files)),
    ]
    with pytest.raises(Refused):
        made({"set.zip": zipped({**files, "set/many.csv": "\n".join(rows).encode()})})
