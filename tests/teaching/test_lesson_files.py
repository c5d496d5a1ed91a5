"""Lessons as files: what was saved is read again, and what is not one is refused in a sentence."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from dpn.data.loading import load_dataset
from dpn.errors import DataError
from dpn.pictures.decode import decode
from dpn.teaching import lesson_files
from dpn.teaching.lesson_files import MOST, read_lesson, to_npz, to_zip


def png_file(value=0):
    out = io.BytesIO()
    Image.fromarray(np.full((9, 7), value, np.uint8)).save(out, "PNG")
    return out.getvalue()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_an_npz_holds_every_image_and_its_name(channels, count):
    images = np.random.default_rng(0).integers(0, 256, (count, channels, 8, 9), np.uint8)
    names = [("seven", "a star", "1")[i % 3] for i in range(count)]
    pictures = read_lesson(to_npz(images, names), "lesson.npz")
    read = {(p.name, p.image.tobytes()) for p in pictures}
    assert read == {(n, i.tobytes()) for n, i in zip(names, images, strict=True)}


def test_an_npz_of_a_lesson_is_a_data_set(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (40, 1, 8, 8), np.uint8)
    names = [("left", "right")[i % 2] for i in range(40)]
    (tmp_path / "mine.npz").write_bytes(to_npz(images, names))
    data = load_dataset("mine", tmp_path)
    assert data.class_names == ("left", "right")
    assert len(data.x_test) == 8
    assert len(data.x_train) + len(data.x_val) == 32


def test_a_zip_holds_every_picture_in_its_folder():
    files = [("seven", png_file(1)), ("7/../x", png_file(2)), ("..", png_file(3))]
    data = to_zip(files)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert all(".." not in name.split("/") for name in archive.namelist())
        assert all(name.count("/") == 1 for name in archive.namelist())
    pictures = read_lesson(data, "lesson.zip")
    assert [p.file for p in pictures] == [file for _, file in files]
    assert pictures[0].name == "seven"
    assert decode(pictures[0].file, "x").shape == (9, 7, 4)


def test_a_zip_made_elsewhere_may_hold_other_files_and_deeper_folders():
    data = zipped(mine__7__one="", notes="hello", **{"mine__7__one.png": png_file()})
    (picture,) = read_lesson(data, "lesson.zip")
    assert picture.name == "7"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no lesson"),
        (b"PK\3\4 and no more", "is no lesson"),
        (zipped(notes="hello"), "holds 0 pictures"),
        (zipped(**{"one.png": png_file()}), "lies in no folder"),
        (zipped(**{"x_train.npy": "no"}), "not found"),
        (zipped(**{"7__big.png": bytes(lesson_files.MOST_BYTES + 1)}), "at most 5 MB"),
        (zipped(**{f"7__{i}.png": b"" for i in range(MOST + 1)}), "1 to 1,000"),
    ],
)
def test_what_is_no_lesson_is_refused(data, words):
    with pytest.raises(DataError, match=words):
        read_lesson(data, "lesson.zip")


def test_what_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(lesson_files, "MOST_IN_ALL", 1000)
    data = zipped(**{f"7__{i}.png": bytes(600) for i in range(2)})
    with pytest.raises(DataError, match="unpacks to more than"):
        read_lesson(data, "lesson.zip")
    many = to_npz(np.zeros((MOST + 1, 1, 8, 8), np.uint8), ["7"] * (MOST + 1))
    monkeypatch.setattr(lesson_files, "read_npz", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(DataError, match="1 to 1,000"):
        read_lesson(many, "lesson.npz")


def test_a_damaged_zip_is_refused():
    data = bytearray(to_zip([("7", png_file() * 50)]))
    data[60:90] = bytes(30)
    with pytest.raises(DataError, match=r"lesson\.zip is damaged"):
        read_lesson(bytes(data), "lesson.zip")
