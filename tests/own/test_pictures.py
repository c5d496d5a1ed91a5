"""Pictures in a zip or a folder of class folders, and those that are dropped one by one."""

import copy
import re
import shutil

import numpy as np
import pytest

from dpn.language import Later, again, speaking
from dpn.own.bringing import bring
from dpn.own.files import DISK, Bounds, on_disk, upload
from dpn.own.layouts.pictures import class_by_class
from dpn.own.making import Options, make
from dpn.own.parts import Refused
from dpn.own.thumbs import thumb_of
from dpn.teaching.lesson_files import to_npz, to_zip
from tests.own.written import bars, colours, made, npz, pets, picture, read, said, zipped


@pytest.mark.parametrize("top", ["", "my pets/", "a/b/"])
def test_a_zip_of_class_folders_is_read_with_or_without_a_folder_around(top):
    own = made({"pets.zip": zipped(pets(10, top))})
    assert own.arrays.class_names == ("cats", "dogs")
    assert own.counts.tolist() == [[8, 2], [8, 2]]
    assert own.arrays.x_train.shape == (16, 3, 32, 32)
    assert "resized to 32×32, in colour" in said(own)
    assert "a fifth of each class (4 images)" in said(own)


def test_folders_of_parts_are_the_parts():
    files = {**pets(6, "set/train/"), **pets(5, "set/test/"), **pets(4, "set/val/")}
    own = made({"pets.zip": zipped(files)})
    assert own.arrays.class_names == ("cats", "dogs")
    assert own.counts.tolist() == [[10, 5], [10, 5]]  # validation images join the training
    assert "validation images (8) join" in said(own)


def test_pictures_to_test_without_classes_are_left_out_in_one_sentence():
    flat = {f"set/test/{i}.jpg": picture(colours(i)) for i in range(4)}
    own = made({"pets.zip": zipped({**pets(10, "set/train/"), **flat})})
    assert own.arrays.class_names == ("cats", "dogs")
    assert own.counts.sum(axis=0).tolist() == [16, 4]
    (sentence,) = own.left_out
    assert sentence.startswith("set/test/0.jpg and 3 more beside it: it lies in no folder")


TABLES = {
    "names": "image_id,label\n{0},{2}",
    "names without endings": "id,breed,age\n{1},{2},3",
    "paths": "Width,Path,ClassId\n40,images/{0},{2}",
    "no names of columns": "{0};{2}",
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_tells_the_classes_of_pictures_in_one_folder(case):
    head, _, row = TABLES[case].rpartition("\n")
    flat = {f"c/images/{path.replace('/', '_')}": data for path, data in pets(10).items()}
    names = [path.split("/")[-1] for path in flat]
    rows = [row.format(name, name.removesuffix(".jpg"), name[:3]) for name in names]
    table = "\n".join([*([head] if head else []), *rows])
    own = made({"pets.zip": zipped({**flat, "c/train.csv": table.encode()})})
    assert own.arrays.class_names == ("cat", "dog")
    assert own.counts.tolist() == [[8, 2], [8, 2]]
    assert "in no folder of a class has that of c/train.csv" in said(own)
    assert own.left_out == ()


def test_a_table_tells_the_classes_of_the_pictures_to_test_with():
    files = {f"Train/{path}": data for path, data in pets(10).items()}
    flat = {f"Test/{i:05}.jpg": picture(colours(i, hue=i % 2), "JPEG") for i in range(8)}
    files |= {**flat, "Meta/0.jpg": picture(colours(0)), "Meta/1.jpg": picture(colours(1))}
    rows = [f"40,0,{('cats', 'dogs')[i % 2]},{path}" for i, path in enumerate(flat)]
    files["Test.csv"] = "\n".join(["Width,Roi.Y1,ClassId,Path", *rows]).encode()
    own = made({"signs.zip": zipped(files)})
    assert own.arrays.class_names == ("cats", "dogs")
    assert own.counts.tolist() == [[10, 4], [10, 4]]


def test_a_table_that_names_other_files_tells_nothing():
    table = b"image,label\n" + b"".join(b"%d.jpg,%d\n" % (i, i % 2) for i in range(90, 99))
    own = made({"pets.zip": zipped({**pets(10), "train.csv": table})})
    assert own.arrays.class_names == ("cats", "dogs")
    assert "train.csv" in " ".join(own.left_out)


@pytest.mark.parametrize(
    "table", ["name,größe\ncat,3\n".encode("latin-1"), b"a,b\nc," + b"x" * 200_000 + b"\n"]
)
def test_a_table_that_cannot_be_read_beside_class_folders_is_left_out(table):
    own = made({"pets.zip": zipped({**pets(10), "notes.csv": table})})
    assert own.counts.sum() == 20
    assert "notes.csv" in " ".join(own.left_out)


def test_a_table_of_what_folders_tell_already_is_not_said_to_tell_it():
    files = {path.replace("s/", "s/pet_" + path[:3]): data for path, data in pets(10).items()}
    table = "image,label\n" + "".join(f"{path},{path[:4]}\n" for path in files)
    raw = read({"pets.zip": zipped({**files, "kinds.csv": table.encode()})})
    assert raw.kind == "pictures in class folders"
    assert not any("in no folder of a class has" in note for note in raw.notes)
    assert "kinds.csv" in " ".join(raw.left_out)
    files["more.jpg"] = picture(colours(1), "JPEG")
    table += "more.jpg,cats\n"
    raw = read({"pets.zip": zipped({**files, "kinds.csv": table.encode()})})
    assert raw.kind == "pictures and a table of their classes"
    assert len(raw.parts[""].labels) == 21


def test_more_tables_than_pictures_in_class_folders_are_told_of():
    tables = {f"marks/{i}.csv": b"x,y\n1,2\n" for i in range(9)}
    with pytest.raises(Refused, match=r"^9 tables beside 8 pictures read in their place"):
        made({"pets.zip": zipped({**pets(4), **tables})})


def test_pictures_beside_a_table_that_tells_no_classes_are_told_of():
    flat = {f"images/{i}.jpg": picture(colours(i)) for i in range(4)}
    table = b"image,age\n" + b"".join(b"%d.jpg,%d\n" % (i, i) for i in range(4))
    with pytest.raises(Refused, match=r"^4 pictures in no folders of two classes, and no"):
        made({"pets.zip": zipped({**flat, "train.csv": table})})


def test_a_folder_called_test_alone_is_all_there_is():
    own = made({"pets.zip": zipped(pets(10, "test/"))})
    assert own.counts.sum(axis=0).tolist() == [16, 4]


def test_what_systems_leave_and_what_is_damaged_is_left_out_with_its_sentence():
    files = pets(6)
    files |= {"__MACOSX/cats/._1.jpg": b"x", "cats/.DS_Store": b"x", "notes.txt": b"x"}
    files |= {"cats/broken.jpg": b"\xff\xd8\xff no", "lonely.jpg": picture(colours(1))}
    own = made({"pets.zip": zipped(files)})
    assert own.counts.sum() == 12
    sentences = own.left_out
    assert any(s.startswith("cats/broken.jpg is damaged") for s in sentences)
    assert any(s.startswith("lonely.jpg: it lies in no folder of a class") for s in sentences)
    assert any("2 hidden or system files passed over" in s for s in sentences)
    assert any("notes.txt" in s for s in sentences)


def test_a_document_beside_class_folders_is_left_out_and_told_of(tmp_path):
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)
    for path, data in {**pets(6), "Thumbs.db": office, "paper.pdf": b"%PDF-1.4"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    own = make(bring(on_disk(tmp_path), DISK), Options())
    assert own.counts.sum() == 12
    assert any("paper.pdf" in sentence for sentence in own.left_out)


def test_a_zip_as_a_shell_makes_it_and_the_folder_itself_give_the_same(tmp_path):
    for path, data in pets(6, "pets/").items():
        file = tmp_path / "all" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    shutil.make_archive(tmp_path / "pets", "zip", tmp_path / "all")
    first, second = (
        make(bring(on_disk(path), DISK)) for path in (tmp_path / "pets.zip", tmp_path / "all")
    )
    assert np.array_equal(first.arrays.x_train, second.arrays.x_train)
    assert first.arrays.class_names == second.arrays.class_names == ("cats", "dogs")


def test_small_pictures_of_one_size_are_taken_pixel_for_pixel():
    images, labels = bars(30)
    files = {f"{'abc'[k]}/{i}.png": picture(images[i]) for i, k in enumerate(labels)}
    own = made({"bars.zip": zipped(files)})
    assert own.arrays.x_train.shape[1:] == (1, 28, 28)
    kept = {x.tobytes() for x in (*own.arrays.x_train, *own.arrays.x_test)}
    assert kept == {image.tobytes() for image in images}
    assert "taken as they are, in grey" in said(own)


def test_size_and_colour_can_be_chosen():
    raw = read({"pets.zip": zipped(pets(6))})
    assert make(raw, Options(side=28)).arrays.x_train.shape[1:] == (3, 28, 28)
    grey = make(raw, Options(colour=False))
    assert grey.arrays.x_train.shape[1:] == (1, 28, 28)
    assert "resized to 28×28, in grey" in said(grey)


def test_a_wide_picture_is_cut_to_its_middle():
    image = np.zeros((10, 30), np.uint8)
    image[:, 10:20] = 200
    small = thumb_of(picture(image), "wide.png").small[28]
    assert small.min() == 200


def test_two_classes_of_five_are_enough_and_four_are_not():
    thumbs = [
        (name, thumb_of(picture(colours(i, hue=hue)), "one"))
        for hue, name in enumerate("ab")
        for i in range(5)
    ]
    own = make(class_by_class(thumbs))
    assert own.counts.tolist() == [[4, 1], [4, 1]]
    with pytest.raises(Refused, match=r"9 images of 2 classes \(a, b\); 2 classes of 5 images"):
        make(class_by_class(thumbs[:-1]))
    with pytest.raises(Refused, match="All images are of one class, a; .* bring another"):
        make(class_by_class(thumbs[:5]))


def test_a_set_without_two_images_of_any_class_to_train_on_is_refused():
    """One of them would be held out to validate by: the training would say so, much later."""
    files = {f"{name}/{i}.png": picture(colours(i)) for name in "abcdefgh" for i in range(2)}
    with pytest.raises(Refused, match=r"Of no class are there two images to train on \(8 images"):
        made({"two.zip": zipped(files)})
    more = {**files, "a/2.png": picture(colours(2))}
    assert made({"more.zip": zipped(more)}).counts.tolist()[0] == [2, 1]


def test_a_refusal_says_all_that_is_wrong():
    files = {f"cats/{i}.png": b"no picture" for i in range(3)}
    with pytest.raises(Refused) as caught:
        made({"pets.zip": zipped(files)})
    assert len(caught.value.sentences) == 4
    assert caught.value.sentences[0] == "No picture can be used."


def test_more_pictures_than_are_accepted_are_refused_before_one_is_read():
    files = [upload("pets.zip", zipped({f"a/{i}.png": b"" for i in range(11)}))]
    with pytest.raises(Refused, match="11 pictures are more than the 10"):
        bring(files, Bounds(10, 10**6))


def test_a_zip_that_unpacks_to_too_much_is_refused():
    files = [upload("pets.zip", zipped({"a/1.png": bytes(10**6)}))]
    with pytest.raises(Refused, match="It unpacks to 1 MB"):
        bring(files, Bounds(10, 10**5))


def test_uneven_classes_are_told():
    even, uneven = pets(6), {**pets(6), **pets(20, classes=("cats",))}
    assert not made({"pets.zip": zipped(even)}).is_uneven
    assert made({"pets.zip": zipped(uneven)}).is_uneven
    few = {**pets(10, classes=("cats",)), "dogs/1.png": picture(colours(3))}
    assert "Fewer than 5 images each: dogs." in said(made({"pets.zip": zipped(few)}))


def test_a_saved_lesson_is_such_a_set():
    images, labels = bars(30)
    names = [("ring", "bow", "star")[label] for label in labels]
    pictures = [(name, picture(image)) for name, image in zip(names, images, strict=True)]
    for name, data in (
        ("lesson.npz", to_npz(images[:, None], names)),
        ("lesson.zip", to_zip(pictures)),
    ):
        own = made({name: data})
        assert own.arrays.class_names == ("bow", "ring", "star")
        assert own.counts.tolist() == [[8, 2]] * 3


def test_a_large_photograph_is_decoded_reduced_and_its_own_size_is_told():
    image = np.zeros((300, 600, 3), np.uint8)
    image[:, :300] = 250  # its middle square is half and half
    thumb = thumb_of(picture(image, "JPEG"), "photo.jpg")
    assert thumb.size == (300, 600)
    assert thumb.small[28][:, :13].min() > 240
    assert thumb.small[28][:, 15:].max() < 10
    assert thumb.whole is None
    assert not thumb.coloured


def test_what_is_said_of_files_is_said_in_chinese_too():
    images, labels = bars(30)
    rows = np.column_stack([images.reshape(30, -1), labels])
    table = "\n".join(",".join(map(str, row)) for row in rows.tolist())
    broken = {"train/cats/x.png": b"no picture", "notes.txt": b"", ".DS_Store": b""}
    with speaking("zh"):
        sets = [
            made({"pets.zip": zipped({**pets(6, "train/"), **pets(3, "val/"), **broken})}),
            made({"table.csv": table.encode()}),
            made({"bars.npz": npz(x=images / 255.0, y=labels + 1)}),
        ]
        for own in sets:
            for note in (*own.arrays.notes, *own.left_out):
                assert re.search("[\u4e00-\u9fff]", again(note)), note
    notes = [note for own in sets for note in own.arrays.notes if isinstance(note, Later)]
    assert notes
    for note in notes:  # what is kept is kept in English
        assert not re.search("[\u4e00-\u9fff]", note), note
        same = copy.deepcopy(note)  # made anew as for another process
        assert (same, same.key, same.values) == (note, note.key, note.values)
