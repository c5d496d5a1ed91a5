"""Lessons as files: what was saved is read again, and what is not one is refused in a sentence."""

import io
import unicodedata
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


def jpeg_file():
    out = io.BytesIO()
    Image.fromarray(np.zeros((9, 7), np.uint8)).save(out, "JPEG")
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
    assert len(pictures) == count
    read = {(p.name, p.image.tobytes()) for p in pictures}
    assert read == {(n, i.tobytes()) for n, i in zip(names, images, strict=True)}


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"]])
def test_of_a_lesson_nothing_is_said_of_training_and_test_images(names):
    """All are taught, also those that would serve as a test."""
    images = np.arange(64 * len(names), dtype=np.uint8).reshape(-1, 1, 8, 8)
    pictures = read_lesson(to_npz(images, names), "lesson.npz")
    assert pictures.notes == ()
    assert sorted(picture.name for picture in pictures) == names


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
    files += [("T-shirt/top", png_file(4)), (".a\\b.", png_file(5)), ("et al.", png_file(6))]
    data = to_zip(files)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert all(".." not in name.split("/") for name in archive.namelist())
        assert all(name.count("/") == 1 for name in archive.namelist())
    pictures = read_lesson(data, "lesson.zip")
    assert [p.file for p in pictures] == [file for _, file in files]
    assert [p.name for p in pictures] == [name for name, _ in files]
    assert decode(pictures[0].file, "x").shape == (9, 7, 4)


def test_a_zip_made_elsewhere_may_hold_other_files_and_deeper_folders():
    data = zipped(mine__7__one="", notes="hello", **{"mine__7__one.png": png_file()})
    pictures = read_lesson(data, "lesson.zip")
    assert [picture.name for picture in pictures] == ["7"]
    assert [picture.called for picture in pictures] == ["mine/7/one.png"]
    assert len(pictures.notes) == 1
    assert pictures.notes[0].startswith("2 other files left out: ")


class OfAMac(zipfile.ZipInfo):
    """Its name is UTF-8 and does not say so."""

    def _encodeFilenameFlags(self):  # noqa: N802 - zipfile's name
        return unicodedata.normalize("NFD", self.filename).encode(), 0


def finder_zip(**files):
    """A zip as macOS makes it: a folder around all, twins of the files, and unmarked names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            path = "lesson/" + name.replace("__", "/")
            archive.writestr(OfAMac(path), data)
            archive.writestr(OfAMac(f"__MACOSX/{path}"), b"\0\5\x16\7")
        archive.writestr("lesson/.DS_Store", b"\0")
    return out.getvalue()


def test_a_zip_of_a_mac_is_read_without_its_twins_and_with_its_accents():
    data = finder_zip(
        **{"été__1.png": png_file(1), "été__2.png": png_file(2), "7__1.png": png_file()}
    )
    data_of_others = zipped(**{"été__3.png": png_file(3)})
    pictures = read_lesson(data, "finder.zip")
    assert [picture.name for picture in pictures] == ["été", "été", "7"]
    assert [decode(p.file, p.called)[0, 0, 0] for p in pictures] == [1, 2, 0]
    assert pictures.notes == ("4 hidden or system files passed over.",)
    assert read_lesson(data_of_others, "a.zip")[0].name == "été"


def test_a_zip_of_windows_parts_its_folders_otherwise():
    pictures = read_lesson(
        zipped(
            **{"set\\7\\a.png": png_file(), "set\\1\\b.png": png_file(), "set\\Thumbs.db": b"x"}
        ),
        "a.zip",
    )
    assert [picture.name for picture in pictures] == ["7", "1"]
    assert pictures.notes == ("1 hidden or system file passed over.",)


def test_the_parts_of_a_set_are_no_classes():
    files = {"set__train__7__a.png": png_file(), "set__test__1__b.png": png_file()}
    pictures = read_lesson(zipped(**files), "a.zip")
    assert [picture.name for picture in pictures] == ["7", "1"]
    assert "not for classes: test, train" in pictures.notes[0]


def test_a_class_of_ours_may_be_called_train():
    for name in ("train", "test", "__MACOSX", "val"):
        (picture,) = read_lesson(to_zip([(name, png_file())]), "lesson.zip")
        assert picture.name == name


def test_bad_pictures_are_left_out_and_the_others_kept(monkeypatch):
    monkeypatch.setattr(lesson_files, "MOST_BYTES", 10_000)
    files = {
        "7__good.png": png_file(),
        "7__photo.jfif": jpeg_file(),
        "7__words.png": b"no picture",
        "7__huge.png": bytes(10_001),
        "loose.png": png_file(),
        "\u202e__a.png": png_file(),
        "7__inner.zip": zipped(**{"7__a.png": png_file()}),
        "7__broken.png": png_file(9),
    }
    data = bytearray(zipped(**files))
    at = data.index(b"7/broken.png") + len(b"7/broken.png")
    data[at + 20 : at + 30] = bytes(10)
    pictures = read_lesson(bytes(data), "lesson.zip")
    assert [picture.called for picture in pictures] == ["7/good.png", "7/photo.jfif"]
    archives, *sentences, count = pictures.notes
    assert archives == "1 archive inside left out: 7/inner.zip. Unpack it first."
    assert count == "5 of 7 pictures left out."
    for words, sentence in zip(
        (
            "7/words.png is not an image",
            "7/huge.png: it takes 0 MB, at most 0 MB",
            "loose.png: it lies in no folder of a class",
            "?/a.png: it lies in no folder of a class",
            "7/broken.png: it is damaged (",
        ),
        sentences,
        strict=True,
    ):
        assert sentence.startswith(words)


def test_a_picture_that_is_locked_is_left_out():
    data = bytearray(zipped(**{"7__a.png": png_file(), "7__b.png": png_file()}))
    entry = data.index(b"PK\1\2")
    data[entry + 8] |= 1  # of the directory's first entry: encrypted
    pictures = read_lesson(bytes(data), "lesson.zip")
    assert [picture.called for picture in pictures] == ["7/b.png"]
    assert pictures.notes[0] == "7/a.png: it is locked with a password."


def test_twins_and_other_files_do_not_count_as_pictures():
    files = {f"7__{i}.png": png_file() for i in range(3)}
    files |= {f"__MACOSX__7__._{i}.png": b"x" for i in range(MOST)}
    assert len(read_lesson(zipped(**files), "lesson.zip")) == 3


def test_what_was_assumed_of_an_npz_is_told():
    out = io.BytesIO()
    x, y = np.arange(3 * 64).reshape(3, 8, 8) % 2, np.arange(3)
    np.savez(out, train_images=x, train_labels=y + 1, test_images=x, test_labels=y + 1)
    pictures = read_lesson(out.getvalue(), "lesson.npz")
    assert [picture.name for picture in pictures] == ["1", "2", "3"] * 2
    assert "Labels are 1 to 3" in pictures.notes[-1]
    assert pictures[0].image.max() == 255


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
    with pytest.raises(DataError, match=r"can be used\. 7/0000\.png: it is damaged \("):
        read_lesson(bytes(data), "lesson.zip")


def test_a_class_with_a_stroke_in_its_name_keeps_it_where_the_zip_is_unpacked_and_packed_again():
    with zipfile.ZipFile(io.BytesIO(to_zip([("T-shirt/top", png_file(1))]))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (picture,) = read_lesson(zipped(**members), "lesson.zip")
    assert picture.name == "T-shirt/top"
