"""Tables and arrays of pixels as what ``predict`` and ``explain`` are asked, and as a lesson."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from dpn import settings
from dpn.__main__ import main
from dpn.commands.worlds.pixels import read_lesson
from dpn.pictures.png import png, to_picture
from dpn.runs.folder import find_run
from dpn.teaching.lesson_files import to_npz, to_zip
from tests.own.written import bars, npz


@pytest.fixture
def run(tmp_path, capsys):
    images, labels = bars(60)
    (tmp_path / "bars.npz").write_bytes(npz(x=images, y=labels))
    assert main(["datasets", "add", str(tmp_path / "bars.npz")]) == 0
    training = ["train", "--dataset", "bars", "--steps", "40", "--device", "cpu"]
    assert main([*training, "--set", "threads=1"]) == 0
    capsys.readouterr()
    return settings.runs_dir()


def table(count, label="label", seed=3):
    images, labels = bars(count, seed=seed)
    frame = pd.DataFrame(images.reshape(count, -1))
    frame.columns = [f"pixel{i}" for i in range(784)]
    if label:
        frame.insert(0, label, labels)
    return frame, images, labels


@pytest.mark.parametrize(
    "how", ["labelled", "without labels", "without names", "npz", "x", "emnist"]
)
def test_each_image_of_a_table_is_answered_as_its_picture_is(run, tmp_path, capsys, how):
    frame, images, labels = table(9, "label" if how in ("labelled", "emnist") else "")
    file = tmp_path / ("emnist.csv" if how == "emnist" else "asked.csv")
    if how == "npz":
        file = tmp_path / "asked.npz"
        file.write_bytes(npz(x_train=images[:6], y_train=labels[:6], x_test=images, y_test=labels))
    elif how == "x":
        file = tmp_path / "asked.npz"
        file.write_bytes(npz(x=images))
    elif how == "emnist":
        turned = images.swapaxes(1, 2).reshape(9, -1)
        frame.iloc[:, 1:] = turned
        frame.to_csv(file, index=False)
    else:
        frame.to_csv(file, index=False, header=how != "without names")
    picture = tmp_path / "one.png"
    Image.fromarray(images[1]).save(picture)
    assert main(["predict", "latest", str(picture), str(file), "--json"]) == 0
    first, *others = map(json.loads, capsys.readouterr().out.splitlines())
    assert [answer["file"] for answer in others] == [f"{file}:{i}" for i in range(1, 10)]
    assert [answer["label"] for answer in others] == [str(label) for label in labels]
    assert others[1]["probabilities"] == pytest.approx(first["probabilities"], abs=1e-5)


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_what_holds_no_pixels_is_said_where_it_stands(run, tmp_path, capsys, verb):
    (tmp_path / "a.csv").write_text("name,age\nAnn,3\n")
    assert main([verb, "latest", str(tmp_path / "a.csv")]) == 2
    assert "a.csv has 2 columns" in capsys.readouterr().err
    table(2)[0].to_csv(tmp_path / "b.csv", index=False)
    assert main([verb, "latest", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--json"]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["error" in one for one in answers] == [True, False, False]


def test_an_npz_without_labels_is_no_lesson(run, tmp_path, capsys):
    (tmp_path / "a.npz").write_bytes(npz(x=bars(9)[0]))
    assert main(["teach", "latest", str(tmp_path / "a.npz")]) == 2
    assert "It holds x. Accepted are" in capsys.readouterr().err
    (tmp_path / "a.npz").write_bytes(npz(x=np.float32(3)))
    assert main(["predict", "latest", str(tmp_path / "a.npz")]) == 2


def test_a_table_is_a_lesson(run, tmp_path, capsys):
    frame, *_ = table(12)
    frame["label"] = np.where(frame["label"] == 2, 7, frame["label"])
    frame.to_csv(tmp_path / "lesson.csv", index=False)
    assert main(["teach", "latest", str(tmp_path / "lesson.csv"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["images"] == 12
    assert "new class: 7" in err
    assert "new class: 0" not in err
    assert main(["explain", "latest", str(tmp_path / "lesson.csv"), "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 12
    frame.drop(columns="label").to_csv(tmp_path / "none.csv", index=False)
    assert main(["teach", "latest", str(tmp_path / "none.csv")]) == 2
    assert "no column called label" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["as the page saves it", "one-hot"])
def test_all_images_of_an_npz_are_a_lesson_by_the_names_it_gives_its_labels(run, tmp_path, how):
    images, labels = bars(12)
    names = [("0", "2", "a star")[label] for label in labels]
    config = find_run("latest", run).config()
    file = tmp_path / "lesson.npz"
    if how == "one-hot":
        names, parts = [str(label) for label in labels], (slice(8), slice(8, 12))
        hot = np.eye(3, dtype=np.uint8)[labels]
        train, test = ((images[part], hot[part]) for part in parts)
        file.write_bytes(npz(x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1]))
    else:
        file.write_bytes(to_npz(images[:, None], names))
    taught, called = read_lesson(file, config, print)
    told = [(name, image.tobytes()) for name, image in zip(called, taught, strict=True)]
    assert sorted(told) == sorted(zip(names, (i.tobytes() for i in images), strict=True))


def test_a_lesson_of_one_image_which_is_also_its_test_teaches_it_once(run, tmp_path):
    images, _ = bars(12)
    file = tmp_path / "lesson.npz"
    file.write_bytes(to_npz(images[:1, None], ["a star"]))
    taught, called = read_lesson(file, find_run("latest", run).config(), print)
    assert (len(taught), called) == (1, ["a star"])


def test_labels_that_are_not_one_an_image_are_no_lesson(run, tmp_path, capsys):
    images, labels = bars(9)
    (tmp_path / "a.npz").write_bytes(npz(x=images, y=labels[:5]))
    assert main(["teach", "latest", str(tmp_path / "a.npz")]) == 2
    assert "9" in capsys.readouterr().err
    (tmp_path / "a.npz").write_bytes(npz(x=images, y=np.full(9, 0.5)))
    assert main(["teach", "latest", str(tmp_path / "a.npz")]) == 2
    assert "must be whole numbers" in capsys.readouterr().err


def test_a_lesson_that_the_page_saves_as_a_zip_is_one(run, tmp_path, capsys):
    images, labels = bars(6)
    names = [("0", "1", "a/b.")[label] for label in labels]
    files = [
        (name, png(to_picture(image[None]))) for name, image in zip(names, images, strict=True)
    ]
    blank = ("1", png(np.zeros((9, 9), np.uint8)))
    (tmp_path / "lesson.zip").write_bytes(to_zip([*files, blank]))
    assert main(["teach", "latest", str(tmp_path / "lesson.zip"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["images"] == 6
    assert "1 of 7 pictures left out" in err
    assert find_run("latest", run).config().class_names == ("0", "1", "2", "a/b.")
    (tmp_path / "lesson.zip").write_bytes(b"no")
    assert main(["teach", "latest", str(tmp_path / "lesson.zip")]) == 2
    assert "is no lesson" in capsys.readouterr().err


def test_dark_ink_in_a_table_is_turned_as_in_a_picture(tmp_path, capsys):
    page = np.full((28, 28), 250, np.uint8)
    page[4:24, 12:15] = 10
    np.savetxt(tmp_path / "one.csv", page.reshape(1, -1), "%d", ",")
    Image.fromarray(page).save(tmp_path / "one.png")
    files = [str(tmp_path / name) for name in ("one.csv", "one.png")]
    assert main(["predict", "shipped-mnist-dpn", *files, "--json"]) == 0
    table, picture = map(json.loads, capsys.readouterr().out.splitlines())
    assert table["label"] == picture["label"] == "1"
    assert table["probabilities"] == picture["probabilities"]
    assert main(["predict", "shipped-mnist-dpn", files[0], "--as", "plain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read_as"] == "plain"
