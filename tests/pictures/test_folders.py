"""What lies in folders as systems make them: pictures, their classes, and what is left out."""

import tracemalloc

import pytest

from dpn.pictures.folders import classes_of, left_out, parts_of, places_of, sort_out


def sorted_out(*paths):
    pictures, notes = sort_out(parts_of(path) for path in paths)
    return ["/".join(parts) for parts in pictures], notes


def classes(*paths):
    found, notes = classes_of([parts_of(path) for path in paths])
    return found, notes


@pytest.mark.parametrize(
    "path",
    [
        "__MACOSX/lesson/7/a.png", "7/__MACOSX/a.png", "7/._a.png", ".DS_Store", "7/Thumbs.db",
        "7/desktop.ini", "7/DESKTOP.INI", ".ipynb_checkpoints/a.png", "7/.ipynb_checkpoints/a.png",
        ".git/objects/a.png", "$RECYCLE.BIN/a.png", "@eaDir/a.png", "7/.a.png", "7/Icon\r",
        "System Volume Information/a.png", ".hidden/7/a.png", "7\\Thumbs.db", "__macosx\\7\\a.png",
    ],
)  # fmt: skip
def test_what_systems_leave_is_passed_over_and_counted(path):
    pictures, notes = sorted_out("7/a.png", path, path)
    assert pictures == ["7/a.png"]
    assert notes == ["2 hidden or system files passed over."]


def test_pictures_are_known_by_any_of_their_endings():
    names = [
        "a.png",
        "b.JPG",
        "c.jpeg",
        "d.jfif",
        "e.jpe",
        "f.JFIF",
        "g.tif",
        "h.tiff",
        "i.webp",
        "j.bmp",
        "k.gif",
    ]
    assert sorted_out(*names) == (names, [])


def test_all_else_is_left_out_and_counted_with_examples():
    pictures, notes = sorted_out("7/a.png", "notes.txt", "7/b.docx", "c", "d.pdf", "7/e.zip")
    assert pictures == ["7/a.png"]
    assert notes[0] == "1 archive inside left out: 7/e.zip. Unpack it first."
    assert notes[1].startswith("4 other files left out: notes.txt, 7/b.docx, c and 1 more. ")
    assert notes[1].endswith("Pictures end in .png, .jpg, .jpeg, .jfif, .jpe, .webp, .bmp, .gif, "
                             ".tif, .tiff.")  # fmt: skip
    assert sorted_out(".", "..", "/", "\\") == ([], [
        "4 other files left out: '', '', '' and 1 more. Pictures end in .png, .jpg, .jpeg, .jfif, "
        ".jpe, .webp, .bmp, .gif, .tif, .tiff."
    ])  # fmt: skip


SAME = {
    "as they should be": ("1/a.png", "7/a.png"),
    "in one folder": ("lesson/1/a.png", "lesson/7/a.png"),
    "in two folders": ("my/lesson/1/a.png", "my/lesson/7/a.png"),
    "made on Windows": ("lesson\\1\\a.png", "lesson\\7\\a.png"),
    "in parts": ("train/1/a.png", "test/7/a.png"),
    "in parts of a set": ("mnist/Training/1/a.png", "mnist/Testing/7/a.png"),
    "in one part": ("mnist/train/1/a.png", "mnist/train/7/a.png"),
    "in three parts": ("train/1/a.png", "val/7/a.png"),
    "parts in classes": ("1/train/a.png", "7/test/a.png"),
    "deeper": ("1/thick/a.png", "7/thin/old/a.png"),
    "out of the archive": ("../../1/a.png", "./7/a.png"),
}


@pytest.mark.parametrize("case", SAME)
def test_the_class_is_the_folder_below_what_is_around_all(case):
    found, notes = classes(*SAME[case])
    assert found == ["1", "7"]
    assert [note.startswith("Folders taken for parts of the set") for note in notes] == (
        [True] if "part" in case else []
    )


def test_train_and_test_are_no_classes_but_a_train_among_cars_is():
    found, notes = classes("train/a.png", "test/b.png")
    assert found == [None, None]
    assert notes == ["Folders taken for parts of the set and not for classes: test, train."]
    assert classes("train/a.png", "car/b.png")[0] == ["train", "car"]
    assert classes("train/train/a.png", "train/car/b.png", "test/train/c.png")[0] == [
        "train", "car", "train"
    ]  # fmt: skip
    assert classes("test/a.png")[0] == [None]


def test_one_class_alone_and_pictures_beside_the_classes():
    assert classes("7/a.png", "7/b.png")[0] == ["7", "7"]
    assert classes("lesson/7/a.png", "lesson/7/b.png")[0] == ["7", "7"]
    assert classes("7/a.png", "7/b.png", "7/old/c.png")[0] == ["7", "7", "7"]
    assert classes("lesson/cover.png", "lesson/1/a.png", "lesson/7/a.png")[0] == [None, "1", "7"]
    assert classes("cover.png", "1/a.png")[0] == [None, "1"]
    assert classes("a.png")[0] == [None]
    assert classes() == ([], [])


def test_a_name_written_in_two_ways_is_one_class():
    found, _ = classes("e\u0301te\u0301/a.png", "\u00e9t\u00e9/b.png")  # as a Mac does, and others
    assert found == ["\u00e9t\u00e9"] * 2


def test_a_path_of_very_many_folders_takes_little_memory():
    deep = ["a/" * 30_000 + "7/x.png", "a/" * 30_000 + "8/x.png"]
    tracemalloc.start()
    assert classes(*deep)[0] == ["7", "8"]
    assert tracemalloc.get_traced_memory()[1] < 10**7
    tracemalloc.stop()


def test_the_first_sentences_are_said_and_all_are_counted():
    assert left_out([], 7) == []
    assert left_out(["a is bad."], 7) == ["a is bad.", "1 of 7 pictures left out."]
    many = [f"{i} is bad." for i in range(30)]
    assert left_out(many, 2000) == [*many[:5], "30 of 2,000 pictures left out."]


def tree(*folders):
    """Return three paths in each folder, with {c} a folder for each of two classes."""
    return [
        f"{folder.format(c=c)}/{i}.png"
        for folder in folders
        for c in ("cat", "dog")[: 1 + ("{c}" in folder)]
        for i in range(3)
    ]


PUBLISHED = {
    "fruits-360": ("f/Training/{c}", "f/Test/{c}", "f/test-multiple_fruits"),
    "blood cells": ("images/TRAIN/{c}", "images/TEST/{c}", "images/TEST_SIMPLE/{c}"),
    "a set and a set": ("d/training_set/{c}", "d/test_set/{c}", "d/single_prediction"),
    "doubled": ("seg_train/seg_train/{c}", "seg_test/seg_test/{c}", "seg_pred/seg_pred"),
    "the set again": ("x/train/{c}", "x/test/{c}", "x/val/{c}", "x/x/train/{c}", "x/x/test/{c}"),
    "nothing to test by class": ("g_train/g_train/{c}", "g_test/g_test"),
    "pictures in folders of their own": ("t/train/{c}/images", "t/val/images", "t/test/images"),
    "documents": ("p/train/{c}", "p/test/{c}", "p/docs", "p"),
    "no word for training": ("rps/rps/{c}", "rps-test-set/rps-test-set/{c}", "rps-cv-images/{c}"),
    "years": ("train2017/{c}", "val2017/{c}"),
    "in Chinese": ("训练集/{c}", "测试集/{c}"),
}


@pytest.mark.parametrize("case", PUBLISHED)
def test_parts_are_told_by_the_words_in_their_names_and_what_lies_beside_is_no_class(case):
    paths = tree(*PUBLISHED[case])
    places = places_of([parts_of(path) for path in paths])
    assert {place.label for place in places} - {None} == {"cat", "dog"}
    kept = [(p, at.part) for p, at in zip(paths, places, strict=True) if at.label]
    for path, part in kept:
        words = (("val", ("val", "cv")), ("test", ("test", "测")))
        assert part == next((p for p, of in words if any(w in path.lower() for w in of)), "train")


def test_what_lies_beside_the_parts_is_counted():
    _, notes = classes(*tree("train/{c}", "test/{c}", "TEST_SIMPLE/{c}", "docs"))
    assert notes == [
        "Folders taken for parts of the set and not for classes: test, train.",
        "9 pictures beside these left out: TEST_SIMPLE, docs.",
    ]


@pytest.mark.parametrize(
    "folders",
    [
        ("test_tube", "freight_train"), ("train", "test_car", "bus"), ("train/red", "car/red"),
        ("freight_train/day1", "freight_train/day2", "passenger_train/day1", "test_car/day3"),
        ("validity", "testament", "training"),
    ],
)  # fmt: skip
def test_classes_with_such_words_in_their_names_are_classes(folders):
    found, notes = classes(*tree(*folders))
    assert set(found) == {folder.split("/")[0] for folder in folders}
    assert notes == []


def test_what_an_iphone_saves_is_taken_for_a_picture_so_that_it_is_said_what_to_do():
    pictures, notes = sorted_out("7/IMG_1.HEIC", "7/a.png")
    assert pictures == ["7/IMG_1.HEIC", "7/a.png"]
    assert not notes
